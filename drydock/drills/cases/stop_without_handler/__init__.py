"""Drill: process 1 has no handler for the stop signal."""
