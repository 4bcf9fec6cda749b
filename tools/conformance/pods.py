"""The images that the suite's Pods ask for, made from Debian and agnhost under their official names."""

from __future__ import annotations

import io
import re
import subprocess
import tarfile
from pathlib import Path

from drydock import images
from drydock.client import LabellingClient
from drydock.clusters import ClusterClient

AGNHOST = """
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends bind9-dnsutils curl iproute2 netcat-openbsd socat \\
 && mkdir /uploads && useradd -u 1000 user-defined-in-image && groupadd -g 50000 group-defined-in-image \\
 && usermod -aG group-defined-in-image user-defined-in-image && ln -s agnhost /agnhost-2
COPY agnhost /agnhost
ENTRYPOINT ["/agnhost"]
CMD ["pause"]
"""
BUSYBOX = """
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends busybox-static \\
 && busybox --install -s /usr/local/bin
CMD ["sh"]
"""
PAUSE = 'FROM scratch\nCOPY agnhost /\nENTRYPOINT ["/agnhost", "pause"]\n'
LOOKUP = """
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends bind9-dnsutils netcat-openbsd
"""
NGINX = "FROM nginx:1.26\n"
# By the last part of the official name; others are not made, and specs that need them fail for it.
MADE = {"agnhost": AGNHOST, "busybox": BUSYBOX, "glibc-dns-testing": LOOKUP, "nginx": NGINX, "pause": PAUSE}


def bring(client: LabellingClient, cluster: ClusterClient, binary: Path, agnhost: Path, *only: str) -> None:
    """Build the images that can be made, and give them to each node of the cluster: all, or `only` some names with tags."""
    images.need(client, "debian:trixie-slim", "nginx:1.26")
    for reference in asked(binary):
        tagged = reference.rpartition("/")[2]
        dockerfile = MADE.get(tagged.partition(":")[0])
        if dockerfile is None or (only and tagged not in only):
            continue
        if not client.images.list(reference):
            context = _context(dockerfile, agnhost)
            client.images.build(fileobj=context, custom_context=True, tag=reference, rm=True)
        cluster.load(reference)


def asked(binary: Path) -> list[str]:
    """Return the images that the suite names."""
    said = subprocess.run([binary, "--list-images"], capture_output=True, text=True, check=True).stdout
    return sorted(line for line in said.splitlines() if re.fullmatch(r"\S+/\S+:\S+", line))


def _context(dockerfile: str, agnhost: Path) -> io.BytesIO:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo("Dockerfile")
        info.size = len(dockerfile)
        archive.addfile(info, io.BytesIO(dockerfile.encode()))
        archive.add(agnhost, "agnhost")
    out.seek(0)
    return out
