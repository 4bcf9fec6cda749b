"""Drill: the code is copied before the packages are installed."""
