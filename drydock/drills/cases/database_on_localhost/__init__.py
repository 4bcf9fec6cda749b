"""Drill: an app looks for its database in its own container."""
