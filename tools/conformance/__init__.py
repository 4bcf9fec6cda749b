"""Kubernetes' own conformance suite, run against the course's cluster: see __main__."""
