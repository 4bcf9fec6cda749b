"""Run pip-audit on what an image holds."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from docker.models.images import Image
from packaging.utils import InvalidName, canonicalize_name
from packaging.version import InvalidVersion, Version

from drydock.errors import DrydockError
from drydock.scanning.contents import packages
from drydock.scanning.service import service
from drydock.text import _

CLEAN, FOUND = 0, 1  # pip-audit's exit codes
FAILURE = ("Traceback", "ERROR:")  # it ends with 1 then, too


@dataclass(frozen=True)
class Audit:
    """What pip-audit said. `code` is its exit code: 0 when nothing is known against any package, else 1."""

    code: int
    text: str

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__


def audit(image: Image, format: str = "columns") -> Audit:
    """Ask pip-audit about an image's Python packages; `format` is its own, such as `json` or `cyclonedx-json`.

    It asks the course's copy of some advisories, not OSV's service, so that it needs no network and says the
    same each day. Raises DrydockError when a package can't be judged, or when pip-audit itself fails.
    """
    with tempfile.TemporaryDirectory(prefix="dd-audit-") as folder, service() as url:
        options = [
            word for file in _requirements(image, Path(folder)) for word in ("--requirement", str(file))
        ]
        options += [
            "--no-deps",
            "--disable-pip",
            "--progress-spinner",
            "off",
            "--vulnerability-service",
            "osv",
            "--osv-url",
            url,
        ]
        done = subprocess.run(
            [sys.executable, "-m", "pip_audit", *options, "--format", format, "--cache-dir", folder],
            env={**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"},
            capture_output=True,
            text=True,
        )  # fmt: skip
    if done.returncode not in (CLEAN, FOUND) or any(sign in done.stderr for sign in FAILURE):
        said = done.stderr.strip().splitlines()[-1:] or [str(done.returncode)]
        raise DrydockError(
            _("pip-audit could not look at {image}: {why}").format(image=image, why=said[0]),
            _("The image is as it was, and not judged."),
            _("`pip-audit --version` says whether it is installed; `make lab` sets up what is missing."),
        )
    if format != "columns":
        return Audit(done.returncode, done.stdout.strip())
    summary = [line for line in done.stderr.splitlines() if not line.startswith("WARNING")]
    return Audit(done.returncode, "\n".join([*summary, done.stdout]).strip())


def _requirements(image: Image, folder: Path) -> list[Path]:
    """Write the image's packages as requirements; a package in two versions, as two files: pip-audit takes one a file.

    What stands in an image was written by strangers: a name or a version that is none could be an option of pip's.
    """
    lists: list[dict[str, str]] = [{}]
    for name, version in packages(image):
        try:
            canonicalize_name(name, validate=True)
            Version(version)
        except (InvalidName, InvalidVersion) as error:
            raise DrydockError(
                _("pip-audit can't judge {image}: {why}").format(image=image, why=error),
                _("The image is as it was, and not judged."),
                _("a package in it has a name or a version that Python's packaging rules don't know; `scanning.packages` lists all."),
            ) from None  # fmt: skip
        target = next((known for known in lists if name not in known), None)
        if target is None:
            lists.append(target := {})
        target[name] = version
    files = []
    for number, known in enumerate(lists):
        files.append(file := folder / f"requirements-{number}.txt")
        file.write_text("".join(f"{name}=={version}\n" for name, version in known.items()))
    return files
