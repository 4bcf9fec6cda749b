"""Proofs of the bank, on the engine: part 3."""

from __future__ import annotations

import pytest

from drydock.client import LabellingClient
from drydock.interview.question import Question
from tests.interview.proofs import hold, of


@pytest.mark.parametrize("question", of("3"))
def test_holds(client: LabellingClient, question: Question) -> None:
    hold(client, question)
