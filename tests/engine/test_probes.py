"""What `native` needs is found out by trying, also by several processes at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from drydock.engine import paths, probes

pytestmark = pytest.mark.alone  # other tests' tries would lie in the same folder


def test_two_notebooks_try_at_once() -> None:
    alone = probes.native()
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _number: probes.native(), range(12))) == [alone] * 12
    assert not list(paths.home().glob("probe*"))
