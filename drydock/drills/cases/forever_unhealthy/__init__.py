"""Drill: a health check calls a program that the image lacks."""
