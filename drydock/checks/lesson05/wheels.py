"""Tasks on wheels: installed where there is no network, and only if their hashes are right."""

from __future__ import annotations

import io
import tarfile

import docker
from docker.errors import NotFound
from docker.models.containers import Container

from drydock.checks import probes
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.text import _

PYTHON = "python:3.13-slim"
LOCK = "requirements.lock"
WANTED = ("fastapi==0.165.0", "uvicorn==0.54.0")  # as in project/base/requirements.txt
INSTALL = ["python", "-m", "pip", "install", "--no-cache-dir", "--root-user-action=ignore", "--no-index", "--find-links=/wheels"]  # fmt: skip


def unloaded(client: docker.DockerClient, see: See, name: str) -> dict[str, bytes]:
    """Return the files in /wheels of an image by name, without running it; record that wheels are there."""
    see.image(name)
    files: dict[str, bytes] = {}
    with probes.created(client, see.lesson, name, ["none"]) as box:  # it is never started
        try:
            packed = io.BytesIO(b"".join(box.get_archive("/wheels")[0]))
        except NotFound:
            packed = io.BytesIO()
    if packed.getbuffer():
        with tarfile.open(fileobj=packed) as archive:
            for member in archive:
                if (content := archive.extractfile(member)) is not None:
                    files[member.name.rpartition("/")[2]] = content.read()
    wheels = [file for file in files if file.endswith(".whl")]
    see.expect(
        _("wheels in the folder /wheels of {name}").format(name=name),
        expected=_("some"),
        actual=len(wheels),
        holds=wheels,
        hint=_("A wheel's name ends with .whl. What ends with .tar.gz is source. The folder lies at the top of the image."),
    )  # fmt: skip
    return files if wheels else {}


def put(box: Container, files: dict[str, bytes]) -> None:
    """Write files into /wheels of a container."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(f"wheels/{name}")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    box.put_archive("/", packed.getvalue())


def why(text: str) -> str:
    """Return pip's reason: its last line that begins with ERROR, or its last."""
    lines = text.splitlines() or [_("nothing")]
    return next((line for line in reversed(lines) if line.startswith("ERROR")), lines[-1])


@task("05.2", _("Wheels for a ship without a network"), hints=(
    _("What must be in a folder so that pip asks nobody? Two packages are named, and each needs others."),
    _("`pip wheel` and `pip download` collect a package with all that it needs. An image can be files alone: `FROM scratch`."),
    _("`FROM python:3.13-slim AS builder`, `RUN pip wheel --wheel-dir /wheels -r requirements.txt`; `FROM scratch`, `COPY --from=builder /wheels /wheels`."),
))  # fmt: skip
def cargo(client: docker.DockerClient, see: See) -> None:
    files = unloaded(client, see, "dd-cargo")
    if not files:
        return
    with see.started(PYTHON, ["sleep", "120"], network_mode="none") as box:
        put(box, files)
        code, text = see.exec(box, [*INSTALL, *WANTED])
        see.expect(
            _("`pip install --no-index` of Harbour's packages from /wheels, in {image} without a network").format(image=PYTHON),
            expected=_("works"),
            actual=why(text) if code else _("works"),
            holds=code == 0,
            hint=_("Every package that is needed must be there, as a wheel for this Python and this system."),
        )  # fmt: skip


@task("05.3", _("Sealed"), hints=(
    _("A version can be given to other content; a hash cannot. Which tool of the lesson writes hashes, and for which packages?"),
    _("`uv export` writes them from `uv.lock`. `pip download --require-hashes` takes what fits them."),
    _("In a builder with uv: `uv lock && uv export --no-emit-project -o /wheels/requirements.lock`, then `pip download --require-hashes -d /wheels -r /wheels/requirements.lock`."),
))  # fmt: skip
def sealed(client: docker.DockerClient, see: See) -> None:
    files = unloaded(client, see, "dd-sealed")
    if not files:
        return
    named = [*INSTALL, "--require-hashes", "-r", f"/wheels/{LOCK}"]
    if not see.expect(
        _("file /wheels/{name} in dd-sealed").format(name=LOCK),
        expected=_("there"),
        actual=_("there") if LOCK in files else _("not there"),
        holds=LOCK in files,
        hint=_("The list of what is allowed travels with the wheels, beside them."),
    ):
        return
    with see.started(PYTHON, ["sleep", "120"], network_mode="none") as box:
        put(box, files)
        code, text = see.exec(box, named)
        asked = see.exec(
            box, ["python", "-c", "import fastapi, uvicorn; print(fastapi.__version__, uvicorn.__version__)"]
        )[1]
    wanted = " ".join(package.partition("==")[2] for package in WANTED)
    see.expect(
        _("`pip install --require-hashes` from that list, without a network"),
        expected=_("works, with fastapi and uvicorn {versions}").format(versions=wanted),
        actual=why(text) if code else asked,
        holds=code == 0 and asked == wanted,
        hint=_("With hashes, each package in the list needs one, and so does each package that those need."),
    )
