"""The engine in an emulated machine, for anyone: `microvm`.

A small Linux of its own under QEMU, with the same Docker Engine as `native`. It needs no right that an ordinary
user lacks. It is built once, and saved while it runs; each learner's first start goes on from there.
"""

from drydock.engine.microvm.allowed import probes, speed
from drydock.engine.microvm.base import obtain as build
from drydock.engine.microvm.lifecycle import certificates, end, programs, running, start, stop, tls, url
from drydock.engine.microvm.status import translated

__all__ = [
    "build",
    "certificates",
    "end",
    "probes",
    "programs",
    "running",
    "speed",
    "start",
    "stop",
    "tls",
    "translated",
    "url",
]
