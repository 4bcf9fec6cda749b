"""Drill: a bind mount hides the virtual environment that the image has."""
