"""Drill: a service keeps its data in the container's own layer, which goes with the container."""
