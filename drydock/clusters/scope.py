"""Objects of ours that are in no namespace: rights and classes, found by their labels and removed with a lesson."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from http import HTTPStatus
from typing import Any

from kubernetes.client import ApiClient, CustomObjectsApi, NetworkingV1Api, RbacAuthorizationV1Api
from kubernetes.client.exceptions import ApiException

from drydock import session

GATEWAY_CLASSES = ("gateway.networking.k8s.io", "v1", "gatewayclasses")
Labels = dict[str, str]


def ours(cluster: ApiClient, mine: Callable[[Labels], bool]) -> Iterator[tuple[str, Callable[[], object]]]:
    """Give the name of each object whose labels are `mine`, and what deletes it."""
    rights, network = RbacAuthorizationV1Api(cluster), NetworkingV1Api(cluster)
    custom = CustomObjectsApi(cluster)
    kinds: tuple[tuple[Callable[..., Any], Callable[[str], object]], ...] = (
        (rights.list_cluster_role_binding, rights.delete_cluster_role_binding),
        (rights.list_cluster_role, rights.delete_cluster_role),
        (network.list_ingress_class, network.delete_ingress_class),
    )
    for listed, delete in kinds:
        for one in listed(label_selector=session.LESSON).items:
            if mine(one.metadata.labels or {}):
                yield one.metadata.name, partial(delete, one.metadata.name)
    try:
        classes = custom.list_cluster_custom_object(*GATEWAY_CLASSES, label_selector=session.LESSON)
    except ApiException as error:
        if error.status != HTTPStatus.NOT_FOUND:  # a cluster may not have the Gateway API
            raise
        return
    for one in classes["items"]:
        if mine(one["metadata"].get("labels") or {}):
            name = one["metadata"]["name"]
            yield name, partial(custom.delete_cluster_custom_object, *GATEWAY_CLASSES, name)
