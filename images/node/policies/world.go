// Package policies enforces NetworkPolicy on a node, with iptables and ipset. It is this project's own, and made to be
// read: a policy becomes a few sets of addresses and a rule per peer and port.
//
// What there is to know comes from the API as World; Make turns it into Rules and does nothing else; an Applier gives
// them to the kernel. Each node has the rules of all Pods, and asks them of whatever it forwards.
//
//	FORWARD ── DRYDOCK-POLICY ─┬─ a connection that goes on: accepted before, passes
//	                           ├─ from a Pod isolated for egress:  DRYDOCK-EGRESS   a rule that allows it, else drop
//	                           └─ to a Pod isolated for ingress:   DRYDOCK-INGRESS  a rule that allows it, else drop
//
// What a node says to its own Pods itself is not forwarded, so that it is never cut off: the kubelet's probes always
// work. Source: "Network Policies", Kubernetes documentation.
//
// Limits: IPv4 alone; a Pod's address is known a moment after its first process runs, and until then it is neither
// isolated nor allowed by its labels.
package policies

import (
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// World is what rules are made from: all Pods, Namespaces and NetworkPolicies of the cluster.
type World struct {
	Pods       []*core.Pod
	Namespaces []*core.Namespace
	Policies   []*networking.NetworkPolicy
}

// hasAddress tells whether a policy can be about a Pod. Those on the node's own network have no address of their own,
// and the address of one that has ended may be another's.
func hasAddress(pod *core.Pod) bool {
	return pod.Status.PodIP != "" && !pod.Spec.HostNetwork &&
		pod.Status.Phase != core.PodSucceeded && pod.Status.Phase != core.PodFailed
}

// selected are the Pods that a policy is about.
func (w World) selected(policy *networking.NetworkPolicy) []*core.Pod {
	chosen := selector(&policy.Spec.PodSelector)
	return w.pods(func(pod *core.Pod) bool {
		return pod.Namespace == policy.Namespace && chosen.Matches(labels.Set(pod.Labels))
	})
}

// peers are the Pods that a peer of a policy in a namespace means. Without a namespace selector they are in that
// namespace; without a Pod selector they are all of the namespaces.
func (w World) peers(namespace string, peer networking.NetworkPolicyPeer) []*core.Pod {
	namespaces := map[string]bool{namespace: true}
	if peer.NamespaceSelector != nil {
		namespaces = map[string]bool{}
		chosen := selector(peer.NamespaceSelector)
		for _, each := range w.Namespaces {
			namespaces[each.Name] = chosen.Matches(labels.Set(each.Labels))
		}
	}
	chosen := labels.Everything()
	if peer.PodSelector != nil {
		chosen = selector(peer.PodSelector)
	}
	return w.pods(func(pod *core.Pod) bool {
		return namespaces[pod.Namespace] && chosen.Matches(labels.Set(pod.Labels))
	})
}

func (w World) pods(wanted func(*core.Pod) bool) []*core.Pod {
	var found []*core.Pod
	for _, pod := range w.Pods {
		if hasAddress(pod) && wanted(pod) {
			found = append(found, pod)
		}
	}
	return found
}

// selector reads a selector. The API server has checked it; one that can't be read selects nothing.
func selector(from *meta.LabelSelector) labels.Selector {
	if made, err := meta.LabelSelectorAsSelector(from); err == nil {
		return made
	}
	return labels.Nothing()
}

func isAbout(policy *networking.NetworkPolicy, direction networking.PolicyType) bool {
	for _, each := range policy.Spec.PolicyTypes { // the API server fills it in
		if each == direction {
			return true
		}
	}
	return false
}
