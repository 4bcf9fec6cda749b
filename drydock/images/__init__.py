"""Images, from the first place that has them."""

from drydock.images import node, traefik
from drydock.images.bundle import load, save
from drydock.images.supply import need

# What each lesson asks for with `need`.
LESSONS = {
    "01": ("debian:trixie-slim", "python:3.13-slim"),
    "02": ("debian:trixie-slim", "python:3.13-slim", "registry:2", "dd-engine"),
    "03": ("python:3.13-slim",),
    "04": ("debian:trixie-slim", "python:3.13-slim", "python:3.13"),
    "05": ("debian:trixie-slim", "python:3.13-slim", "python:3.13"),
    "06": ("debian:trixie-slim", "python:3.13-slim"),
    "07": ("debian:trixie-slim", "python:3.13-slim", "dd-engine"),
    "08": ("debian:trixie-slim", "python:3.13-slim", "postgres:17", "dd-engine"),
    "09": ("debian:trixie-slim", "python:3.13-slim", "dd-engine"),
    "10": (
        "python:3.13-slim",
        "postgres:17",
        "redis:8",
        "nginx:1.26",
        "prom/prometheus:v2.53.3",
        "registry:2",
        "dd-engine",
    ),
    "11": ("python:3.13-slim",),
    "12": ("python:3.13-slim",),
    "13": ("python:3.13-slim", traefik.IMAGE),
}
# What drydock.cluster() asks for by itself, on top of what the lessons on Kubernetes name.
CLUSTER = ("debian:trixie-slim", node.IMAGE)
ALL = tuple(dict.fromkeys(reference for lesson in (*LESSONS.values(), CLUSTER) for reference in lesson))

__all__ = ["ALL", "CLUSTER", "LESSONS", "load", "need", "save"]
