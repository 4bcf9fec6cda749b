"""The task on live reload: an edit that a running container answers."""

from __future__ import annotations

import docker

from drydock.checks.lesson03.harbour import FOLDER, PATIENCE, answers, copied, edited, folder, heard
from drydock.checks.lesson03.twin import mounted, twin
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.text import _


@task("03.1", _("An edit that is answered"), hints=(
    _("Two things are needed: the file must change inside the container, and somebody there must notice."),
    _("A bind mount brings the folder in. uvicorn has an option that watches the folder and starts the service again."),
    _("`volumes={str(harbour): {\"bind\": \"/app\", \"mode\": \"rw\"}}`, an image with the packages outside of /app, and the command `uvicorn app:app --host 0.0.0.0 --reload`."),
))  # fmt: skip
def live(client: docker.DockerClient, see: See) -> None:
    theirs = see.container("dd-reload", running=True)
    places = mounted(theirs, folder())
    if not see.expect(
        _("work/{folder} in dd-reload").format(folder=FOLDER),
        expected=_("mounted"),
        actual=", ".join(places) or _("not mounted"),
        holds=places,
        hint=_("What COPY puts into an image is a snapshot. A volume with a name is not your folder either."),
    ):
        return
    with copied(see) as copy, twin(see, theirs, folder(), copy) as service:
        if not answers(see, service):
            return
        route = edited(copy)
        new = heard(service, route)
    see.expect(
        _("the answer after an edit of app.py, in a container like yours on a copy of your folder"),
        expected=_("the new one within {seconds} s").format(seconds=PATIENCE),
        actual=_("the new one") if new else _("the old one"),
        holds=new,
        hint=_("Python reads a module once: who starts the program again? And is the mounted app.py the one that runs? Mount the folder: for a single file, the watcher of its folder gets no event."),
    )  # fmt: skip
