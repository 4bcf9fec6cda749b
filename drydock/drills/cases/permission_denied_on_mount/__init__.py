"""Drill: files in a volume belong to another user number than the service has."""
