"""Start and stop the learner's machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from drydock.engine import paths, process, rootfs
from drydock.engine.microvm import accelerators, base, keys, laying, status
from drydock.progress import step
from drydock.text import _

if TYPE_CHECKING:
    import docker

STOP = 120.0  # s until what has not been saved by then is killed


def url() -> str:
    """Return the API's address."""
    return f"tcp://{keys.HOST}:{status.read().get('port', 0)}"


def tls() -> docker.TLSConfig:
    """Return the certificates that the API asks for."""
    return keys.configuration(certificates())


def certificates() -> Path:
    """Return the folder with what a client needs: ca.pem, cert.pem, key.pem."""
    return paths.machine() / "tls"


def programs() -> Path | None:
    """Return where the docker command lies that comes with the machine, or None before one is built."""
    found = base.find()
    return found / "cli" if found is not None else None


def running() -> bool:
    """Tell whether the machine runs and its engine has answered. Raises EngineUnavailableError while it has no space."""
    if process.living(paths.machine() / "keeper.pid") is None:
        return False
    if (phase := status.read().get("phase")) == "full":
        raise status.full()
    return phase == "ready"


def start() -> None:
    """Start the machine unless it runs; build it first where there is none.

    Raises EngineUnavailableError when it does not answer, SetupError when it can't be built.
    """
    if running():
        return
    origin = base.obtain()
    with rootfs.lock("machine"):
        if running():
            return
        kill_leftovers()
        folder = paths.machine()
        laying.prepare(folder, origin)
        accelerator = accelerators.best(origin)
        (folder / "status.json").unlink(missing_ok=True)
        with (folder / "keeper.log").open("w") as log:
            keeper = subprocess.Popen(
                [sys.executable, "-m", "drydock.engine.microvm.serving", str(folder), accelerator],
                cwd=paths.COURSE,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        (folder / "keeper.pid").write_text(process.identity(keeper.pid))
        _await_ready(folder)


def _await_ready(folder: Path) -> None:
    """Wait for the keeper's word, and show what it does. Raises EngineUnavailableError."""
    while (phase := status.read().get("phase")) in (None, "restoring"):
        _check_alive(folder, phase)
    if phase == "booting":
        why = status.read()["why"]
        with step(_("Starting the emulated machine from its disk, as {why}").format(why=why)):
            while (phase := status.read().get("phase")) == "booting":
                _check_alive(folder, phase)
    if phase != "ready":
        raise status.failed(folder)


def _check_alive(folder: Path, phase: str | None) -> None:
    time.sleep(0.02)
    if process.living(folder / "keeper.pid") is None and status.read().get("phase") == phase:
        raise status.failed(folder)


def stop() -> bool:
    """Save the machine with all that runs in it, and end it. Tell whether it ran."""
    pid = process.living(paths.machine() / "keeper.pid")
    if pid is None:
        return False
    os.kill(pid, signal.SIGTERM)
    process.await_end(paths.machine() / "keeper.pid", STOP)
    kill_leftovers()
    return True


def end() -> bool:
    """End the machine without saving it: for one that is to be deleted. Tell whether it ran."""
    was = process.living(paths.machine() / "keeper.pid") is not None
    kill_leftovers()
    return was


def kill_leftovers() -> None:
    """Kill what is left of a machine whose keeper has gone, or a keeper that does not end."""
    for name in ("keeper.pid", "qemu.pid"):
        file = paths.machine() / name
        if (pid := process.living(file)) is not None:
            os.kill(pid, signal.SIGKILL)
            process.await_end(file, 5)
        file.unlink(missing_ok=True)
