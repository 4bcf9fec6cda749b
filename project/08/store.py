"""Where Harbour keeps its ships: in PostgreSQL where DATABASE_URL names one, else in this process's memory."""

import psycopg

TABLE = "CREATE TABLE IF NOT EXISTS ships (berth integer PRIMARY KEY, name text NOT NULL)"
# A ship moors where nobody lies. The key decides, so that two requests at once can't both have the berth.
MOOR = "INSERT INTO ships (berth, name) VALUES (%s, %s) ON CONFLICT (berth) DO NOTHING"
TIMEOUT = 5  # s that the database has to answer


class Memory:
    """Ships that end with this process, and that no other worker knows."""

    def __init__(self) -> None:
        self.ships: dict[int, str] = {}

    def all(self) -> dict[int, str]:
        """Return the ships by their berth."""
        return dict(self.ships)

    def moor(self, berth: int, name: str) -> str:
        """Moor a ship where nobody lies; return who lies there now."""
        return self.ships.setdefault(berth, name)

    def clear(self) -> None:
        """Send all ships away."""
        self.ships.clear()


class Postgres:
    """Ships in a table: what was answered is on the database's disk, and every worker sees it.

    Each call is a connection and a transaction of its own: it commits at the end of `with`, and an error undoes it.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        with self._connect() as connection:
            # One worker makes the table, the others wait for it.
            connection.execute("SELECT pg_advisory_xact_lock(8)")
            connection.execute(TABLE)

    def all(self) -> dict[int, str]:
        """Return the ships by their berth."""
        with self._connect() as connection:
            return dict(connection.execute("SELECT berth, name FROM ships ORDER BY berth").fetchall())

    def moor(self, berth: int, name: str) -> str:
        """Moor a ship where nobody lies; return who lies there now."""
        with self._connect() as connection:
            connection.execute(MOOR, (berth, name))
            return connection.execute("SELECT name FROM ships WHERE berth = %s", (berth,)).fetchone()[0]

    def clear(self) -> None:
        """Send all ships away."""
        with self._connect() as connection:
            connection.execute("DELETE FROM ships")

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self.url, connect_timeout=TIMEOUT)


def ships(url: str | None) -> Memory | Postgres:
    """Return the ships of the database at `url`; without one, ships in memory."""
    return Postgres(url) if url else Memory()
