"""The repair of lesson 09: an image that a policy gate stops."""

from __future__ import annotations

import json
from pathlib import Path

import docker
from packaging.version import InvalidVersion, Version

from drydock import scanning
from drydock.checks.lesson04.service import answers
from drydock.checks.lesson09.making import make
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.text import _

NAME = "dd-freight"
FIXED = {"gunicorn": "22.0.0", "h11": "0.16.0"}  # the first versions without the holes; see the advisories
FILES = {
    "requirements.txt": "gunicorn==21.2.0\nh11==0.14.0\n",
    "freight.py": '''\
"""Freight: says which version of h11 it would speak."""

import h11


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [h11.__version__.encode()]
''',
    "Dockerfile": """\
FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY freight.py .
USER 10001
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "--worker-tmp-dir", "/dev/shm", "freight:app"]
""",
}
# What the code itself says, whatever its metadata says.
ASK = "import json, gunicorn, h11; print(json.dumps({'gunicorn': gunicorn.__version__, 'h11': h11.__version__}))"


def start_freight(harbour: Path) -> Path:
    """Write the service of task 09.6 into `harbour`/freight, build its image, and return the folder."""
    make(harbour / "freight", FILES, NAME)
    return harbour / "freight"


@task("09.6", _("Repair: the gate stays shut"), hints=(
    _("`print(verdict)` shows the findings. What do its last two columns say?"),
    _("Two packages need another version, and the versions stand in one file. An image does not change when the file does."),
    _("`gunicorn==27.0.1` and `h11==0.16.0` in requirements.txt, and then build dd-freight again."),
))  # fmt: skip
def freight(client: docker.DockerClient, see: See) -> None:
    image = see.image(NAME)
    verdict = scanning.audit(image, "json")
    known = {
        f"{part['name']} {part['version']}"
        for part in json.loads(verdict.text)["dependencies"]
        if part.get("vulns")
    }
    see.expect(
        _("packages of dd-freight against which something is known"),
        expected=_("none"),
        actual=", ".join(sorted(known)) or _("none"),
        holds=verdict.code == 0,
        hint=_(
            "The scan looks at what is installed in the image, also at what another package brought along."
        ),
    )
    code, text = see.probe(NAME, ["-c", ASK], entrypoint=["python"])
    versions = json.loads(text.splitlines()[-1]) if code == 0 else {}
    old = {name: versions.get(name, _("not there")) for name in FIXED if not _fixed(name, versions)}
    if not see.expect(
        _("the code of gunicorn and h11 in dd-freight"),
        expected=_("there, and without the known holes"),
        actual=", ".join(f"{name} {version}" for name, version in old.items())
        or _("there, and without the known holes"),
        holds=not old,
        hint=_("Without its metadata a package is invisible to the scan, and as dangerous as before. Without the package the service does not run."),
    ):  # fmt: skip
        return
    with see.started(NAME) as service:
        answers(see, service)


def _fixed(name: str, versions: dict[str, str]) -> bool:
    try:
        return Version(versions.get(name, "0")) >= Version(FIXED[name])
    except InvalidVersion:
        return False
