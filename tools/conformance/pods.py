"""The images that the suite's Pods ask for, made from Debian and the suite's own programs under their official names."""

from __future__ import annotations

import io
import re
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path

from drydock import images
from drydock.client import LabellingClient
from drydock.clusters import ClusterClient
from tools.conformance import suite

AGNHOST = """
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends bind9-dnsutils curl iproute2 netcat-openbsd socat \\
 && mkdir /uploads && useradd -u 1000 user-defined-in-image && groupadd -g 50000 group-defined-in-image \\
 && usermod -aG group-defined-in-image user-defined-in-image && ln -s agnhost /agnhost-2
COPY localhost.crt /
COPY localhost.key /
COPY agnhost /agnhost
ENTRYPOINT ["/agnhost"]
CMD ["pause"]
"""
# busybox' own shell passes on a variable with a name such as data-1, Debian's does not, and bash does. But one spec asks
# for /bin/sh, and for busybox' words.
BUSYBOX = """
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends busybox-static \\
 && busybox --install -s /usr/local/bin && busybox --install -s /usr/bin \\
 && ln -sf /bin/bash /usr/local/bin/sh && ln -sf busybox /usr/bin/sh
CMD ["sh"]
"""
PAUSE = 'FROM scratch\nCOPY agnhost /\nENTRYPOINT ["/agnhost", "pause"]\n'
LOOKUP = """
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends bind9-dnsutils netcat-openbsd
"""
NGINX = "FROM nginx:1.26\n"
# A page that says which image it is of, for specs that exchange one image for another, or mount it.
PAGE = """
FROM debian:trixie-slim
COPY agnhost /agnhost
RUN echo '{"image": "%s.jpg"}' >/data.json
ENTRYPOINT ["/agnhost", "test-webserver"]
"""
ETCD = """
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends etcd-server && ln -s /usr/bin/etcd /usr/local/bin/
"""
SAMPLE_APISERVER = 'FROM scratch\nCOPY sample-apiserver /\nENTRYPOINT ["/sample-apiserver"]\n'
NO_NEW_PRIVILEGES = """
FROM debian:trixie-slim
COPY nnp /usr/local/bin/nnp
RUN chmod +s /usr/local/bin/nnp
CMD ["nnp"]
"""
# By the last part of the official name; others are not made, and specs that need them fail for it.
MADE = {
    "agnhost": AGNHOST,
    "busybox": BUSYBOX,
    "etcd": ETCD,
    "glibc-dns-testing": LOOKUP,
    "kitten": PAGE % "kitten",
    "nautilus": PAGE % "nautilus",
    "nginx": NGINX,
    "nonewprivs": NO_NEW_PRIVILEGES,
    "pause": PAUSE,
    "sample-apiserver": SAMPLE_APISERVER,
}


def bring(client: LabellingClient, cluster: ClusterClient, programs: Mapping[str, Path], *only: str) -> None:
    """Build the images that can be made, and give them to each node of the cluster: all, or `only` some names with tags."""
    images.need(client, "debian:trixie-slim", "nginx:1.26")
    for reference in asked(programs[suite.BINARY]):
        tagged = reference.rpartition("/")[2]
        dockerfile = MADE.get(tagged.partition(":")[0])
        if dockerfile is None or (only and tagged not in only):
            continue
        if not client.images.list(reference):
            # Specs read the image's name in a Pod's status, which for two names of one image is either.
            dockerfile += f"LABEL org.opencontainers.image.ref.name={reference}\n"
            context = _context(dockerfile, programs)
            client.images.build(fileobj=context, custom_context=True, tag=reference, rm=True)
        cluster.load(reference)


def asked(binary: Path) -> list[str]:
    """Return the images that the suite names."""
    said = subprocess.run([binary, "--list-images"], capture_output=True, text=True, check=True).stdout
    return sorted(line for line in said.splitlines() if re.fullmatch(r"\S+/\S+:\S+", line))


def _context(dockerfile: str, programs: Mapping[str, Path]) -> io.BytesIO:
    """Return what is sent to the builder: the Dockerfile, and the programs that it copies."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo("Dockerfile")
        info.size = len(dockerfile)
        archive.addfile(info, io.BytesIO(dockerfile.encode()))
        for name in set(programs) & set(re.findall(r"^COPY (\S+)", dockerfile, re.MULTILINE)):
            archive.add(programs[name], name)
    out.seek(0)
    return out
