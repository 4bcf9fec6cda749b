"""Proofs of the bank, on the engine: part 1."""

from __future__ import annotations

from pathlib import Path

import pytest

from drydock.cleaning import named
from drydock.client import LabellingClient
from drydock.images.supply import obtain
from drydock.interview import proving
from drydock.interview.bank import load
from drydock.interview.question import Question
from tests.interview.proofs import FILES, hold, of


@pytest.mark.parametrize("question", of("1"))
def test_holds(client: LabellingClient, question: Question) -> None:
    hold(client, question)


def test_every_proof_is_in_one_of_the_files() -> None:
    shared = [one.values[0] for file in FILES for one in of(file)]
    assert sorted(one.id for one in shared) == sorted(one.id for one in load() if one.proof)


def test_nothing_is_left_where_a_proof_fails(client: LabellingClient) -> None:
    made: dict[str, object] = {}
    lines = """
made["folder"], made["prefix"] = folder, name("")
(folder / "note").write_text("here")
client.networks.create(name("net"))
client.volumes.create(name("store"))
client.containers.run("debian:trixie-slim", ["sleep", "60"], name=name("box"), network=name("net"), detach=True)
docker("volume", "create", name("second"))
client.images.get("debian:trixie-slim").tag(name("image"))
made["before"] = len(named(client, name("")))
1 / 0
True
"""
    labels = client.api.labels
    obtain(client, "debian:trixie-slim")
    with pytest.raises(ZeroDivisionError):
        proving.run(client, lines, {"made": made, "named": named})
    assert made["before"] == 5
    assert named(client, str(made["prefix"])) == []
    assert not Path(str(made["folder"])).exists()
    assert client.api.labels == labels
