"""dockerd's configuration, as far as all engines of the course share it."""

from __future__ import annotations

from typing import Any

# What BuildKit keeps: a start takes a second for each few hundred steps in its cache, and containerd looks at all of
# them whenever it collects garbage. A full cache may drop what has just been built, so it is made not to get full. This
# does it, and nothing of ours prunes it: after a prune, BuildKit 0.13 finds none of the steps that it has kept.
CACHE = (
    {"keepStorage": "1GB", "filter": ["unused-for=12h"]},
    {"keepStorage": "30GB", "all": True},
)
# What it keeps of each build, with the image's blobs: all of them are looked at whenever containerd collects garbage.
# It drops what is too old of what is too many.
HISTORY = {"maxEntries": 20, "maxAge": "10m"}


def configuration(**more: Any) -> dict[str, Any]:
    """Return the content of daemon.json; `more` is what differs, such as where the data lies.

    Source: Docker Engine reference, "dockerd", daemon configuration file.
    """
    return {
        "group": "root",
        "data-root": "/drydock/data",
        "exec-root": "/run/docker",
        "pidfile": "/run/docker.pid",
        "exec-opts": ["native.cgroupdriver=cgroupfs"],
        "features": {"containerd-snapshotter": True},
        "builder": {"gc": {"enabled": True, "policy": CACHE}, "history": HISTORY},
        "userland-proxy-path": "/usr/local/sbin/drydock-port",
        **more,
    }
