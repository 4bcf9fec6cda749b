"""Run a proof's lines on the engine, once as given and once in the counter-setup."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from drydock import images, session
from drydock.cleaning import remove_labelled, remove_named
from drydock.client import LabellingClient
from drydock.engine import paths
from drydock.images.supply import obtain
from drydock.interview.question import Proof
from drydock.waiting import wait_until

PROOF = "dev.drydock.proof"  # the label of what a proof makes: its run
# docker's words after which labels can be given.
MAKING = (("buildx", "build"), ("network", "create"), ("volume", "create"), ("build",), ("create",), ("run",))


@dataclass(frozen=True)
class Outcome:
    """What a proof's lines gave, and what they give in the counter-setup."""

    result: Any
    counter: Any


def prove(client: LabellingClient, proof: Proof) -> Outcome:
    """Run both, and leave nothing on the engine. Raises ImageUnavailableError, and what the lines raise."""
    for image in needed(proof):
        obtain(client, image)
    return Outcome(run(client, proof.run, proof.given), run(client, proof.run, proof.counter))


def needed(proof: Proof) -> list[str]:
    """Return the course's images that a proof's lines name, also in what is given to them."""
    lines = f"{proof.run} {proof.given} {proof.counter}"
    return [image for image in images.ALL if re.search(rf"(?<![\w./-]){re.escape(image)}(?![\w.:-])", lines)]


def run(client: LabellingClient, lines: str, given: Mapping[str, Any]) -> Any:
    """Return the value of the last of `lines`, as plain data.

    They know `client`, `name`, `folder`, `docker`, `wait_until`, `labels`, some modules, and what is `given`.
    """
    tree = ast.parse(lines)
    last = tree.body.pop()
    assert isinstance(last, ast.Expr), lines
    with _names(client) as names:
        names.update(given)
        exec(compile(tree, "<proof>", "exec"), names)
        value = eval(compile(ast.Expression(last.value), "<proof>", "eval"), names)
        return json.loads(json.dumps(value))


@contextmanager
def _names(client: LabellingClient) -> Iterator[dict[str, Any]]:
    """Give the names that a proof's lines know, and remove what they have made."""
    number = uuid.uuid4().hex[:6]
    folder = paths.work() / f".proof-{number}"
    folder.mkdir(parents=True)
    labels = {**session.labels("interview"), PROOF: number}
    before, client.api.labels = client.api.labels, labels

    def command(*words: str, **more: Any) -> str:
        options = [f"--label={key}={value}" for key, value in labels.items()]
        begin = next((len(verb) for verb in MAKING if words[: len(verb)] == verb), None)
        words = words if begin is None else (*words[:begin], *options, *words[begin:])
        program = [sys.executable, "-m", "drydock.engine.command", *words]
        done = subprocess.run(program, capture_output=True, text=True, check=True, **more)
        return str(done.stdout).strip()

    try:
        yield {
            "client": client,
            "docker": command,
            "folder": folder,
            "json": json,
            "labels": labels,
            "name": lambda word: f"dd-proof-{number}-{word}",
            "re": re,
            "time": time,
            "wait_until": wait_until,
        }
    finally:
        client.api.labels = before
        remove_labelled(client, PROOF, number)
        remove_named(client, f"dd-proof-{number}-")  # a tag on a base image has that image's labels
        shutil.rmtree(folder, ignore_errors=True)
