"""traefik, as the lesson installs it: what the tasks on Ingress and Gateway stand on."""

from __future__ import annotations

from typing import Any

from kubernetes.client import (
    ApiClient,
    AppsV1Api,
    CoreV1Api,
    CustomObjectsApi,
    NetworkingV1Api,
    RbacAuthorizationV1Api,
)
from kubernetes.client.exceptions import ApiException

from drydock import session
from drydock.checks.lesson13.making import NAMESPACE, Manifest, available, service
from drydock.clusters import scope
from drydock.text import _
from drydock.waiting import wait_until

NAME, IMAGE, NODE_PORT = "dd-traefik", "traefik:v3.7", 30080
CONTROLLER = "traefik.io/ingress-controller"
GATEWAYS = "gateway.networking.k8s.io"
READ, WRITE = ["get", "list", "watch"], ["update"]
ARGUMENTS = [
    "--entrypoints.web.address=:8080",
    "--ping.entrypoint=web",
    f"--providers.kubernetesingress.namespaces={NAMESPACE}",
    f"--providers.kubernetesingress.ingressclass={NAME}",
    "--providers.kubernetesingress.strictprefixmatching=true",
    f"--providers.kubernetesgateway.namespaces={NAMESPACE}",
]


def rule(groups: list[str], resources: list[str], verbs: list[str]) -> Manifest:
    """Return a rule of a role."""
    return {"apiGroups": groups, "resources": resources, "verbs": verbs}


def everywhere() -> list[Manifest]:
    """Return what traefik may read in the whole cluster: objects that are in no namespace, and those that are one."""
    return [
        rule(["", "networking.k8s.io"], ["namespaces", "nodes", "ingressclasses"], READ),
        rule([GATEWAYS], ["gatewayclasses"], READ),
        rule([GATEWAYS], ["gatewayclasses/status"], WRITE),
    ]


def here() -> list[Manifest]:
    """Return what traefik may do in the lesson's namespace."""
    kinds = ["gateways", "httproutes", "grpcroutes", "tlsroutes", "backendtlspolicies"]
    return [
        rule(["", "discovery.k8s.io"], ["services", "secrets", "configmaps", "endpointslices"], READ),
        rule(["networking.k8s.io"], ["ingresses"], READ),
        rule(["networking.k8s.io"], ["ingresses/status"], WRITE),
        rule([GATEWAYS], [*kinds, "referencegrants"], READ),
        rule([GATEWAYS], [f"{one}/status" for one in kinds], WRITE),
    ]


def start_controller(cluster: ApiClient) -> None:
    """Install traefik in the lesson's namespace, with an IngressClass, a GatewayClass and a Gateway; wait until its Pod is ready.

    The node's port and the Gateway may take a moment longer. Raises DrydockError.
    """
    core, rights = CoreV1Api(cluster), RbacAuthorizationV1Api(cluster)
    labelled = {"name": NAME, "labels": session.labels("13")}
    group = "rbac.authorization.k8s.io"
    account = [{"kind": "ServiceAccount", "name": NAME, "namespace": NAMESPACE}]
    bodies: list[Any] = [
        {"metadata": {"name": NAME}},
        {"metadata": {"name": NAME}, "rules": here()},
        {"metadata": {"name": NAME}, "subjects": account, "roleRef": {"apiGroup": group, "kind": "Role", "name": NAME}},
        {"metadata": labelled, "rules": everywhere()},
        {"metadata": labelled, "subjects": account, "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": NAME}},
        {"metadata": labelled, "spec": {"controller": CONTROLLER}},
    ]  # fmt: skip
    core.create_namespaced_service_account(NAMESPACE, bodies[0])
    rights.create_namespaced_role(NAMESPACE, bodies[1])
    rights.create_namespaced_role_binding(NAMESPACE, bodies[2])
    for name, delete in scope.ours(cluster, lambda labels: labels.get(session.LEARNER) == session.learner()):
        if name == NAME:  # an earlier session has left it
            delete()
    anew(rights.create_cluster_role, bodies[3])
    anew(rights.create_cluster_role_binding, bodies[4])
    anew(NetworkingV1Api(cluster).create_ingress_class, bodies[5])
    gateways(cluster, labelled)
    AppsV1Api(cluster).create_namespaced_deployment(NAMESPACE, controller())
    body: Any = service(NAME, {"app": NAME}, "web", type="NodePort")
    body["spec"]["ports"][0]["nodePort"] = NODE_PORT
    core.create_namespaced_service(NAMESPACE, body)
    available(cluster, NAME)


def controller() -> Any:
    """Return the manifest of traefik's Deployment."""
    box: Manifest = {"name": "traefik", "image": IMAGE, "args": ARGUMENTS, "imagePullPolicy": "IfNotPresent"}
    box["readinessProbe"] = {"httpGet": {"path": "/ping", "port": 8080}, "periodSeconds": 1}
    box["ports"] = [{"name": "web", "containerPort": 8080}]
    spec = {"serviceAccountName": NAME, "containers": [box], "terminationGracePeriodSeconds": 2}
    template = {"metadata": {"labels": {"app": NAME}}, "spec": spec}
    return {
        "metadata": {"name": NAME},
        "spec": {"selector": {"matchLabels": {"app": NAME}}, "template": template},
    }


def gateways(cluster: ApiClient, metadata: Manifest) -> None:
    """Make the GatewayClass, and a Gateway that takes routes of its own namespace."""
    custom = CustomObjectsApi(cluster)
    wait_until(lambda: known(custom), _("the cluster knows the Gateway API"))
    kind = {"apiVersion": f"{GATEWAYS}/v1", "metadata": metadata}
    body: Any = {**kind, "kind": "GatewayClass", "spec": {"controllerName": "traefik.io/gateway-controller"}}
    anew(lambda wanted: custom.create_cluster_custom_object(*scope.GATEWAY_CLASSES, wanted), body)
    listener = {"name": "web", "protocol": "HTTP", "port": 8080}
    gate: Any = {**kind, "kind": "Gateway", "metadata": {"name": "dd-gate"}}
    gate["spec"] = {"gatewayClassName": NAME, "listeners": [listener]}
    custom.create_namespaced_custom_object(GATEWAYS, "v1", NAMESPACE, "gateways", gate)


def known(custom: CustomObjectsApi) -> bool:
    """Tell whether the cluster has the Gateway API: a new one gets it some seconds after its start."""
    try:
        custom.list_cluster_custom_object(*scope.GATEWAY_CLASSES)
    except ApiException as error:
        if error.status != 404:
            raise
        return False
    return True


def anew(create: Any, body: Any) -> None:
    """Create an object that is in no namespace. One of somebody else's stays, and is an error."""
    name = body["metadata"]["name"]
    wait_until(lambda: made(create, body), _("there is no other {name} in the cluster").format(name=name))


def made(create: Any, body: Any) -> bool:
    """Create an object, and tell whether that was possible: the one before may be on its way still."""
    try:
        create(body)
    except ApiException as error:
        if error.status != 409:
            raise
        return False
    return True
