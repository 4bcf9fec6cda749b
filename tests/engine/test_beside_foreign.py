"""A foreign dockerd on the host, with a published port, notices nothing of the private engine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from drydock.engine import rootfs

pytestmark = pytest.mark.alone
# Runs in a network namespace of its own that plays the host: a foreign dockerd, then `native` beside it.
PLAY = r"""
import json, os, subprocess, sys, time, urllib.request
from pathlib import Path
import docker
from drydock.engine import native
from drydock.engine.program import from_rootfs
home, root, bundle = map(Path, sys.argv[1:])
foreign = home / "foreign"; foreign.mkdir()
in_root = ["chroot", root]  # a minimal host has no `ip` and no iptables
subprocess.run([*in_root, "ip", "link", "set", "lo", "up"], check=True)
boot = f'''mount --bind {root} {root} && mount --rbind /dev {root}/dev && mount -t proc proc {root}/proc
mount -t sysfs sysfs {root}/sys && mount --rbind /sys/fs/cgroup {root}/sys/fs/cgroup && mount -t tmpfs tmpfs {root}/run
mkdir -p {root}/foreign && mount --bind {foreign} {root}/foreign
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
exec chroot {root} dockerd -H unix:///foreign/docker.sock --data-root /foreign/data --exec-root /run/foreign --pidfile /run/foreign.pid --cgroup-parent /foreign'''
with open(foreign / "log", "w") as log:
    daemon = subprocess.Popen(["unshare", "--mount", "--propagation", "private", "sh", "-c", boot], stdout=log, stderr=log)
    client = docker.DockerClient(base_url=f"unix://{foreign}/docker.sock", version="1.40")
    for _ in range(100):
        try:
            client.ping(); break
        except Exception:
            time.sleep(0.1)
    client.images.load(bundle.read_bytes())
    web = client.containers.run("python:3.13-slim", ["python", "-m", "http.server"], ports={"8000/tcp": 18080}, detach=True, init=True)

    def seen():
        def answers():
            try:
                return urllib.request.urlopen("http://127.0.0.1:18080", timeout=2).status
            except OSError as error:
                return str(error)
        web.reload()
        rules = subprocess.run([*in_root, "iptables-save"], capture_output=True, text=True, check=True).stdout
        return {
            "container": [web.id, web.status, web.attrs["State"]["StartedAt"]],
            "rules": [line for line in rules.splitlines() if line.startswith("-")],
            "ip_forward": Path("/proc/sys/net/ipv4/ip_forward").read_text(),
            "links": subprocess.run([*in_root, "ip", "-br", "link"], check=True, capture_output=True, text=True).stdout,
            "answer": answers(),
        }

    time.sleep(1)
    before = seen()
    native.start()
    ours = docker.DockerClient(base_url=native.url())
    ours.images.load(bundle.read_bytes())
    ours.containers.run("python:3.13-slim", ["python", "-m", "http.server"], ports={"8000/tcp": 18081}, detach=True, init=True)
    during = seen()
    native.stop()
    after = seen()
    web.remove(force=True)
    ours.close(); client.close()
    daemon.terminate(); daemon.wait(20)
print(json.dumps({"before": before, "during": during, "after": after}))
"""


def test_a_foreign_dockerd_is_left_alone(second_home: Path, python_bundle: Path) -> None:
    command = [
        "unshare",
        "--net",
        "--mount",
        "--propagation",
        "private",
        sys.executable,
        "-W",
        "ignore",
        "-c",
        PLAY,
    ]
    result = subprocess.run(
        [*command, str(second_home), str(rootfs.engine()), str(python_bundle)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    if result.returncode != 0:
        log = second_home / "foreign/log"
        pytest.fail(result.stderr[-1500:] + (log.read_text()[-1500:] if log.exists() else ""))
    seen = json.loads(result.stdout)
    assert seen["before"]["answer"] == 200
    assert any("18080" in rule for rule in seen["before"]["rules"])
    assert seen["during"] == seen["before"]
    assert seen["after"] == seen["before"]
