"""Lesson 01's tasks, each proved both ways, and its control and picture."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from drydock import images
from drydock.checks.lesson01 import start_tight
from drydock.client import LabellingClient, connect
from drydock.figures import density
from drydock.widgets import LimitSlider
from tests.harness import prove, typed

DEBIAN, PYTHON = "debian:trixie-slim", "python:3.13-slim"
STAY = ["sleep", "1d"]
LABEL = "--label dev.drydock.lesson=01"
Setup = Callable[[Any], object]


@pytest.fixture(scope="module")
def lesson(client: LabellingClient) -> Iterator[LabellingClient]:
    """A client of lesson 01, as its exercise notebook has one."""
    connected = connect("01", quiet=True)
    images.need(connected, DEBIAN, PYTHON)
    yield connected
    connected.close()


def run(name: str, command: list[str] = STAY, image: str = DEBIAN, **options: Any) -> Setup:
    return lambda client: client.containers.run(image, command, name=name, detach=True, **options)


def ended(name: str, command: list[str], image: str = PYTHON, **options: Any) -> Setup:
    return lambda client: run(name, command, image, **options)(client).wait()  # type: ignore[attr-defined]


def terminal(*lines: str) -> Setup:
    """What a learner types into JupyterLab's terminal."""

    return lambda _client: [typed(*shlex.split(line)) for line in lines]


def both(*setups: Setup) -> Setup:
    return lambda client: [setup(client) for setup in setups]


def execute(name: str, *command: str) -> Setup:
    return lambda client: client.containers.get(name).exec_run(list(command))


def test_stays(lesson: LabellingClient) -> None:
    def in_two_steps(client: Any) -> None:
        client.containers.create(DEBIAN, name="dd-first", stdin_open=True).start()

    prove(
        lesson,
        "01.1",
        solution=run("dd-first"),
        alternatives=[in_two_steps, terminal(f"docker run -d -t {LABEL} --name dd-first {DEBIAN}")],
        near_misses={
            "bash ends at once": (ended("dd-first", [], DEBIAN), "state of container dd-first"),
            "another image": (run("dd-first", image=PYTHON), "image of dd-first"),
            "made, not started": (
                lambda client: client.containers.create(DEBIAN, STAY, name="dd-first"),
                "state of container dd-first",
            ),
            "paused": (both(run("dd-first"), lambda c: c.containers.get("dd-first").pause()), "state of container dd-first"),
        },
    )  # fmt: skip


def test_witness(lesson: LabellingClient) -> None:
    prove(
        lesson,
        "01.2",
        solution=terminal(f"docker run {LABEL} --name dd-witness {PYTHON} uname -r"),
        alternatives=[
            ended("dd-witness", ["cat", "/proc/sys/kernel/osrelease"]),
            ended("dd-witness", ["python", "-c", "import platform; print(platform.release())"]),
        ],
        near_misses={
            "removed when it ends": (
                terminal(f"docker run --rm {LABEL} --name dd-witness {PYTHON} uname -r"),
                "container dd-witness",
            ),
            "no label": (
                terminal(f"docker run --name dd-witness {PYTHON} uname -r"),
                "container dd-witness",
            ),
            "the distribution": (ended("dd-witness", ["cat", "/etc/debian_version"]), "log of dd-witness"),
            "more than the release": (ended("dd-witness", ["uname", "-a"]), "log of dd-witness"),
            "still running": (
                run("dd-witness", ["sh", "-c", "uname -r; sleep 1d"], PYTHON),
                "how dd-witness ended",
            ),
            "failed afterwards": (
                ended("dd-witness", ["sh", "-c", "uname -r; exit 3"]),
                "how dd-witness ended",
            ),
        },
        clean=without_label,
    )


def without_label(client: Any) -> None:
    """Clean, and remove the one container that carries no label of ours, which clean() rightly leaves alone."""
    from drydock import clean

    clean(client)
    for container in client.containers.list(all=True, filters={"name": "^/?dd-witness$"}):
        container.remove(force=True)


def test_limits(lesson: LabellingClient) -> None:
    def small(**options: Any) -> Setup:
        return run("dd-small", image=PYTHON, **options)

    def later(client: Any) -> None:
        small()(client)
        client.containers.get("dd-small").update(
            mem_limit="64m", memswap_limit="64m", cpu_period=50_000, cpu_quota=25_000
        )

    memory, quota = "memory limit in the container's cgroup", "processor quota in the container's cgroup"
    prove(
        lesson,
        "01.3",
        solution=small(mem_limit="64m", memswap_limit="64m", nano_cpus=500_000_000),
        alternatives=[
            later,
            terminal(f"docker run -d {LABEL} --name dd-small --memory 65536k --cpus .5 {PYTHON} sleep 1d"),
        ],
        near_misses={
            "a reservation": (small(mem_reservation="64m", nano_cpus=500_000_000), memory),
            "millions of bytes": (small(mem_limit=64_000_000, nano_cpus=500_000_000), memory),
            "shares": (small(mem_limit="64m", cpu_shares=512), quota),
            "pinned to one": (small(mem_limit="64m", cpuset_cpus="0"), quota),
            "half a thousandth": (small(mem_limit="64m", cpu_quota=1000), quota),
        },
    )


def test_one_network(lesson: LabellingClient) -> None:
    left = run("dd-left")

    def third_owns_it(client: Any) -> None:
        owner = client.containers.run(DEBIAN, STAY, detach=True)
        for name in ("dd-left", "dd-right"):
            run(name, network_mode=f"container:{owner.id}")(client)

    def one_docker_network(client: Any) -> None:
        net = client.networks.create("dd-net")
        for name in ("dd-left", "dd-right"):
            run(name, network=net.name)(client)

    nets, pids = "network namespaces of dd-left and dd-right", "PID namespaces of dd-left and dd-right"
    prove(
        lesson,
        "01.4",
        solution=both(left, run("dd-right", network_mode="container:dd-left")),
        alternatives=[
            third_owns_it,
            both(run("dd-left", network_mode="host"), run("dd-right", network_mode="host")),
        ],
        near_misses={
            "a common Docker network": (one_docker_network, nets),
            "the default network": (both(left, run("dd-right")), nets),
            "one process table, two networks": (both(left, run("dd-right", pid_mode="container:dd-left")), nets),
            "both shared": (
                both(left, run("dd-right", pid_mode="container:dd-left", network_mode="container:dd-left")),
                pids,
            ),
        },
    )  # fmt: skip


def test_two_layers(lesson: LabellingClient) -> None:
    pair = both(run("dd-one"), run("dd-two"))
    write = ["sh", "-c", "echo mine > /srv/note.txt"]

    def copied_in(client: Any) -> None:
        import io
        import tarfile

        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as tar:
            tar.addfile(tarfile.TarInfo("note.txt"))
        client.containers.get("dd-one").put_archive("/srv", archive.getvalue())

    def in_the_image(client: Any) -> None:
        source = run("dd-source", write)(client)
        source.wait()  # type: ignore[attr-defined]
        labels = [f"LABEL {key}={value}" for key, value in client.api.labels.items()]
        image = source.commit(changes=labels)  # type: ignore[attr-defined]
        both(run("dd-one", image=image.id), run("dd-two", image=image.id))(client)

    one, two = (f"/srv/note.txt in the writable layer of {name}" for name in ("dd-one", "dd-two"))
    prove(
        lesson,
        "01.5",
        start=pair,
        solution=both(pair, execute("dd-one", *write)),
        alternatives=[
            both(pair, copied_in),
            both(run("dd-one", ["sh", "-c", "touch /srv/note.txt; sleep 1d"]), run("dd-two")),
        ],
        near_misses={
            "in a tmpfs": (
                both(run("dd-one", tmpfs={"/srv": ""}), run("dd-two"), execute("dd-one", *write)), one,
            ),
            "in a volume": (
                both(run("dd-one", volumes={"dd-vol": {"bind": "/srv"}}, labels={}), run("dd-two"), execute("dd-one", *write)),
                "mounts",
            ),
            "in both": (both(pair, execute("dd-one", *write), execute("dd-two", *write)), two),
            "in the wrong one": (both(pair, execute("dd-two", *write)), one),
            "in the image": (in_the_image, one),
            "two images": (both(run("dd-one"), run("dd-two", image=PYTHON), execute("dd-one", *write)), "images of dd-one and dd-two"),
        },
        clean=with_volume,
    )  # fmt: skip


def with_volume(client: Any) -> None:
    """Clean, and remove the volume that the engine made for a mount: such a one has no label."""
    from drydock import clean

    clean(client)
    for volume in client.volumes.list(filters={"name": "dd-vol"}):
        volume.remove()


def test_room(lesson: LabellingClient) -> None:
    def updated(**limits: Any) -> Setup:
        return both(start_tight, lambda client: client.containers.get("dd-tight").update(**limits))

    def anew(client: Any) -> None:
        run("dd-tight", image=PYTHON, tmpfs={"/state": ""}, mem_limit="96m")(client)

    state, limit = "state of the service, in /state", "memory limit of dd-tight"
    enough = {"mem_limit": "96m", "memswap_limit": "96m"}
    prove(
        lesson,
        "01.6",
        start=start_tight,
        solution=updated(**enough),
        alternatives=[
            both(start_tight, terminal("docker update --memory 128m --memory-swap 256m dd-tight")),
            updated(mem_limit="64m", memswap_limit="64m"),
        ],
        near_misses={
            "a new container": (anew, state),
            "a restart": (both(updated(**enough), lambda c: c.containers.get("dd-tight").restart(timeout=0)), state),
            "too much": (updated(mem_limit="1g", memswap_limit="1g"), limit),
            "too little": (updated(mem_limit="32m", memswap_limit="32m"), limit),
            "more processor": (updated(cpu_shares=2048), limit),
        },
    )  # fmt: skip


def test_the_slider_sets_the_limit(lesson: LabellingClient) -> None:
    container = lesson.containers.run(PYTHON, STAY, detach=True, mem_limit="128m", memswap_limit="128m")
    slider = LimitSlider(container)
    assert (slider.bytes, slider.survived) == (128 * 2**20, True)
    slider.limit.value = 32
    assert (slider.bytes, slider.survived) == (32 * 2**20, False)
    assert "was killed (137)" in slider.seen.value
    slider.limit.value = 64
    assert repr(slider) == (
        "limit: 64 MiB\nthe kernel's limit: 67108864 bytes\na process that wants 48 MiB: ran to its end"
    )
    container.remove(force=True)


def test_the_picture_shows_the_figures() -> None:
    figure = density([0.3, 0.6, 1.0], [1.0, 2.0, 3.5])
    assert [list(axes.lines[0].get_ydata()) for axes in figure.axes] == [[0.3, 0.6, 1.0], [1.0, 2.0, 3.5]]
    assert [axes.get_xlabel() for axes in figure.axes] == ["containers"] * 2
    assert [axes.get_ylabel() for axes in figure.axes] == [
        "s until all had started",
        "MiB of memory, together",
    ]
