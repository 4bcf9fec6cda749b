"""What builds of Binder's image leave in the engine's build cache."""

from __future__ import annotations

from collections.abc import Mapping

from drydock.client import LabellingClient

SETUP, MACHINE = "make setup", "drydock engine build"  # 1 to 2 GB each; the second is built on the first


def forget_earlier_builds(client: LabellingClient) -> None:
    """Remove the large steps of all builds but the last, and what was built on them.

    A full cache would drop what a lesson has just built, and whose next cell finds it there.
    """
    # Some engines say " Parents", with a space.
    cache = [{key.strip(): value for key, value in step.items()} for step in client.df()["BuildCache"]]
    below = {step["ID"]: set(step.get("Parents") or ()) for step in cache}
    above = {number: {other for other, bases in below.items() if number in bases} for number in below}
    machines = [step for step in cache if MACHINE in step["Description"]]
    large = {step["ID"] for step in cache if SETUP in step["Description"]} | {step["ID"] for step in machines}
    last = max(machines, key=lambda step: step["LastUsedAt"])["ID"]
    if old := large - closure({last}, below):
        numbers = "|".join(sorted(closure(old, above)))
        client.api.prune_builds(filters={"id": f"^({numbers})$"})


def closure(numbers: set[str], next_to: Mapping[str, set[str]]) -> set[str]:
    """Return these, those next to them, and so on."""
    found = set(numbers)
    while more := {other for number in found for other in next_to.get(number, ())} - found:
        found |= more
    return found
