"""The private engine on this machine's own kernel, for root on Linux: `native`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

from drydock.engine import cgroups, daemon, inside, paths, process, rootfs, settings
from drydock.engine.api import answers
from drydock.engine.spreading import spread
from drydock.errors import EngineUnavailableError
from drydock.text import _

START = 30.0  # s until a start counts as failed
STOP = 20.0  # s until what has not stopped by itself is killed
HERE = Path(__file__).parent
NAMESPACES = (
    "unshare",
    "--mount",
    "--pid",
    "--fork",
    "--kill-child",
    "--mount-proc",
    "--propagation",
    "private",
)


def url() -> str:
    """Return the API's address."""
    return f"unix://{paths.socket()}"


def running() -> bool:
    """Tell whether the engine answers."""
    return answers(paths.socket())


def start() -> None:
    """Start the engine unless it runs; build its root file system first when there is none.

    Raises EngineUnavailableError when it does not answer within 30 s, SetupError when it can't be built.
    """
    root = rootfs.build()
    with rootfs.lock("start"):
        if running():
            return
        kill_leftovers()
        _install(root)
        state = paths.state()
        state.chmod(0o700)
        shared = sorted({str(Path.home()), str(paths.COURSE)})
        boot = ["sh", str(HERE / "boot.sh"), str(root), str(state), *shared]
        # The shell ends at once, so that the engine is nobody's child and outlives whoever started it.
        shell = [
            "sh",
            "-c",
            'exec >"$0" 2>&1 </dev/null; setsid "$@" & echo $! >"$0.pid"',
            str(state / "engine.log"),
        ]
        subprocess.run([*shell, *NAMESPACES, *boot], check=True, cwd="/")
        pid = int((state / "engine.log.pid").read_text())
        (state / "pid").write_text(process.identity(pid))
        deadline = time.monotonic() + START
        while not answers(paths.socket()):
            if process.living(state / "pid") is None or time.monotonic() > deadline:
                kill_leftovers()
                raise _failed()
            time.sleep(0.05)
        paths.socket().chmod(0o600)
        spread(state)


def stop() -> bool:
    """Stop the engine and all its containers; images and volumes stay. Tell whether it ran."""
    pid = process.living(paths.state() / "pid")
    if pid is None:
        return False
    # `unshare` ignores SIGTERM on behalf of its child, the namespace's first process.
    for child in process.children(pid):
        os.kill(child, signal.SIGTERM)
    process.await_end(paths.state() / "pid", STOP)
    kill_leftovers()
    return True


def kill_leftovers() -> None:
    """Kill what is left of an engine that does not answer; its namespace takes all its processes with it."""
    pid = process.living(paths.state() / "pid")
    if pid is not None:
        os.kill(pid, signal.SIGKILL)
        process.await_end(paths.state() / "pid", 5)
    for name in ("docker.sock", "pid", "engine.log.pid"):
        (paths.state() / name).unlink(missing_ok=True)
    cgroups.remove("drydock")


def _install(root: Path) -> None:
    """Write the engine's configuration, and what we run in it into its root file system."""
    state = paths.state()
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings.collect(state / "settings")
    config = daemon.configuration(
        hosts=["unix:///drydock/docker.sock"],
        **{"cgroup-parent": "/drydock"},
        **settings.registries(),
    )
    (state / "daemon.json").write_text(json.dumps(config, indent=1))
    inside.install(root)


def _failed() -> EngineUnavailableError:
    log = paths.state() / "engine.log"
    last = [line for line in log.read_text(errors="replace").splitlines() if "level=info" not in line][-1:]
    return EngineUnavailableError(
        _("The private engine did not start."),
        _("Its log ends: {last}").format(last=last[0] if last else _("nothing")),
        _("`drydock doctor` shows what this machine allows; the whole log is {log}.").format(log=log),
    )
