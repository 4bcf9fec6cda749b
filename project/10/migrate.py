"""Bring the database to what this version of Harbour needs; a second run changes nothing."""

import jsonlog
import psycopg
import store
from settings import Settings

STEPS = (
    store.TABLE,
    "CREATE TABLE IF NOT EXISTS trips (id bigserial PRIMARY KEY, ship text NOT NULL, worker text NOT NULL)",
)


def main() -> None:
    """Take all steps, or none."""
    settings = Settings.read()
    log = jsonlog.start("migrate", settings.log_level)
    with psycopg.connect(settings.database, password=settings.password) as database:
        for step in STEPS:
            database.execute(step)
    log.info("migrated", extra={"data": {"steps": len(STEPS)}})


if __name__ == "__main__":
    main()
