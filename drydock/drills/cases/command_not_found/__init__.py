"""Drill: a command lies in a virtual environment that PATH does not lead to."""
