"""Drill: the service sends itself to the background, and process 1 is done."""
