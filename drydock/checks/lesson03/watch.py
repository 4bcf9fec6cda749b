"""The task on Compose watch: edits that arrive without a mount."""

from __future__ import annotations

import docker

from drydock.checks.lesson03 import compose
from drydock.checks.lesson03.harbour import PATIENCE, answers, copied, edited, heard
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.errors import DrydockError
from drydock.text import _


@task("03.6", _("Edits without a mount"), hints=(
    _("Compose needs to be told what to do with which file: `develop.watch` in a service."),
    _("One rule copies what changes in your folder into the container. Then the program there must notice, or be started again."),
    _("`develop: {watch: [{action: sync, path: ., target: /app}]}`, and a command with `--reload`; or `action: sync+restart` and no `--reload`."),
))  # fmt: skip
def watch(client: docker.DockerClient, see: See) -> None:
    with copied(see) as copy:
        watches, ready = _("docker compose watch, on a copy of your folder"), _("builds, starts and watches")
        try:
            with compose.watched(client, see.lesson, copy) as begun:
                see.expect(watches, expected=ready, actual=ready, holds=True, hint="")
                service = begun.containers[0]
                binds = [m["Destination"] for m in service.attrs["Mounts"] if m["Type"] == "bind"]
                see.expect(
                    _("bind mounts of the service"),
                    expected=_("none"),
                    actual=", ".join(binds) or _("none"),
                    holds=not binds,
                    hint=_("With a bind mount there is nothing left for Compose to copy."),
                )
                if not answers(see, service):
                    return
                route = edited(copy)
                new = heard(service, route)
                there = [one.id for one in client.containers.list(all=True, ignore_removed=True)]
                # A build takes longer than an answer may: where one has begun, another container is to come.
                same = service.id in there and not begun.rebuilds()
        except DrydockError as error:
            hint = _("In which service is `develop.watch`, and can its image be built?")
            see.expect(watches, expected=ready, actual=error.what, holds=False, hint=hint)
            return
    see.expect(
        _("the container after an edit of app.py"),
        expected=_("the same"),
        actual=_("the same") if same else _("another"),
        holds=same,
        hint=_(
            "`rebuild` makes another image and another container, for one changed line. Is there a smaller action?"
        ),
    )
    see.expect(
        _("the answer after an edit of app.py"),
        expected=_("the new one within {seconds} s").format(seconds=PATIENCE),
        actual=_("the new one") if new else _("the old one"),
        holds=new,
        hint=_("Does the file land where the program reads it, and is the program started again?"),
    )
