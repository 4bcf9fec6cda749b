"""Drill: a service listens for its own container alone."""
