package network

import (
	"maps"

	core "k8s.io/api/core/v1"
)

// Plan is what the Nodes of a cluster mean for one of them: its own range of Pods, and through which address each
// other range is reached.
type Plan struct {
	Own    string
	Routes map[string]string
}

// MakePlan reads the Nodes. One that has no range or no address yet is left out.
func MakePlan(own string, nodes []*core.Node) Plan {
	plan := Plan{Routes: map[string]string{}}
	for _, node := range nodes {
		if node.Spec.PodCIDR == "" {
			continue
		}
		if node.Name == own {
			plan.Own = node.Spec.PodCIDR
		} else if address := internal(node); address != "" {
			plan.Routes[node.Spec.PodCIDR] = address
		}
	}
	return plan
}

// Equal tells whether two plans are the same.
func (p Plan) Equal(other Plan) bool { return p.Own == other.Own && maps.Equal(p.Routes, other.Routes) }

func internal(node *core.Node) string {
	for _, address := range node.Status.Addresses {
		if address.Type == core.NodeInternalIP {
			return address.Address
		}
	}
	return ""
}
