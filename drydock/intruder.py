"""What somebody could do who got into a Python service: small attempts that harm nothing, made in its container."""

from __future__ import annotations

import json
from typing import cast

from docker.models.containers import Container

from drydock.errors import DrydockError
from drydock.text import _

PROCESSES, MEMORY = 100, 300  # how many processes, how much memory (MiB) an attempt takes, for a moment
SCRIPT = f"""\
import ctypes, json, os, signal, socket, subprocess, tempfile
libc = ctypes.CDLL(None, use_errno=True)
def trial(function):
    try: return bool(function())
    except (OSError, subprocess.SubprocessError, MemoryError): return False
def child(function):
    pid = os.fork()
    if pid == 0:
        code = 1
        try: code = 0 if function() else 1
        finally: os._exit(code)
    return os.waitpid(pid, 0)[1] == 0
def give_away():
    with tempfile.NamedTemporaryFile(dir="/dev/shm") as file:
        os.chown(file.name, 12345, 12345)
    return True
def raw_packets():
    socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP).close()
    return True
def change_program():
    with open("app.py", "ab"): return True
def become_root():
    if os.geteuid() == 0: return True
    su = subprocess.Popen(["su"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    su.stdout.read(1)  # it asks for the password, or has ended; its entry is still there
    status = open(f"/proc/{{su.pid}}/status").read()
    su.kill()
    su.wait()
    return next(line for line in status.splitlines() if line.startswith("Uid:")).split()[2] == "0"
def bring_tool():
    for folder in ("/tmp", "/var/tmp", "/dev/shm", "."):
        tool = os.path.join(folder, f"drydock-tool-{{os.getpid()}}")
        try:
            with open("/bin/true", "rb") as program, open(os.open(tool, os.O_CREAT | os.O_WRONLY, 0o755), "wb") as file:
                file.write(program.read())
            if subprocess.run([tool]).returncode == 0: return True
        except OSError: pass
        finally:
            if os.path.exists(tool): os.remove(tool)
    return False
def many_processes():
    made = []
    try:
        while len(made) < {PROCESSES}:
            pid = os.fork()
            if pid == 0:
                signal.pause()
            made.append(pid)
    finally:
        for pid in made: os.kill(pid, signal.SIGKILL)
        for pid in made: os.waitpid(pid, 0)
    return True
def much_memory():
    open("/proc/self/oom_score_adj", "w").write("1000")  # if somebody must be killed, then this child
    return len(bytearray({MEMORY} * 2**20))
def trace():
    return libc.ptrace(0, 0, 0, 0) == 0
def namespace():
    return libc.unshare(0x10000000) == 0  # CLONE_NEWUSER
print(json.dumps({{
    "a new user namespace": child(namespace),
    "raw packets": trial(raw_packets),
    "give files away": trial(give_away),
    "change the program": trial(change_program),
    "become root": trial(become_root),
    "bring a tool": trial(bring_tool),
    "{PROCESSES} processes": trial(many_processes),
    "{MEMORY} MiB of memory": child(much_memory),
    "trace a process": child(trace),
}}))
"""


def attempts(container: Container) -> dict[str, bool]:
    """Return what succeeds of a fixed list of attempts, made in a running container with its own user and rights.

    The image needs `python`, and the attempts are made in its working directory. Each takes back what it did;
    one that is stopped at a memory limit counts as an OOM kill of the container. Raises DrydockError when the
    attempts themselves can't be run.
    """
    code, output = container.exec_run(["python", "-c", SCRIPT])
    said = cast(bytes, output).decode(errors="replace").strip().splitlines()
    if code != 0 or not said:
        why = said[-1] if said else str(code)
        raise DrydockError(
            _("The attempts could not be made in {name}: {why}").format(name=container.name, why=why),
            _("The container runs as before."),
            _("the image needs `python`; a limit of less than 16 processes leaves no room for one more."),
        )
    found: dict[str, bool] = json.loads(said[-1])
    return found
