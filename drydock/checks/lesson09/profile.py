"""The task on a seccomp profile: one more call is denied, and none is allowed instead."""

from __future__ import annotations

import json

import docker

from drydock import privileges
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.text import _

# Tries to make a folder by both calls, and takes it back if it succeeds; then a file, a namespace
# in a child, and keyctl, which only asks for a keyring that isn't there. Source: keyctl(2), KEYCTL_GET_KEYRING_ID.
TRY = """
import ctypes, errno, json, os, tempfile
def tried(function):
    try: function()
    except OSError as error: return errno.errorcode[error.errno]
    return "done"
def folder(**where):
    os.mkdir("drydock-probe", **where)
    os.rmdir("/dev/shm/drydock-probe")
def namespace():
    pid = os.fork()
    if pid == 0: os._exit(0 if ctypes.CDLL(None).unshare(0x10000000) == 0 else 1)
    if os.waitpid(pid, 0)[1]: raise PermissionError(errno.EPERM, "")
def keyring():
    call = {"x86_64": 250, "aarch64": 219}.get(os.uname().machine)
    libc = ctypes.CDLL(None, use_errno=True)
    if not call or libc.syscall(call, 0, -1, 0) < 0 and ctypes.get_errno() in (errno.EPERM, errno.ENOSYS):
        raise PermissionError(errno.EPERM, "")
os.chdir("/dev/shm")
print(json.dumps([
    tried(folder),
    tried(lambda: folder(dir_fd=os.open("/dev/shm", os.O_RDONLY))),
    tried(lambda: tempfile.NamedTemporaryFile(dir="/dev/shm").close()),
    tried(namespace),
    tried(keyring),
]))
"""


@task("09.4", _("A profile of your own"), hints=(
    _("Begin with Harbour's profile. What is allowed stands in it; all else is denied."),
    _("Two names must go. Which calls make a folder? `man 2 mkdir` knows both. docker-py wants the profile's text."),
    _('Take `mkdir` and `mkdirat` out of `profile["syscalls"]`, and start with `security_opt=[f"seccomp={json.dumps(profile)}"]`.'),
))  # fmt: skip
def profile(client: docker.DockerClient, see: See) -> None:
    found = see.container("dd-narrow", running=True)
    filtered = privileges.read(found).seccomp == "filter"
    see.expect(
        _("seccomp in dd-narrow"),
        expected=_("a filter"),
        actual=_("a filter") if filtered else _("none"),
        holds=filtered,
        hint=_("`unconfined` is no profile."),
    )
    code, text = see.exec(found, ["python", "-c", TRY], user="0")
    if not see.expect(
        _("Python in dd-narrow"),
        expected=_("it runs"),
        actual=_("it runs") if code == 0 else text[-200:],
        holds=code == 0,
        hint=_("The profile denies a call that Python needs; or the image has no `python`."),
    ):
        return
    plain, at, file, namespace, keyring = json.loads(text)
    for what, answer, hint in (
        (_("root makes a folder in /dev/shm"), plain, _("It is the profile that shall deny it: neither the user, nor a read-only root, nor capabilities make a difference for that folder.")),
        (_("root makes a folder in /dev/shm, by its descriptor"), at, _("There are two calls that make a folder, and libraries use either.")),
    ):  # fmt: skip
        actual = answer if answer != "done" else _("it can")
        see.expect(what, expected="EPERM", actual=actual, holds=answer == "EPERM", hint=hint)
    see.expect(
        _("root makes a file in /dev/shm"),
        expected=_("it can"),
        actual=_("it can") if file == "done" else file,
        holds=file == "done",
        hint=_("More is denied than was asked for."),
    )
    for what, answer in ((_("a new user namespace"), namespace), (_("the kernel's keyrings"), keyring)):
        see.expect(
            what,
            expected="EPERM",
            actual=_("it can") if answer == "done" else answer,
            holds=answer != "done",
            hint=_("A profile replaces the engine's own. One that allows all but a few calls gives away what that one denied."),
        )  # fmt: skip
