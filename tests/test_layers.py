"""Layers read from both image stores' archives, what is hidden in them, and the two ways to look at it."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Iterator
from typing import Any

import pytest

from drydock import layers
from drydock.explorer import LayerExplorer, label
from drydock.figures import inside
from drydock.layers import File, Layer

Content = dict[str, bytes | None]  # None is a folder


def packed(files: Content) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.type, info.size = (
                (tarfile.REGTYPE, len(content)) if content is not None else (tarfile.DIRTYPE, 0)
            )
            archive.addfile(info, io.BytesIO(content or b""))
    return out.getvalue()


class Saved:
    """An image of which only the archive is there."""

    def __init__(self, *contents: Content, compressed: bool, **config: Any) -> None:
        names = [f"blobs/sha256/{n}" if compressed else f"{n}/layer.tar" for n in range(len(contents))]
        history = [{"created_by": "ENV a=b", "empty_layer": True}, *({"created_by": f"RUN /bin/sh -c step {n} # buildkit"} for n in range(len(contents)))]  # fmt: skip
        manifest = [{"Config": "blobs/sha256/config", "Layers": names}]
        files: Content = {
            name: gzip.compress(packed(content)) if compressed else packed(content)
            for name, content in zip(names, contents, strict=True)
        }
        files["blobs/sha256/config"] = json.dumps({"history": history, **config}).encode()
        files["manifest.json"] = json.dumps(manifest).encode()
        files["blobs/sha256/note"] = json.dumps({"note": "attested"}).encode()
        self.archive = packed(files)

    def save(self, chunk_size: int) -> Iterator[bytes]:
        yield self.archive


LOWER: Content = {
    "etc": None,
    "etc/a": b"12345",
    "etc/b": b"1",
    "opt/x/one": b"22",
    "opt/x/two": b"333",
    "./srv/s": b"4444",
}
MIDDLE: Content = {"etc/.wh.a": b"", "opt/x/.wh..wh..opq": b"", "opt/x/two": b"55555", "etc/b": b"7777777"}
UPPER: Content = {".wh.srv": b"", "new": b"8"}


@pytest.mark.parametrize("compressed", [False, True])
def test_what_a_later_layer_deletes_or_replaces_is_hidden(compressed: bool) -> None:
    lower, middle, upper = layers.read(Saved(LOWER, MIDDLE, UPPER, compressed=compressed))  # type: ignore[arg-type]
    assert {file.path for file in lower.files if file.hidden} == {
        "etc/a",
        "etc/b",
        "opt/x/one",
        "opt/x/two",
        "srv/s",
    }
    assert (lower.size, lower.hidden) == (15, 15)
    assert [(file.path, file.hidden) for file in middle.files] == [("opt/x/two", False), ("etc/b", False)]
    assert (upper.files, label(upper)) == ((File("new", 1),), "RUN step 2")


def test_a_deleted_folder_that_comes_back_hides_only_what_was_there_before() -> None:
    first, _gone, third = layers.read(Saved({"d/f": b"1"}, {".wh.d": b""}, {"d/f": b"22"}, compressed=True))  # type: ignore[arg-type]
    assert (first.hidden, third.hidden) == (1, 0)


@pytest.mark.parametrize("compressed", [False, True])
def test_a_text_is_found_wherever_it_stands(compressed: bool) -> None:
    def search(text: str) -> list[str]:
        image = Saved(
            {"a": b"x\0key-1y"}, {".wh.a": b""}, compressed=compressed, config={"Env": ['K="key-2"']}
        )
        return layers.search(image, text)  # type: ignore[arg-type]

    assert search("key-1") == ["/a"]
    assert search('"key-2"') == ["configuration"]
    assert search("step 1") == ["history"]
    assert search("attested") == ["documents"]
    assert search("key-3") == []


def test_the_explorer_shows_the_chosen_layer() -> None:
    explorer = LayerExplorer(layers.read(Saved(LOWER, MIDDLE, UPPER, compressed=True)))  # type: ignore[arg-type]
    assert [file.path for file in explorer.files] == ["new"]
    explorer.layer.value = 0
    assert [file.path for file in explorer.files][:2] == ["etc/a", "srv/s"]
    assert "/etc/a  (hidden)" in explorer.text() and "/etc/a  (hidden)" in explorer.seen.value
    assert repr(explorer).splitlines()[0] == "> 0: 0.0 MB, RUN step 0"
    empty = LayerExplorer(layers.read(Saved({"d": None}, compressed=True)))  # type: ignore[arg-type]
    assert empty.text() == "no files: folders, links or deletions only"


def test_a_label_is_what_one_would_write() -> None:
    for instruction, expected in {
        "RUN /bin/sh -c pip  install x # buildkit": "RUN pip install x",
        "/bin/sh -c apt-get update": "RUN apt-get update",
        "/bin/sh -c #(nop) COPY dir:1 in / ": "COPY dir:1 in /",
        "COPY /a /b # buildkit": "COPY /a /b",
        "RUN |1 TOKEN=x /bin/sh -c true # buildkit": "RUN true",
    }.items():
        assert label(Layer(instruction, ())) == expected
    assert label(Layer("COPY " + "a" * 90, ()), 20) == "COPY aaaaaaaaaaaaaa…"


def test_the_picture_has_a_bar_for_what_is_seen_and_for_what_is_hidden() -> None:
    found = [
        Layer("COPY a", (File("a", 3_000_000), File("b", 1_000_000, hidden=True))),
        Layer("RUN b", (File("c", 2_000_000),)),
    ]
    axes = inside(found).axes[0]
    assert [(bar.get_x(), bar.get_width()) for bar in axes.patches] == [(0, 3), (0, 2), (3, 1), (2, 0)]
    assert [text.get_text().strip() for text in axes.texts] == ["4.0 MB", "2.0 MB"]
