"""Drill: more workers than the memory limit can hold."""
