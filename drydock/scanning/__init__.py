"""Python packages in an image, and the known vulnerabilities among them: pip-audit, on data that the course brings."""

from drydock.scanning.audit import Audit, audit
from drydock.scanning.contents import packages
from drydock.scanning.service import advisories, service

__all__ = ["Audit", "advisories", "audit", "packages", "service"]
