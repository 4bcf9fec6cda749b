"""What a virtual machine is made of: an image's files as its first file system, in memory, and a Debian kernel."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import Any

from drydock.client import LabellingClient
from drydock.engine import paths
from drydock.engine.microvm import base, cpio, layout
from drydock.errors import DrydockError
from drydock.progress import step
from drydock.text import _

# Run in a container, so that any engine can do it.
FETCH = f"""apt-get -qq update
{layout.unpacking("linux-image-cloud-amd64", "/tmp/unpacked")}
mv /tmp/unpacked/boot/vmlinuz-* /tmp/vmlinuz"""


def file_system(client: LabellingClient, image: str, script: str) -> bytes:
    """Return an image's files as the kernel's first file system, with `script`, in the shell's language, as its first program."""
    box: Any = client.containers.create(image)
    try:
        content = b"".join(box.export())
    finally:
        box.remove()
    archive = cpio.Archive()
    with tarfile.open(fileobj=io.BytesIO(content)) as files:
        for member in files:
            name = member.name.strip("/")
            if name.startswith(
                "dev/"
            ):  # what the engine puts there for a container; the kernel has its own console
                continue
            if member.isdir():
                archive.folder(name)
            elif member.issym():
                archive.link(name, member.linkname)
            elif (data := files.extractfile(member)) is not None:  # a hard link's is its target's
                archive.file(name, data.read(), member.mode)
    archive.file("init", f"#!/bin/sh\nmount -t proc proc /proc\n{script}\n".encode(), 0o755)
    return archive.close()


def kernel(client: LabellingClient, image: str) -> Path:
    """Return a Debian kernel: the emulated engine's, or one that was fetched with `image`, a Debian."""
    built, fetched = base.find(), paths.home() / "kernel" / "vmlinuz"
    if built is not None:
        return built / "vmlinuz"
    if not fetched.exists():
        with step(_("Fetching a kernel for a virtual machine")):
            box: Any = client.containers.create(image, ["sh", "-c", FETCH])
            box.start()
            if box.wait()["StatusCode"] != 0:
                raise DrydockError(
                    _("The kernel could not be fetched: {why}").format(
                        why=box.logs().decode().strip()[-200:]
                    ),
                    _("Nothing was changed."),
                    _("it comes from Debian's package archive, through a container: is there a network?"),
                )
            stream, _stat = box.get_archive("/tmp/vmlinuz")
            fetched.parent.mkdir(parents=True, exist_ok=True)
            with tarfile.open(fileobj=io.BytesIO(b"".join(stream))) as archive:
                packed = archive.extractfile("vmlinuz")
                assert packed is not None
                partial = fetched.with_name("vmlinuz.partial")
                partial.write_bytes(packed.read())
            partial.rename(fetched)
            box.remove()
    return fetched
