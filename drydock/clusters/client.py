"""A real client of the Python package `kubernetes` on a cluster that was chosen, and what the course adds to it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import kubernetes
import urllib3
from kubernetes.client import ApiClient, Configuration, V1Namespace, VersionApi

from drydock import waiting
from drydock.client import LabellingClient
from drydock.clusters import loading, names, namespaces, ports, troubles
from drydock.clusters.engine import find
from drydock.errors import DrydockError
from drydock.text import _

CONNECT = 10.0  # s until a server that takes no connection counts as gone
ANSWER = 45.0  # s until a request that is not answered has failed; the server itself gives up after 60 s
STREAMS = ("watch=true", "follow=true")  # requests whose answer may rest for as long as nothing happens


class ClusterClient(ApiClient):  # type: ignore[misc]  # mypy reads none of its types
    """An ApiClient: `kubernetes.client.CoreV1Api(cluster)` and all others take it.

    `kubeconfig` is the file that it was made from, `lesson` the label value for the namespaces that it makes.
    `engine` is the engine whose containers are the nodes; None for a cluster that the learner has named.
    """

    def __init__(self, kubeconfig: Path, lesson: str, engine: LabellingClient | None) -> None:
        configuration = Configuration()
        kubernetes.config.load_kube_config(
            str(kubeconfig), client_configuration=configuration, persist_config=False
        )
        if engine is not None:
            configuration.proxy = None  # it is on this computer
        # The client's own default is to ask three times; a server that is away is seen at the first.
        configuration.retries = urllib3.Retry(connect=1, read=0, redirect=3, other=0)
        super().__init__(configuration)
        self.kubeconfig, self.lesson, self.engine = kubeconfig, lesson, engine

    def call_api(
        self,
        method: Any,
        url: Any,
        header_params: Any = None,
        body: Any = None,
        post_params: Any = None,
        _request_timeout: Any = None,
    ) -> Any:
        """Send a request. Raises DrydockError when no server answers; an answer that refuses is an ApiException."""
        streams = any(words in str(url).lower() for words in STREAMS)
        patience = (CONNECT * waiting.slowness, None if streams else ANSWER * waiting.slowness)
        try:
            return super().call_api(
                method, url, header_params, body, post_params, _request_timeout or patience
            )
        except urllib3.exceptions.HTTPError as error:
            raise troubles.unreachable(self.engine, self.configuration.host, error) from error

    def close(self) -> None:
        """Close the connections to the API server and to the engine; the cluster stays."""
        super().close()
        if self.engine is not None:
            self.engine.close()

    @property
    def version(self) -> str:
        """The version of Kubernetes that the API server runs, such as "1.37.2"."""
        return str(VersionApi(self).get_code().git_version).removeprefix("v")

    def namespace(self, name: str, labels: Mapping[str, str] | None = None) -> V1Namespace:
        """Return a namespace of this session, made if there is none; `labels` come on top of ours.

        Raises DrydockError when there is one of that name that is not yours.
        """
        return namespaces.get(self, name, labels or {})

    def load(self, image: str) -> None:
        """Give an image of the learner's engine to every node, as `kind load` does; one that has it is left alone.

        Raises DrydockError when the engine has no such image, or when the cluster is not the course's.
        """
        loading.load(self._ours(_("loading an image from the engine")), image)

    def port(self, node_port: int) -> str:
        """Return the address on this computer that leads to a NodePort, such as "127.0.0.1:30080".

        Raises DrydockError for one that is not published: ten are, 30080 to 30089.
        """
        engine = self._ours(_("a NodePort on this computer"))
        control = find(engine, names.NAME)
        published = ports.published(control) if control is not None else {}
        if node_port not in names.NODE_PORTS or node_port not in published:
            raise DrydockError(
                _("The NodePort {port} does not lead to this computer.").format(port=node_port),
                _("Nothing was changed; inside the cluster the Service is reached as ever."),
                _("give the Service a nodePort from {first} to {last}.").format(
                    first=names.NODE_PORTS[0], last=names.NODE_PORTS[-1]
                ),
            )
        return f"{ports.HOST}:{published[node_port]}"

    def _ours(self, what: str) -> LabellingClient:
        if self.engine is None:
            raise DrydockError(
                _("This cluster is not the course's: {what} is not possible.").format(what=what),
                _("Nothing was changed."),
                _("unset DRYDOCK_KUBE_CONTEXT to use the course's own cluster."),
            )
        return self.engine
