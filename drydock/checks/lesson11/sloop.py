"""The task on a Pod that knows itself."""

from __future__ import annotations

from kubernetes.client import ApiClient

from drydock.checks.kube import PATIENCE, SeeCluster
from drydock.checks.registry import task
from drydock.text import _
from drydock.waiting import patient

NAME, SELECTOR = "dd-sloop", "sea=north"


@task("11.1", _("In a terminal: a Pod that knows itself"), hints=(
    _("The IP and the uid are known when the Pod is there, and not when you write the manifest. Who can tell the program?"),
    _("It is called the downward API: a variable whose value comes from a field of the Pod. `kubectl explain pod.spec.containers.env.valueFrom.fieldRef`"),
    _("`env: [{name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}, ...]`, with `metadata.uid` and `metadata.labels['sea']` for the others, and a shell that does `echo $IP $ID $SEA`."),
))  # fmt: skip
def sloop(cluster: ApiClient, see: SeeCluster) -> None:
    pod = see.pod(NAME, running=True)
    selected = see.core.list_namespaced_pod(see.namespace, label_selector=SELECTOR).items
    names = sorted(one.metadata.name for one in selected)
    see.expect(
        _("Pods that {selector} selects").format(selector=SELECTOR),
        expected=NAME,
        actual=", ".join(names) or _("none"),
        holds=names == [NAME],
        hint=_("A selector looks at labels: at those of the Pod itself, and not at its annotations or at its name."),
    )  # fmt: skip
    line = patient(lambda: see.logs(NAME).partition("\n")[0].split(), PATIENCE)
    line += [""] * (3 - len(line))
    facts = (
        (_("the first word"), _("its IP"), pod.status.pod_ip, _("The IP is in the Pod's status. The node has another one, `hostIP`.")),
        (_("the second word"), _("its uid"), pod.metadata.uid, _("A name can be used again for another Pod, and a uid can't. It is in the Pod's metadata.")),
        (_("the third word"), _("its label"), "north", _("A single label has a key: `metadata.labels['sea']`. In a shell, a variable that is not set is an empty word.")),
    )  # fmt: skip
    for (what, expected, fact, hint), word in zip(facts, line, strict=False):
        actual = expected if word == fact else word or _("not there")
        see.expect(what, expected=expected, actual=actual, holds=word == fact, hint=hint)
