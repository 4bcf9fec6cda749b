"""The keys that guard the engine's API: made on the learner's machine, for the learner alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import docker

HOST = "127.0.0.1"
FOR_MACHINE = ("server.pem", "ca.pem")


def make(folder: Path) -> None:
    """Write an authority's certificate, a server's and a client's with their keys, unless they are there.

    The authority's own key is kept nowhere, so that nobody gets a further certificate of it.
    """
    if (folder / "cert.pem").exists():
        return
    import trustme  # takes a while, and is needed once

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    authority = trustme.CA(organization_name="Drydock", organization_unit_name="engine")
    server, client = authority.issue_cert(HOST), authority.issue_cert("learner", common_name="learner")
    _write(folder / "ca.pem", authority.cert_pem.bytes())
    _write(folder / "server.pem", server.private_key_and_cert_chain_pem.bytes())
    _write(folder / "key.pem", client.private_key_pem.bytes())
    _write(folder / "cert.pem", client.cert_chain_pems[0].bytes())


def configuration(folder: Path) -> docker.TLSConfig:
    """Return what docker-py needs to speak to the engine."""
    import docker

    pair = (str(folder / "cert.pem"), str(folder / "key.pem"))
    return docker.TLSConfig(client_cert=pair, ca_cert=str(folder / "ca.pem"), verify=True)


def _write(file: Path, content: bytes) -> None:
    partial = file.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
    partial.rename(file)
