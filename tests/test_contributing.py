"""The worked example of CONTRIBUTING.md, run as it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from drydock import checks
from drydock.checks import registry
from drydock.checks.lesson01 import containers
from drydock.client import LabellingClient, connect
from drydock.engine import paths
from tests.lessons import test_lesson01


@pytest.fixture
def lesson(client: LabellingClient) -> Iterator[LabellingClient]:
    connected = connect("01", quiet=True)
    yield connected
    connected.close()


def test_the_worked_example(lesson: LabellingClient) -> None:
    text = (paths.COURSE / "CONTRIBUTING.md").read_text()
    check, proof = re.findall(r"^```python\n(.*?)^```$", text, re.M | re.S)
    solution = re.findall(r":tags: \[solution\]\n\n(.*?)\n```", text, re.S)[0]
    try:
        exec(check, dict(vars(containers)))
        namespace = dict(vars(test_lesson01))
        exec(proof, namespace)
        namespace["test_cut_off"](lesson)
        exec(solution, {"client": lesson})
        assert checks.check("01.7", lesson).passed
    finally:
        registry._tasks.pop("01.7", None)
        for container in lesson.containers.list(all=True, filters={"name": "dd-quiet"}):
            container.remove(force=True)
