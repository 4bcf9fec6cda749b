"""Run proofs on the engine. They are in several test files, so that as many processes share them."""

from __future__ import annotations

from typing import Any

import pytest

from drydock.client import LabellingClient
from drydock.interview import bank, proving
from drydock.interview.question import Question

# The lessons of each file: those whose proofs build images, which takes longest, are spread.
FILES = {"1": ("03", "05", "08"), "2": ("04", "06", "09"), "3": ("01", "02", "07", "10")}


def of(file: str) -> list[Any]:
    """Return the questions whose proofs a file runs, as parameters."""
    return [pytest.param(one, id=one.id) for one in bank.load() if one.proof and one.lesson in FILES[file]]


def hold(client: LabellingClient, question: Question) -> None:
    """Assert that a proof gives what its file says, and something else in its counter-setup."""
    proof, labels = question.proof, client.api.labels
    assert proof is not None
    outcome = proving.prove(client, proof)
    assert (outcome.result, outcome.counter) == (proof.result, proof.counter_result), question.id
    assert outcome.result != outcome.counter, question.id
    assert client.api.labels == labels, "what comes after it would carry the proof's labels"
