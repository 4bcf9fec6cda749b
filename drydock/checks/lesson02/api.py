"""Tasks on the API: what its calls do one by one, and what only some clients can ask for."""

from __future__ import annotations

import json

import docker

from drydock.checks.lesson02.host import bundle
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.text import _

MIB = 2**20
NEVER = "0001-01-01T00:00:00Z"  # the engine's time for what has not happened
KEY, VALUE = "org.example.berth", "7"


@task("02.1", _("Half of docker run"), hints=(
    _("`docker run` makes more than one call to the API. Which one makes no process?"),
    _("The two have commands of their own: one makes a container, the other starts it."),
    _('`client.containers.create(image, ["sleep", "1d"], name=..., mem_limit="64m")` (`docker create`).'),
))  # fmt: skip
def moored(client: docker.DockerClient, see: See) -> None:
    found = see.container("dd-moored")
    state = found.attrs["State"]
    never = state["Status"] == "created" and state["StartedAt"] == NEVER
    see.expect(
        _("state of dd-moored"),
        expected=_("created, never started"),
        actual=_("created, never started") if never else _("{status}, was started").format(status=state["Status"]),
        holds=never,
        hint=_("A container that was stopped has been started. Only one call is wanted, in a new container."),
    )  # fmt: skip
    used = see.image("debian:trixie-slim", pulled=True)
    see.expect(
        _("image of dd-moored"),
        expected="debian:trixie-slim",
        actual=found.attrs["Config"]["Image"],
        holds=found.attrs["Image"] == used.id,
        hint=_("A container keeps the image it was made from: make it anew from the other image."),
    )
    command = " ".join([found.attrs["Path"], *found.attrs["Args"]])
    see.expect(
        _("what dd-moored would run"),
        expected="sleep 1d",
        actual=command,
        holds=command == "sleep 1d",
        hint=_("A container's command is fixed when it is made. Without one it is the image's own."),
    )
    limit = int(found.attrs["HostConfig"]["Memory"])
    see.expect(
        _("memory limit that the engine would set"),
        expected=_("64 MiB, that is {bytes} bytes").format(bytes=64 * MIB),
        actual=_("{bytes} bytes").format(bytes=limit) if limit else _("no limit"),
        holds=limit == 64 * MIB,
        hint=_("`64m` is 64 MiB; a plain number is bytes. A reservation is no limit."),
    )


@task("02.2", _("What docker-py does not know"), hints=(
    _("Which of the three clients of the lesson can send any field that the API has?"),
    _("In `POST /containers/create`, annotations are a field of `HostConfig`. A label is something else. The container must also be started."),
    _('`client.api.post(client.api.base_url + "/containers/create?name=dd-noted", json=...)`, then `.../dd-noted/start`; or `docker run --annotation`.'),
))  # fmt: skip
def noted(client: docker.DockerClient, see: See) -> None:
    found = see.container("dd-noted", running=True)
    code, text = bundle(see, found)
    if not see.expect(
        _("config.json of dd-noted, in its shim's working folder"),
        expected=_("can be read"),
        actual=_("can be read") if code == 0 else text,
        holds=code == 0,
        hint=_(
            "The check reads it from a container in the host's PID namespace. Does the engine allow that?"
        ),
    ):
        return
    notes = json.loads(text).get("annotations") or {}
    labelled = _("no such annotation, but a label of that name")
    missing = labelled if KEY in found.labels else _("no such annotation")
    see.expect(
        _("annotation {key} in config.json").format(key=KEY),
        expected=VALUE,
        actual=notes.get(KEY, missing),
        holds=notes.get(KEY) == VALUE,
        hint=_("Labels are for the engine's clients; they don't reach the runtime. What is asked for can't be added later."),
    )  # fmt: skip
