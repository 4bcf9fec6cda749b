"""What the framework itself says to a learner, beyond single words."""

from __future__ import annotations

from drydock.text import _

KINDS = {
    "container": _("container {name}"),
    "image": _("image {name}"),
    "network": _("network {name}"),
    "volume": _("volume {name}"),
    "namespace": _("namespace {name}"),
    "pod": _("Pod {name}"),
}

MISSING = {
    "container": _("A stopped container is still there; one that was removed, or that ended after a start with `--rm`, is not. `docker ps -a` lists what is there, by exact name."),
    "image": _("An image is found by name and tag, and a missing tag means `latest`, not the newest. `docker images` lists what is there."),
    "network": _("A network is found by its exact name, and tools may put a prefix before it. `docker network ls` lists what is there."),
    "volume": _("A folder that is mounted from the host is no volume, and a volume made without a name gets a random one. `docker volume ls` lists what is there."),
    "namespace": _("What you make in a lesson belongs into its namespace. `cluster.namespace(...)` makes it, in the first cell; `kubectl get namespaces` lists what is there."),
    "pod": _("A Pod is found by its exact name, in the lesson's namespace. Without `-n`, kubectl looks into `default`; `kubectl get pods -A` lists all."),
}  # fmt: skip

FOREIGN = _("This engine is shared, and the name belongs to somebody else here. Leave that object alone; use the name that the exercise gives on an engine of your own.")  # fmt: skip
UNLABELLED = _("Something of that name exists that was not made for the course, so it is neither judged nor touched. What counts is made through `drydock.connect()`, or in a terminal with `--label dev.drydock.lesson={lesson}`. A label can't be added later: if it is yours, remove it and make it again.")  # fmt: skip
NOT_RUNNING = _("A container runs only as long as its first process. `docker ps -a` shows its state, `docker logs` what the process said.")  # fmt: skip
STUCK = _("The check asked from a container beside yours and got no end of an answer. A service that accepts connections and never answers looks like this.")  # fmt: skip
NOT_BUILT = _(
    "The line above is the end of the builder's message. Build the folder yourself to see all of it: `docker build`."
)

UNREADY = _("`kubectl describe pod` ends with the Pod's events, and `kubectl logs` has what its program said. A Pod may need some seconds.")  # fmt: skip
# What hinders a container that waits, by the reason in its state. Source: Kubernetes 1.37, pkg/kubelet/images/types.go.
WAITING = {
    "ErrImageNeverPull": _("The node does not have the image, and the pull policy forbids to ask for it. What was built on the engine is not on the node yet: `cluster.load(...)` brings it."),
    "ErrImagePull": _("The node does not have the image and could not get it from its registry. What was built on the engine is not on the node until `cluster.load(...)` has brought it; and a tag `latest`, or none, is asked for at each start."),
    "InvalidImageName": _("An image's name has small letters, and at most one tag."),
    "CrashLoopBackOff": _("Its program has ended, again and again, and the kubelet waits before the next start. `kubectl logs --previous` has its last words."),
    "CreateContainerConfigError": _("The container names something that is not there, such as a ConfigMap. The message names it."),
    "RunContainerError": _("The container was made and could not be started: often there is no such program. The message says more."),
}  # fmt: skip
WAITING["ImagePullBackOff"] = WAITING["ErrImagePull"]

GONE = _("What the check looked at is not there, or was removed meanwhile. `docker ps -a` and `docker images` list what is there.")  # fmt: skip
CONFLICT = _("The object exists, but not in a state that allows this: in a stopped or paused container, for one, nothing can be run.")  # fmt: skip
REFUSED = _("The engine answered and refused. Its sentence names what it could not do; when that isn't yours, check again.")  # fmt: skip
SILENT = _("The engine did not answer in time: it may have stopped, or be very busy. `drydock.connect()` finds it or starts it again.")  # fmt: skip
CLUSTER_GONE = _("What the check looked at is not there, or was removed meanwhile. `kubectl get all` in the lesson's namespace lists what is there.")  # fmt: skip
CLUSTER_REFUSED = _("The API server answered and refused. Its sentence names what it could not do; when that isn't yours, check again.")  # fmt: skip
CLUSTER_SILENT = _("The API server did not answer: `drydock cluster status` says how the cluster is, and `drydock.cluster()` starts it again.")  # fmt: skip
BUG = _("This is a mistake in the course, not yours. Please report it, with this text and the task's number.")
