"""Set up what the course needs to run: a virtual environment with the packages of requirements.txt.

Run by make with whatever `python3` there is, so this file's syntax stays old and it imports nothing of ours.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time

OLDEST = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
STAMP = os.path.join(VENV, ".ready")


def fail(what, state, hint):
    sys.exit(f"{what}\n{state}\nHint: {hint}")


def recipe():
    digest = hashlib.sha256()
    for name in ("requirements.txt", "pyproject.toml"):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def run(what, command):
    print(f"{what} ...", flush=True)
    begun = time.time()
    if subprocess.call(command, cwd=ROOT) != 0:
        fail(
            f"{what} did not work; the lines above say why.",
            "The set-up is not complete; nothing else was changed.",
            "mend the cause (network, disk space), then run the same make command again: it goes on from here.",
        )
    print(f"{what}: done in {time.time() - begun:.0f} s", flush=True)


def has_pip(python):
    """Tell whether a venv is complete: an interrupted `venv` leaves a python without pip."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return os.path.exists(python) and subprocess.call([python, "-m", "pip", "--version"], **quiet) == 0


def make_venv():
    if subprocess.call([sys.executable, "-c", "import ensurepip"], stderr=subprocess.DEVNULL) != 0:
        package = "python{}.{}-venv".format(*sys.version_info[:2])
        if os.geteuid() != 0 or shutil.which("apt-get") is None:
            fail("This Python has no venv module.", "Nothing was changed.", f"install the package {package}.")
        run(
            "Installing the system package " + package,
            ["sh", "-c", "apt-get update -qq && apt-get install -y -qq " + package],
        )
    run("Making the virtual environment .venv", [sys.executable, "-m", "venv", "--clear", VENV])


def main():
    if sys.version_info < OLDEST:
        fail(
            "This is Python {}.{}; the course needs {}.{} or newer.".format(*(sys.version_info[:2] + OLDEST)),
            "Nothing was changed.",
            "install a newer Python and name it: make PYTHON=python3.13 lab",
        )
    wanted = recipe()
    if os.path.exists(STAMP):
        with open(STAMP) as file:
            if file.read() == wanted:
                return
    python = os.path.join(VENV, "bin", "python")
    if not has_pip(python):
        make_venv()
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--progress-bar", "on"]
    run("Installing the Python packages of requirements.txt (about 1 min)", [*pip, "-r", "requirements.txt"])
    run("Installing the course", [*pip, "--no-deps", "-e", "."])
    with open(STAMP + ".new", "w") as file:
        file.write(wanted)
    os.replace(STAMP + ".new", STAMP)


if __name__ == "__main__":
    main()
