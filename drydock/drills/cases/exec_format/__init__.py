"""Drill: an image holds the program of another machine."""
