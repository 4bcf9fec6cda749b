"""Drill: a program on the way to the log keeps lines together until its buffer is full."""
