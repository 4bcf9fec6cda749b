"""One JSON object a line, on the standard output: what a program owes to those who collect logs."""

import json
import logging
import sys
from datetime import UTC, datetime


class JSONLines(logging.Formatter):
    """A record as one line; `extra={"data": {...}}` adds members."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self.service = service

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON; a traceback is one member, so that it stays one line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "service": self.service,
            "message": record.getMessage(),
            **getattr(record, "data", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def start(service: str, level: str) -> logging.Logger:
    """Send all that is logged in this process to the standard output, and return the service's logger."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JSONLines(service))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        server = logging.getLogger(name)
        server.handlers, server.propagate = [], True
    logging.getLogger("uvicorn.access").setLevel(logging.WARNING)  # web.py writes a line for each request
    return logging.getLogger(service)
