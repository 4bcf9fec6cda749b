"""Deployments and Services of the tasks, made from manifests that are plain dicts."""

from __future__ import annotations

from functools import partial
from typing import Any

from kubernetes.client import ApiClient, AppsV1Api, CoreV1Api

from drydock.rollouts import complete
from drydock.text import _
from drydock.waiting import wait_until

IMAGE = "python:3.13-slim"
NAMESPACE = "dd-13"
VARIABLE = "SAYS"  # what a Pod's answers begin with
# The program of each task's Pods: it answers each request with what it says, and with its own name.
ANSWER = f"""\
import http.server, os, signal, socket
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version, disable_nagle_algorithm = "HTTP/1.1", True
    def do_GET(self):
        text = (os.environ["{VARIABLE}"] + " " + socket.gethostname()).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
    def log_message(self, *_):
        pass
class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128
Server(("", int(os.environ["PORT"])), Answer).serve_forever()
"""

Manifest = dict[str, Any]


def pod(says: str, labels: dict[str, str], port: int = 8000, **more: Any) -> Manifest:
    """Return the template of a Pod that answers on a port which is called `web`; `more` goes into its container."""
    variables = [{"name": VARIABLE, "value": says}, {"name": "PORT", "value": str(port)}]
    ready: Manifest = {"httpGet": {"port": port}, "periodSeconds": 1}
    box: Manifest = {"name": "main", "image": IMAGE, "command": ["python", "-c", ANSWER], "env": variables}
    box |= {"ports": [{"name": "web", "containerPort": port}], "readinessProbe": ready, **more}
    spec = {"terminationGracePeriodSeconds": 5, "containers": [box]}
    return {"metadata": {"labels": labels}, "spec": spec}


def deployment(name: str, replicas: int, template: Manifest) -> Manifest:
    """Return the manifest of a Deployment whose selector is all of the template's labels."""
    selector = {"matchLabels": dict(template["metadata"]["labels"])}
    spec = {"replicas": replicas, "selector": selector, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}


def service(name: str, selector: dict[str, str] | None, target: int | str = 8000, **spec: Any) -> Manifest:
    """Return the manifest of a Service on port 80; `spec` are further members."""
    ports = [{"port": 80, "targetPort": target}]
    chosen = {"selector": selector} if selector else {}
    return {"metadata": {"name": name}, "spec": {"ports": ports, **chosen, **spec}}


def make(cluster: ApiClient, *manifests: Manifest) -> None:
    """Create Deployments and Services in the lesson's namespace."""
    for manifest in manifests:
        body: Any = manifest
        if manifest.get("kind") == "Deployment":
            AppsV1Api(cluster).create_namespaced_deployment(NAMESPACE, body)
        else:
            CoreV1Api(cluster).create_namespaced_service(NAMESPACE, body)


def available(cluster: ApiClient, *names: str) -> None:
    """Wait until the rollout of each Deployment is complete. Raises DrydockError when there is none in 60 s."""
    apps = AppsV1Api(cluster)
    for name in names:
        wait_until(
            partial(_complete, apps, name), _("the rollout of {name} is complete").format(name=name), 60
        )


def _complete(apps: AppsV1Api, name: str) -> bool:
    return complete(apps.read_namespaced_deployment(name, NAMESPACE))
