"""Ten specs of Kubernetes' own conformance suite, where `make conformance` has built it."""

from __future__ import annotations

from pathlib import Path

import pytest

from drydock.client import LabellingClient
from drydock.clusters import ClusterClient
from drydock.images import compiling
from tools.conformance import pods, suite

pytestmark = pytest.mark.cluster
IMAGES = ("agnhost:2.66.1", "busybox:1.37.0-2")
# One of each kind that lessons rest on; each of them takes some seconds, all of them less than a minute.
SPECS = (
    "[sig-apps] Job should run a job to completion when tasks sometimes fail and are locally restarted",
    "[sig-cli] Kubectl logs logs should be able to retrieve and filter logs",
    "[sig-network] EndpointSlice should support creating EndpointSlice API operations",
    "[sig-network] Services should serve a basic endpoint from pods",
    "[sig-node] ConfigMap should be consumable via environment variable",
    "[sig-node] Downward API should provide pod UID as env vars",
    "[sig-node] InitContainer should invoke init containers on a RestartNever pod",
    "[sig-node] Kubelet when scheduling an agnhost Pod with hostAliases should write entries to /etc/hosts",
    "[sig-node] Secrets should be consumable from pods in env vars",
    "[sig-storage] Projected configMap should be consumable from pods in volume as non-root",
)


def test_the_suite_reads_its_own_report(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    report.write_text(
        '[{"SpecReports": ['
        '{"LeafNodeType": "BeforeSuite", "ContainerHierarchyTexts": null, "LeafNodeText": "", "State": "passed", "RunTime": 1},'
        '{"LeafNodeType": "It", "ContainerHierarchyTexts": ["[sig-a] B"], "LeafNodeText": "c (d)", "State": "failed",'
        ' "RunTime": 2500000000, "Failure": {"Message": "no"}}]}]'
    )
    assert suite.read(report) == {"[sig-a] B c (d)": suite.Outcome("failed", 2.5, "no")}
    assert suite.quoted("[sig-a] B c (d)") == r"\[sig-a\] B c \(d\)"


def test_ten_specs(cluster: ClusterClient, client: LabellingClient, tmp_path: Path) -> None:
    architecture = client.version()["Arch"]
    if not compiling.is_compiled(suite.module(), architecture):
        pytest.skip("the conformance suite is not built: `make conformance` builds it")
    programs = compiling.compiled(suite.module(), architecture)
    binary = programs[suite.BINARY]
    names = [name for name in suite.listed(binary, tmp_path) if name.startswith(SPECS)]
    assert len(names) == len(SPECS)
    pods.bring(client, cluster, programs, *IMAGES)
    found = suite.run(binary, names, cluster.kubeconfig, tmp_path)
    print(f"ten specs: {sum(one.seconds for one in found.values()):.0f} s")
    ended = {name: one.state for name, one in found.items()}
    assert ended == dict.fromkeys(names, "passed"), [one.failure for one in found.values()]
