"""Tasks on processes, namespaces and layers: what a container shares, and what is its own."""

from __future__ import annotations

import docker

from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.text import _


@task("01.1", _("A container that stays"), hints=(
    _("A container lives as long as its first process. Which process did you give it?"),
    _("The image's own command is `bash`, and without a terminal bash ends at once. Name a command that waits, and let the call return while it runs."),
    _('`client.containers.run(image, ["sleep", "1d"], name=..., detach=True)`; a container of that name that has ended must be removed first.'),
))  # fmt: skip
def stays(client: docker.DockerClient, see: See) -> None:
    first = see.container("dd-first", running=True)
    used = see.image("debian:trixie-slim", pulled=True)
    see.expect(
        _("image of dd-first"),
        expected="debian:trixie-slim",
        actual=first.attrs["Config"]["Image"],
        holds=first.attrs["Image"] == used.id,
        hint=_("A container keeps the image it was made from: make it anew from the other image."),
    )


@task("01.2", _("In a terminal: which kernel?"), hints=(
    _("Which command tells about the kernel, and not about the files of the image?"),
    _("`uname` has an option that prints the release alone. The container must not be removed when it ends."),
    _("`docker run --name ... --label dev.drydock.lesson=01 IMAGE uname -r`, without `--rm`."),
))  # fmt: skip
def witness(client: docker.DockerClient, see: See) -> None:
    found = see.container("dd-witness")
    state = found.attrs["State"]
    see.expect(
        _("how dd-witness ended"),
        expected=_("by itself, with exit code 0"),
        actual=_("{status}, exit code {code}").format(status=state["Status"], code=state["ExitCode"]),
        holds=state["Status"] == "exited" and state["ExitCode"] == 0,
        hint=_("A command that was not found ends with 127, one that failed with a code of its own."),
    )
    log = found.logs().decode(errors="replace").strip()
    right = log == client.info()["KernelVersion"]
    see.expect(
        _("log of dd-witness"),
        expected=_("the kernel's release, as the engine reports it"),
        actual=_("the same release") if right else log or _("nothing"),
        holds=right,
        hint=_("/etc/os-release names the distribution that the files come from. The kernel is another thing, and only it knows its release."),
    )  # fmt: skip


@task("01.4", _("One network, two process tables"), hints=(
    _("A network that two containers join, and a network namespace that two containers share, are different things."),
    _("A container can be started in the network namespace of one that runs: look at what `network_mode` may be."),
    _('`network_mode="container:dd-left"` for the second container (`docker run --network container:dd-left`).'),
))  # fmt: skip
def one_network(client: docker.DockerClient, see: See) -> None:
    left, right = see.container("dd-left", running=True), see.container("dd-right", running=True)

    def same(kind: str) -> bool:
        links = [see.exec(side, ["readlink", f"/proc/self/ns/{kind}"]) for side in (left, right)]
        return links[0] == links[1] and links[0][0] == 0

    shared = {True: _("one, shared"), False: _("two")}
    see.expect(
        _("network namespaces of dd-left and dd-right"),
        expected=shared[True],
        actual=shared[same("net")],
        holds=same("net"),
        hint=_(
            "On a common Docker network each container still has its own interfaces and its own 127.0.0.1."
        ),
    )
    see.expect(
        _("PID namespaces of dd-left and dd-right"),
        expected=shared[False],
        actual=shared[same("pid")],
        holds=not same("pid"),
        hint=_("Each kind of namespace is shared, or not, by a setting of its own."),
    )


@task("01.5", _("Two writable layers"), hints=(
    _("Where does a file land that a process in the container writes? And one that is in the image, or in a volume?"),
    _("Start both containers first, from one image. Then write in one of them."),
    _('`exec_run(["sh", "-c", "echo hello > /srv/note.txt"])` on dd-one (`docker exec`), or `docker cp`.'),
))  # fmt: skip
def two_layers(client: docker.DockerClient, see: See) -> None:
    one, two = see.container("dd-one", running=True), see.container("dd-two", running=True)
    see.expect(
        _("images of dd-one and dd-two"),
        expected=_("the same"),
        actual=_("the same") if one.attrs["Image"] == two.attrs["Image"] else _("two different ones"),
        holds=one.attrs["Image"] == two.attrs["Image"],
        hint=_("Two tags can name one image, and one tag another image tomorrow; the IDs are compared."),
    )
    mounts = [mount["Destination"] for side in (one, two) for mount in side.attrs["Mounts"]]
    see.expect(
        _("mounts"),
        expected=_("none"),
        actual=", ".join(mounts) or _("none"),
        holds=not mounts,
        hint=_("What is written to a mount lands outside the container, not in its layer."),
    )
    from_image = _("A file that comes from the image is in all its containers, and in no writable layer.")
    elsewhere = _(
        "What is written in one container lands in its layer alone. How did the file get into dd-two?"
    )
    for name, side, wanted in (("dd-one", one, True), ("dd-two", two, False)):
        # Changed counts as well: then the image has a file of that name, and the container its own copy.
        there = any(change["Path"] == "/srv/note.txt" and change["Kind"] != 2 for change in side.diff() or [])
        there = there or (not wanted and see.exec(side, ["test", "-e", "/srv/note.txt"])[0] == 0)
        see.expect(
            _("/srv/note.txt in the writable layer of {name}").format(name=name),
            expected=_("there") if wanted else _("not there"),
            actual=_("there") if there else _("not there"),
            holds=there == wanted,
            hint=from_image if wanted else elsewhere,
        )
