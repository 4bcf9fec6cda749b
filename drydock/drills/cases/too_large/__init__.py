"""Drill: the image holds what it was built with."""
