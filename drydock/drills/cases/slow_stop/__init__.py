"""Drill: a start script keeps the stop signal to itself."""
