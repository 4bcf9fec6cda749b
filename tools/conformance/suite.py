"""The suite's test binary and its Pods' programs, compiled from the module in images/conformance; and what a run says."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from drydock.engine import paths
from drydock.images import compiling, node
from drydock.images.compiling import GoModule

SOURCE = paths.COURSE / "images" / "conformance"
KUBERNETES = "k8s.io/kubernetes"
BINARY = "e2e.test"
CERTIFICATE = ("localhost.crt", "localhost.key")  # for nobody: agnhost shows it to who asks with HTTPS
# What anybody's cluster must pass, and what its enforcer of NetworkPolicies must.
KINDS = {"conformance": r"\[Conformance\]", "policies": r"NetworkPolicy|Netpol"}
# Neither those that need a cluster for themselves nor those that harm it; SCTP is a kernel module that few have.
SKIP = r"\[Serial\]|\[Disruptive\]|SCTP"
NODES = 2


@dataclass(frozen=True)
class Outcome:
    """How a spec ended: "passed", or how else in Ginkgo's word; after how many seconds; and what it said."""

    state: str
    seconds: float
    failure: str = ""


def module() -> GoModule:
    """Return what is compiled: the suite is the test binary of a package, the others are programs of its Pods."""
    release = compiling.release(SOURCE, KUBERNETES)
    return GoModule(
        name="conformance",
        what=f"Kubernetes' conformance suite {release}",
        source=SOURCE,
        programs={
            BINARY: f"{KUBERNETES}/test/e2e",
            "agnhost": f"{KUBERNETES}/test/images/agnhost",
            "nnp": f"{KUBERNETES}/test/images/nonewprivs",
            "sample-apiserver": "k8s.io/sample-apiserver",
        },
        minutes=12,
        packages=2500,
        space=6e9,
        spared="",
        before=lambda run, _downloaded: (),
        files={name: f"{KUBERNETES}@{release}/test/images/agnhost/porter/{name}" for name in CERTIFICATE},
        ldflags=node.ldflags(release),  # specs choose by it what they expect of Pod security
    )


def listed(binary: Path, folder: Path, kind: str = "conformance") -> list[str]:
    """Return the names of the specs of a kind, sorted: the suite's own order is another each time."""
    report = folder / "list.json"
    command = [binary, "--ginkgo.dry-run", f"--ginkgo.focus={KINDS[kind]}", f"--ginkgo.skip={SKIP}"]
    subprocess.run([*command, f"--ginkgo.json-report={report}"], capture_output=True, check=True)
    return sorted(name for name, outcome in read(report).items() if outcome.state == "passed")


def run(binary: Path, names: Iterable[str], kubeconfig: Path, folder: Path) -> dict[str, Outcome]:
    """Run these specs, one after the other, and return how they ended; what the suite writes is in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    report = folder / "report.json"
    focus = "|".join(f"{quoted(name)}$" for name in names)
    command = [
        binary, f"--kubeconfig={kubeconfig}", "--provider=skeleton", "--node-os-distro=debian",
        f"--ginkgo.focus={focus}", f"--ginkgo.json-report={report}", "--ginkgo.no-color", "--ginkgo.timeout=1h",
    ]  # fmt: skip
    report.unlink(missing_ok=True)
    with (folder / "log.txt").open("w") as output:
        subprocess.run(command, stdout=output, stderr=output, cwd=folder)
    found = read(report) if report.exists() else {}
    return {name: outcome for name, outcome in found.items() if outcome.state != "skipped" or outcome.failure}


def quoted(name: str) -> str:
    """Return a regular expression of Go's that matches a name."""
    return re.sub(r"([.*+?()\[\]{}|^$\\])", r"\\\1", name)


def read(report: Path) -> dict[str, Outcome]:
    """Return the outcomes of a report of Ginkgo's, by the specs' names."""
    found = {}
    for suite in json.loads(report.read_text()):
        for spec in suite["SpecReports"] or ():
            if spec["LeafNodeType"] == "It":
                name = " ".join([*(spec["ContainerHierarchyTexts"] or ()), spec["LeafNodeText"]])
                failure = (spec.get("Failure") or {}).get("Message", "")
                found[name] = Outcome(spec["State"], spec["RunTime"] / 1e9, failure)
    return found
