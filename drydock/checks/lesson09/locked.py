"""Tasks on the rights of a process: the fewest capabilities, and none at all."""

from __future__ import annotations

import contextlib

import docker

from drydock import privileges
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.errors import DrydockError
from drydock.text import _
from drydock.waiting import wait_until

NEEDED = frozenset({"SYS_CHROOT", "SETGID", "SETUID"})
USER, WORDS = 10001, "on the bridge as user 10001"
PATIENCE = 5  # s until the program has said its words
PILOT = f"""\
import os, time
os.makedirs("/srv/bridge", exist_ok=True)
os.chroot("/srv/bridge")
os.setgroups([])
os.setgid({USER})
os.setuid({USER})
print("on the bridge as user", os.getuid(), flush=True)
time.sleep(86400)
"""


@task("09.1", _("No right too many"), hints=(
    _("Which of its lines need a right that an ordinary user does not have?"),
    _("Begin with none, and read at which line it fails; or take away one at a time, as the lesson does. The capability that `chroot` needs has its name."),
    _('`cap_drop=["ALL"]` and `cap_add=["SYS_CHROOT", "SETGID", "SETUID"]`.'),
))  # fmt: skip
def pilot(client: docker.DockerClient, see: See) -> None:
    found = see.container("dd-pilot", running=True)
    with contextlib.suppress(DrydockError):
        wait_until(lambda: WORDS in found.logs().decode(errors="replace"), "its words", timeout=PATIENCE)
    rights = privileges.read(found)
    said = WORDS in found.logs().decode(errors="replace") and rights.uid == USER
    if not see.expect(
        _("the program of dd-pilot"),
        expected=WORDS,
        actual=WORDS if said else _("user {uid}, and its log does not say so").format(uid=rights.uid),
        holds=said,
        hint=_("The program of the task must run, begin as root, and come to its end. `docker logs dd-pilot` shows where it failed."),
    ):  # fmt: skip
        return
    extra = rights.bounding - NEEDED
    see.expect(
        _("capabilities in the bounding set of dd-pilot that it does not need"),
        expected=privileges.listed(()),
        actual=privileges.listed(extra),
        holds=not extra,
        hint=_("A process that is not root has an empty CapEff, but what a setuid program could get is in CapBnd. Nothing was dropped, or too little."),
    )  # fmt: skip


@task("09.2", _("In a terminal: locked"), hints=(
    _("Five properties, and five options of `docker run`."),
    _("The lesson has all of them: a user, capabilities, a security option, the root file system, and something to write to."),
    _("`--user 10001 --cap-drop ALL --security-opt no-new-privileges --read-only --tmpfs /tmp`"),
))  # fmt: skip
def locked(client: docker.DockerClient, see: See) -> None:
    found = see.container("dd-locked", running=True)
    rights = privileges.read(found)
    see.expect(
        _("user of process 1 in dd-locked"),
        expected=_("not root"),
        actual=rights.uid,
        holds=rights.uid != 0,
        hint=_(
            "Capabilities and the user are two things: root without capabilities still owns root's files."
        ),
    )
    see.expect(
        _("capabilities that process 1 can ever have"),
        expected=privileges.listed(()),
        actual=privileges.listed(rights.bounding),
        holds=not rights.bounding,
        hint=_("CapEff is empty for a user who is not root; CapBnd is not."),
    )
    see.expect(
        _("NoNewPrivs of process 1"),
        expected=1,
        actual=int(rights.no_new_privs),
        holds=rights.no_new_privs,
        hint=_("Without it a setuid program still makes its user root."),
    )
    mounts = [line.split() for line in see.exec(found, ["cat", "/proc/1/mounts"])[1].splitlines()]
    root = [fields[3].split(",")[0] for fields in mounts if len(fields) > 3 and fields[1] == "/"][-1:]
    see.expect(
        _("root file system of dd-locked"),
        expected="ro",
        actual=", ".join(root) or _("not there"),
        holds=root == ["ro"],
        hint=_("A user who is not root can't write to most of it, but the file system itself is not read-only by that."),
    )  # fmt: skip
    code, _text = see.exec(found, ["test", "-w", "/tmp"])
    see.expect(
        _("/tmp, for the user of dd-locked"),
        expected=_("can be written to"),
        actual=_("can be written to") if code == 0 else _("can't be written to"),
        holds=code == 0,
        hint=_("In a read-only root, /tmp is read-only, too, unless something of its own is mounted there."),
    )
