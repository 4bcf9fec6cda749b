"""The drills, a folder each."""
