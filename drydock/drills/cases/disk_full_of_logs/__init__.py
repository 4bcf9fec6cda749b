"""Drill: a log without a limit, and images without a name."""
