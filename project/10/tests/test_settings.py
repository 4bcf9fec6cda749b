"""What Harbour reads from its environment, and what it says when something is missing."""

import pytest
from settings import Settings


def test_all_is_there(tmp_path):
    (tmp_path / "password").write_text("sesame\n")
    given = {
        "DATABASE": "postgresql://harbour@db/harbour",
        "DATABASE_PASSWORD_FILE": str(tmp_path / "password"),
        "QUEUE_URL": "redis://queue",
        "LOG_LEVEL": "debug",
    }
    settings = Settings.read(given)
    assert (settings.password, settings.log_level) == ("sesame", "DEBUG")


def test_all_that_is_missing_is_named():
    with pytest.raises(SystemExit, match="DATABASE_PASSWORD_FILE, QUEUE_URL"):
        Settings.read({"DATABASE": "postgresql://harbour@db/harbour", "QUEUE_URL": ""})
