"""A drill whose start fails half-way leaves nothing on the engine, and says what happened."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from docker.errors import APIError

from drydock.client import LabellingClient
from drydock.drills import running
from drydock.drills.drill import Drill
from drydock.drills.scene import Scene
from drydock.errors import DrydockError
from tests.drills.harness import beside, own

IMAGE = "python:3.13-slim"


class HalfWay(Scene):
    """A set-up that has made one of each kind when it fails."""

    def start(self) -> None:
        self.client.networks.create(self.name("net"))
        self.client.volumes.create(self.name("data"))
        self.run(self.name("web"), IMAGE, ["sleep", "1d"], network=self.name("net"), init=True)
        # The docker command adds no labels: this one is found by its name.
        self.docker("run", "--detach", "--init", "--name", self.name("job"), IMAGE, "sleep", "1d")
        self.write("Dockerfile", f"FROM {IMAGE}\nRUN touch /made\n")
        self.build(self.name("image"))
        self.fail()

    def fail(self) -> None:
        self.run(self.name("last"), IMAGE, ["no-such-program"])


class Interrupted(HalfWay):
    def fail(self) -> None:
        raise KeyboardInterrupt


class Refused(HalfWay):
    def fail(self) -> None:
        self.docker("network", "create", "--driver", "no-such-driver", self.name("other"))


class OneDrill(Drill):
    """A drill whose set-up is one of these."""

    def _part(self, name: str) -> Any:
        assert name == "broken"
        broken: Mapping[str, Any] = {"half": HalfWay, "interrupted": Interrupted, "refused": Refused}
        return SimpleNamespace(Broken=broken[self.slug])


def drill(slug: str) -> Drill:
    return OneDrill(slug, "It fails", "06", "easy", (IMAGE,), {})


@pytest.mark.parametrize(
    ("slug", "error", "said"),
    [("half", APIError, "no-such-program"), ("refused", Exception, "no-such-driver")],
)
def test_what_was_made_is_removed_and_the_error_says_so(
    client: LabellingClient, slug: str, error: type[Exception], said: str
) -> None:
    before = dict(client.api.labels)
    with beside(client, f"failing-{slug}") as bystanders:
        there = bystanders()
        with pytest.raises(DrydockError) as caught:
            running.start(client, drill(slug), 1)
        assert bystanders() == there
    assert isinstance(caught.value.__cause__, error)
    assert said in caught.value.what and caught.value.hint
    assert caught.value.state == "All that it had made was removed."
    assert client.api.labels == before
    nothing_is_left(client, slug)


def test_an_interrupt_goes_on_and_leaves_nothing(client: LabellingClient) -> None:
    with pytest.raises(KeyboardInterrupt):
        running.start(client, drill("interrupted"), 1)
    nothing_is_left(client, "interrupted")


def test_a_set_up_does_not_take_names_that_are_in_use(client: LabellingClient) -> None:
    scene = drill("half").scene(client, 2)
    volume = client.volumes.create(scene.name("data"))
    try:
        with pytest.raises(DrydockError, match=scene.name("data")):
            running.start(client, drill("half"), 2)
        assert own(client, scene.prefix) == {(str(volume.name), str(volume.attrs.get("CreatedAt")))}
    finally:
        volume.remove()


def nothing_is_left(client: LabellingClient, slug: str) -> None:
    scene = drill(slug).scene(client, 1)
    assert not own(client, scene.prefix) and not scene.folder.exists()
