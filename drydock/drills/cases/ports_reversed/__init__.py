"""Drill: the two numbers of a published port are the wrong way round."""
