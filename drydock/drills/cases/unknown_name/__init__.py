"""Drill: one service does not know the other's name."""
