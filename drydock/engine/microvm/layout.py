"""From Debian packages to the machine's disk: what is added, what is left out, and how it becomes a file system.

Run by mmdebstrap as its last hook, perhaps as root of a user namespace: `python -m drydock.engine.microvm.layout ROOT OUT`.
"""

from __future__ import annotations

import gzip
import lzma
import shutil
import subprocess
import sys
from pathlib import Path

from drydock.engine import inside
from drydock.engine.microvm import cpio, machine

HERE = Path(__file__).parent
SIZE = "16G"  # of the disk, as the machine sees it; here it takes what is written
INODES = 1_000_000
# What a machine without hardware can load. Source: kernel source tree, the folders of these drivers.
KEPT = (
    "arch/", "block/", "crypto/", "fs/", "lib/", "mm/", "net/",
    "drivers/block/", "drivers/char/hw_random/virtio", "drivers/char/virtio", "drivers/net/bonding/",
    "drivers/net/dummy", "drivers/net/ipvlan/", "drivers/net/macvlan", "drivers/net/macvtap", "drivers/net/net_failover",
    "drivers/net/tap", "drivers/net/tun", "drivers/net/veth", "drivers/net/virtio_net", "drivers/net/vrf",
    "drivers/net/vxlan", "drivers/virtio/",
)  # fmt: skip
# In the order in which they depend on each other.
FOR_THE_DISK = ("virtio_blk", "crc16", "mbcache", "jbd2", "crc32c_generic", "crc32c-intel", "ext4")
# What Debian's docker command is linked with; its plugins are, too.
LIBRARIES = (
    "lib64/ld-linux-x86-64.so.2",
    *(f"usr/lib/x86_64-linux-gnu/{name}" for name in ("libc.so.6", "libresolv.so.2")),
)
UNUSED = (
    "boot",
    "usr/share/doc",
    "usr/share/man",
    "usr/share/info",
    "usr/share/locale",
    "var/cache/apt",
    "var/lib/apt/lists",
)


def arrange(root: Path, out: Path) -> None:
    """Turn a root file system into the machine's disk, kernel and initrd in the folder `out`."""
    kernel = install_packages(root)
    version = kernel.name.removeprefix("vmlinuz-")
    shutil.copy(kernel, out / "vmlinuz")
    modules = root / "usr/lib/modules" / version
    trim(modules)
    subprocess.run(["chroot", root, "depmod", version], check=True)
    (out / "initrd").write_bytes(initrd(root, modules))
    install_files(root)
    take_programs(root, out / "cli")
    for folder in UNUSED:
        for entry in (root / folder).glob("*"):
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    make_disk(root, out)


def install_packages(root: Path) -> Path:
    """Unpack the kernel without the tools for an initrd that it depends on, and return it."""
    subprocess.run(["chroot", root, "sh", "-c", unpacking("linux-image-amd64", "/")], check=True)
    return max((root / "boot").glob("vmlinuz-*"))


def unpacking(package: str, folder: str) -> str:
    """Return a script, run by root, that unpacks the kernel which a Debian package of that name stands for, and nothing else."""
    return f"""set -e; cd /tmp
    name=$(apt-cache depends {package} | sed -n 's/.*Depends: \\(linux-image-[0-9].*\\)/\\1/p' | head -n 1)
    apt-get -qq download "$name"
    dpkg-deb --extract linux-image-*.deb {folder} && rm linux-image-*.deb"""


def trim(modules: Path) -> None:
    """Keep the modules that can be of use, unpacked: an emulated processor takes long to do that."""
    for file in (modules / "kernel").rglob("*.ko.xz"):
        name = str(file.relative_to(modules / "kernel"))
        if name.startswith(KEPT):
            file.with_suffix("").write_bytes(lzma.decompress(file.read_bytes()))
        file.unlink()


def initrd(root: Path, modules: Path) -> bytes:
    """Return the archive that the kernel unpacks into memory: enough to find the disk."""
    found = {file.stem: file for file in modules.rglob("*.ko")}
    builtin = {Path(line).stem for line in (modules / "modules.builtin").read_text().splitlines()}
    wanted = [name for name in FOR_THE_DISK if name not in builtin and name in found]
    archive = cpio.Archive()
    for folder in ("bin", "dev", "lib", "root"):
        archive.folder(folder)
    archive.file("bin/busybox", (root / "usr/bin/busybox").read_bytes(), 0o755)
    archive.file("init", (HERE / "guest/early.sh").read_bytes(), 0o755)
    for name in wanted:
        archive.file(f"lib/{name}.ko", found[name].read_bytes())
    archive.file("try", (HERE / "guest/try.sh").read_bytes(), 0o755)
    archive.file("modules", "".join(f"{name}.ko\n" for name in wanted).encode())
    return gzip.compress(archive.close(), mtime=0)


def install_files(root: Path) -> None:
    """Put what we run in the machine into its file system."""
    inside.install(root)
    shutil.copytree(HERE / "guest", root / inside.LIBRARY / "machine")
    (root / "drydock").mkdir(exist_ok=True)
    (root / "drydock/daemon.json").write_text(machine.daemon_json({}))
    (root / "etc/machine-id").write_text("")


def take_programs(root: Path, target: Path) -> None:
    """Copy the docker command, with the loader and the libraries that it needs, for the machine outside; move its plugins there."""
    plugins = "usr/libexec/docker/cli-plugins"
    (target / plugins).mkdir(parents=True)
    for plugin in sorted((root / plugins).iterdir()):
        shutil.copy(plugin, target / plugins)
        plugin.unlink()
    for file in ("usr/bin/docker", *LIBRARIES):
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / file, target / file)


def make_disk(root: Path, out: Path) -> None:
    """Write the root file system into a disk image, of which only what is used takes space."""
    raw, disk = out / "disk.raw", out / "disk.qcow2"
    make = [
        "mke2fs",
        "-q",
        "-t",
        "ext4",
        "-N",
        str(INODES),
        "-E",
        "lazy_itable_init=0,nodiscard",
        "-m",
        "0",
        "-L",
        "drydock",
    ]
    subprocess.run([*make, "-d", root, raw, SIZE], check=True)
    subprocess.run(["qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw, disk], check=True)
    raw.unlink()


if __name__ == "__main__":
    arrange(Path(sys.argv[1]), Path(sys.argv[2]))
