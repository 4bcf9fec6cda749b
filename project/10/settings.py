"""What Harbour is told from outside: variables of the environment, and a file for what is secret."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class Settings:
    """Where the database and the queue are, and how much is logged."""

    database: str
    password: str
    queue: str
    log_level: str = "INFO"

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Return the settings; end the program, with all that is missing, when one is not there."""
        needed = ("DATABASE", "DATABASE_PASSWORD_FILE", "QUEUE_URL")
        missing = [name for name in needed if not environment.get(name)]
        if missing:
            raise SystemExit(f"not set: {', '.join(missing)}")
        return cls(
            database=environment["DATABASE"],
            password=Path(environment["DATABASE_PASSWORD_FILE"]).read_text().strip(),
            queue=environment["QUEUE_URL"],
            log_level=environment.get("LOG_LEVEL", "INFO").upper(),
        )
