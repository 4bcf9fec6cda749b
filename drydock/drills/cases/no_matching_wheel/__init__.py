"""Drill: no wheel of the version that is asked for fits the image."""
