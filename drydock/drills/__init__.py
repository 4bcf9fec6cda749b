"""Repair drills: a set-up that is broken, what somebody reports of it, and a check of what must hold again."""
