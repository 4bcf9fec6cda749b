"""Tasks on what an image says and holds: its command, its layers, its cache."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import docker

from drydock.checks import layers
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.engine import paths
from drydock.text import _

FOLDER = "exercise-04"


@task("04.1", _("A command with a default"), hints=(
    _("What you write after an image's name replaces one of the two, `ENTRYPOINT` or `CMD`. Which one?"),
    _("What is always said belongs into `ENTRYPOINT`, what has a default into `CMD`. In the shell form, arguments are lost."),
    _('`ENTRYPOINT ["echo", "Ahoy,"]` and `CMD ["harbour"]`. Without a context: `client.images.build(fileobj=io.BytesIO(dockerfile), tag=...)`.'),
))  # fmt: skip
def greeting(client: docker.DockerClient, see: See) -> None:
    see.image("dd-ahoy")
    for command, expected in (([], "Ahoy, harbour"), (["Rainbow"], "Ahoy, Rainbow")):
        code, text = see.probe("dd-ahoy", command)
        see.expect(
            _("what `docker run {line}` prints").format(line=" ".join(["dd-ahoy", *command])),
            expected=expected,
            actual=text if code == 0 else _("{text} (exit code {code})").format(text=text or "—", code=code),
            holds=code == 0 and text == expected,
            hint=_(
                "Arguments replace CMD as a whole, and are put after ENTRYPOINT. A shell form takes none."
            ),
        )


@task("04.3", _("An edit, and no new download"), hints=(
    _("What changes when app.py changes, and which instructions come after it?"),
    _("One `COPY` for what the packages depend on, then `RUN pip install`, then another `COPY` for the code."),
    _("`COPY requirements.txt .`, `RUN pip install --no-cache-dir -r requirements.txt`, `COPY . .`, in this order."),
))  # fmt: skip
def cached(client: docker.DockerClient, see: See) -> None:
    folder = paths.work() / FOLDER
    dockerfile = (folder / "Dockerfile").is_file()
    if not see.expect(
        _("file work/{folder}/Dockerfile").format(folder=FOLDER),
        expected=_("there"),
        actual=_("there") if dockerfile else _("not there"),
        holds=dockerfile,
        hint=_(
            "The check builds this file itself, in a copy of the folder: nothing needs to be built by you."
        ),
    ):
        return
    with copied(folder) as context:
        installed_once(see, context)


@contextmanager
def copied(folder: Path) -> Iterator[Path]:
    """Give a copy of a folder for the time of a `with`: what a check edits is never the learner's."""
    with tempfile.TemporaryDirectory() as temporary:
        yield Path(shutil.copytree(folder, Path(temporary) / "context", symlinks=True))


def installed_once(see: See, context: Path) -> bool:
    """Build a folder before and after an edit of app.py, see that fastapi was installed once; False if nothing could be compared."""
    # Each build with code of its own: BuildKit takes a copy of a whole stage from the cache if all contents are
    # the same, and that may be from an older build, with other times.
    app = context / "app.py"
    code = app.read_text() if app.is_file() else ""  # without one, the first build says so
    if code:
        app.write_text(f"{code}\n# before the edit: {time.time_ns()}\n")
    first = installed(see, context)
    if not first:
        return False
    mark = f"# edited by the check: {time.time_ns()}"
    app.write_text(f"{code}\n{mark}\n")
    # Layers keep whole seconds: packages that are installed again must get another one.
    time.sleep(1 - time.time() % 1)
    second = installed(see, context, mark)
    see.expect(
        _("fastapi in the images before and after an edit of app.py"),
        expected=_("from one layer, installed once"),
        actual=_("from one layer, installed once") if first == second else _("installed twice"),
        holds=first == second,
        hint=_("One step that is new makes every later step new: which one does an edit of app.py change?"),
    )
    return True


def installed(see: See, context: Path, mark: str = "") -> str:
    """Build a folder; return when fastapi was installed there, "" if it is not complete, and see that `mark` is in the code that it runs."""
    look = "import fastapi, os; print(os.stat(fastapi.__file__).st_mtime_ns)"
    look += f"\nimport app; print({mark!r} in open(app.__file__).read() or 'an older app.py')"
    with see.built(context) as image:
        code, text = see.probe(image, ["-c", look], entrypoint=["python"])
    lines = text.splitlines()
    complete = code == 0 and lines[1:] == ["True"]
    see.expect(
        _("the image built after an edit of app.py") if mark else _("the image built from the Dockerfile"),
        expected=_("has fastapi and the newest app.py"),
        actual=_("has both") if complete else (lines or [_("nothing")])[-1],
        holds=complete,
        hint=_("Does the Dockerfile install requirements.txt, and copy app.py to the WORKDIR? Does .dockerignore keep it away?"),
    )  # fmt: skip
    return lines[0] if complete else ""


@task("04.4", _("No package lists in any layer"), hints=(
    _("A later step can hide a file of an earlier layer. Can it take it out of there?"),
    _("Fetch the lists, install, and remove the lists in one step: then no layer ever has them."),
    _("`RUN apt-get update && apt-get install -y --no-install-recommends tree && rm -rf /var/lib/apt/lists/*`"),
))  # fmt: skip
def apt_lists(client: docker.DockerClient, see: See) -> None:
    image = see.image("dd-tools")
    code, text = see.probe("dd-tools", ["--version"], entrypoint=["tree"])
    see.expect(
        _("`tree --version` in a container from dd-tools"),
        expected=_("runs"),
        actual=_("runs") if code == 0 else text or _("exit code {code}").format(code=code),
        holds=code == 0,
        hint=_("The program comes from Debian's package of the same name."),
    )
    left = [
        name for name in layers.files(image) if name.startswith("var/lib/apt/lists/") or name.endswith(".deb")
    ]
    see.expect(
        _("package lists and archives in the layers of dd-tools"),
        expected=_("none, in no layer"),
        actual=_("{count} files, such as /{name}").format(count=len(left), name=left[0])
        if left
        else _("none"),
        holds=not left,
        hint=_("Each instruction makes a layer of its own, and a layer stays as it was built."),
    )
