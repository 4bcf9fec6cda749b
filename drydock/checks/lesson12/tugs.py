"""The task on a Deployment, and a change that can be taken back."""

from __future__ import annotations

from kubernetes.client import ApiClient

from drydock.checks import workloads
from drydock.checks.kube import SeeCluster
from drydock.checks.registry import task
from drydock.text import _

NAME, VARIABLE, REPLICAS = "dd-tugs", "CALL", 3
BEFORE, NOW = "hello", "ahoy"


@task("12.1", _("Three tugs, and a change"), hints=(
    _("Which object keeps a number of Pods, and remembers what they were like before?"),
    _("A Deployment makes a ReplicaSet for each template that it has had. Change the template, and don't make the Deployment anew."),
    _("`create_namespaced_deployment` with `CALL=hello`, then `patch_namespaced_deployment` with a template that has `CALL=ahoy`; or `kubectl set env deployment/dd-tugs CALL=ahoy`."),
))  # fmt: skip
def tugs(cluster: ApiClient, see: SeeCluster) -> None:
    found = workloads.rolled_out(see, NAME)
    there = workloads.pods(see, found)
    see.expect(
        _("Pods of {name}").format(name=NAME),
        expected=REPLICAS,
        actual=len(there),
        holds=len(there) == REPLICAS,
        hint=_("`replicas` is the number that is kept. It can be changed at any time, and is no rollout."),
    )
    calls = workloads.distinct(there, lambda pod: workloads.value(pod, VARIABLE))
    see.expect(
        _("{variable} in its Pods").format(variable=VARIABLE),
        expected=NOW,
        actual=calls,
        holds=calls == NOW,
        hint=_("A Pod's variables can't be changed while it lives. Change the template, and the Deployment makes new Pods."),
    )  # fmt: skip
    older = [one.spec.template for one in workloads.replica_sets(see, found)[:-1]]
    values = [workloads.value(one, VARIABLE) for one in older]
    see.expect(
        _("{variable} in the revision before").format(variable=VARIABLE),
        expected=BEFORE,
        actual=values[-1] if values else _("there is none"),
        holds=values[-1:] == [BEFORE],
        hint=_("The way back is the ReplicaSet of before, which is kept with no Pods. A Deployment that was deleted took its history along; and `revisionHistoryLimit` says how much is kept."),
    )  # fmt: skip
