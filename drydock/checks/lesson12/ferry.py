"""The task on a rollout that passengers notice: the check rolls a copy out, and asks it meanwhile."""

from __future__ import annotations

from collections import Counter
from typing import Any

from kubernetes.client import ApiClient

from drydock.checks import workloads
from drydock.checks.kube import SeeCluster
from drydock.checks.lesson12 import trial
from drydock.checks.lesson12.making import deployment, make, template
from drydock.checks.registry import task
from drydock.errors import DrydockError
from drydock.text import _

NAME, REPLICAS, PORT = "dd-ferry", 2, 8000
# The program of task 12.6: it needs a second before it takes requests, and drops those that it has when it ends.
FERRY = f"""\
import http.server, os, signal, time
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
time.sleep(1)
class Ferry(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(0.3)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"across")
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer(("", {PORT}), Ferry).serve_forever()
"""
HASTY = {"strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": "50%"}}}


def start_ferry(cluster: ApiClient) -> Any:
    """Make the Deployment of task 12.6: each rollout drops requests."""
    return make(cluster, deployment(NAME, REPLICAS, template(NAME, FERRY), **HASTY))


@task("12.6", _("Repair: a rollout that passengers notice"), hints=(
    _("Three things go wrong: a Pod gets requests before it can answer, one goes before another has come, and one that goes drops what it has."),
    _("`readinessProbe` says when a Pod can answer, `maxUnavailable: 0` with a `maxSurge` keeps the old one until then, and a `preStop` hook keeps the program alive until it gets no more requests."),
    _('`readinessProbe: {httpGet: {port: 8000}, periodSeconds: 1}`, `lifecycle: {preStop: {sleep: {seconds: 3}}}`, `rollingUpdate: {maxSurge: 1, maxUnavailable: 0}`.'),
))  # fmt: skip
def ferry(cluster: ApiClient, see: SeeCluster) -> None:
    found = workloads.rolled_out(see, NAME)
    main = found.spec.template.spec.containers[0]
    words, kept = [*(main.command or []), *(main.args or [])], _("as it was")
    same = any(FERRY.strip() in word for word in words)
    see.require(
        _("program of {name}").format(name=NAME),
        kept,
        kept if same else _("another"),
        same,
        _("The program stays as it is: what is wrong is around it."),
    )
    replicas = found.spec.replicas
    see.require(
        _("replicas of {name}").format(name=NAME),
        _("{number} or more").format(number=REPLICAS),
        str(replicas),
        replicas >= REPLICAS,
        _("There are two ferries, so that one can wait while the other crosses."),
    )
    try:
        with trial.copied(see, found, PORT) as name:
            fewest, answers = trial.rolled(see, name)
    except DrydockError as error:
        see.require(_("rollout of a copy"), _("complete"), error.what, False, workloads.STUCK)
        return
    see.expect(
        _("fewest available Pods while a copy is rolled out"),
        expected=_("{number} or more").format(number=REPLICAS),
        actual=fewest,
        holds=fewest >= REPLICAS,
        hint=_("`maxUnavailable` says how many may be missing, and `maxSurge` how many may be there beyond `replicas`. One of them must be more than 0."),
    )  # fmt: skip
    judge(see, answers)


def judge(see: SeeCluster, answers: Counter[str]) -> None:
    """Record whether each request was answered."""
    failed, none = answers[trial.FAILED], _("none")
    see.expect(
        _("requests without an answer meanwhile"),
        expected=none,
        actual=_("{failed} of {all}").format(failed=failed, all=answers.total()) if failed else none,
        holds=not failed and answers.total() > 0,
        hint=_("A Pod without a readiness probe counts as ready as soon as its program was started. And one that is deleted gets requests until all have heard of it: it should go on answering for some seconds."),
    )  # fmt: skip
