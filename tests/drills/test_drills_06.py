"""The drills of lesson 06, proved on the engine."""

from __future__ import annotations

import pytest

from drydock.client import LabellingClient
from drydock.drills.drill import Drill
from tests.drills.harness import MORE, of, prove, prove_again


@pytest.mark.parametrize("drill", of(__file__))
def test_start_repairs_and_near_misses(client: LabellingClient, drill: Drill) -> None:
    prove(client, drill)


@pytest.mark.parametrize("seed", MORE)
@pytest.mark.parametrize("drill", of(__file__))
def test_other_names_and_places(client: LabellingClient, drill: Drill, seed: int) -> None:
    prove_again(client, drill, seed)
