"""Drill: a token that the build needs stays in the image."""
