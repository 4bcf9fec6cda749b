"""Drill: workers are counted from the machine's processors, and a quota stops them all at once."""
