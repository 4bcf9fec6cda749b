package policies

import (
	"fmt"
	"slices"

	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
)

const (
	entry    = "DRYDOCK-POLICY"
	allowed  = "-j RETURN"
	isolated = "drydock-isolated-"
)

// direction is one of the two ways that a policy looks: who is selected by it is on one side of a packet, who is
// allowed on the other. Ports are always the receiver's.
type direction struct {
	kind           networking.PolicyType
	chain          string
	selected, peer string // src or dst, of the first packet of a connection
}

var directions = []direction{
	{networking.PolicyTypeEgress, "DRYDOCK-EGRESS", "src", "dst"},
	{networking.PolicyTypeIngress, "DRYDOCK-INGRESS", "dst", "src"},
}

// Make turns what is known into rules. A Pod that no policy selects may do all; one that some select may do what any
// of them allows.
func Make(world World) Rules {
	rules := Rules{Sets: map[string]Set{}, Chains: map[string][]string{entry: nil}}
	policies := slices.Clone(world.Policies)
	slices.SortFunc(policies, func(a, b *networking.NetworkPolicy) int {
		return slices.Compare([]string{a.Namespace, a.Name}, []string{b.Namespace, b.Name})
	})
	rules.rule(entry, "-m conntrack --ctstate ESTABLISHED,RELATED", allowed)
	for _, way := range directions {
		rules.Chains[way.chain] = nil
		var closed []*core.Pod
		for _, policy := range policies {
			if isAbout(policy, way.kind) {
				selected := world.selected(policy)
				closed = append(closed, selected...)
				rules.policy(world, way, policy, selected)
			}
		}
		set := rules.add(isolated+way.selected, addresses, addressesOf(closed))
		rules.rule(entry, in(set, way.selected), "-j "+way.chain)
		for _, address := range rules.Sets[set].Members { // a Pod always reaches itself, by a Service
			rules.Chains[way.chain] = slices.Insert(rules.Chains[way.chain], 0, fmt.Sprintf("-s %[1]s -d %[1]s %s", address, allowed))
		}
		rules.rule(way.chain, "-j DROP")
	}
	return rules
}

// policy makes the rules of one policy in one direction.
func (r *Rules) policy(world World, way direction, policy *networking.NetworkPolicy, selected []*core.Pod) {
	var clauses []clause
	if way.kind == networking.PolicyTypeIngress {
		for _, each := range policy.Spec.Ingress {
			clauses = append(clauses, clause{each.From, each.Ports})
		}
	} else {
		for _, each := range policy.Spec.Egress {
			clauses = append(clauses, clause{each.To, each.Ports})
		}
	}
	if len(clauses) == 0 || len(selected) == 0 {
		return
	}
	id := []string{string(way.kind), policy.Namespace, policy.Name}
	about := in(r.add(name(id...), addresses, addressesOf(selected)), way.selected)
	for number, each := range clauses {
		place := append(slices.Clone(id), fmt.Sprint(number))
		peers, named := r.peers(world, way, policy.Namespace, each.peers, place)
		if way.kind == networking.PolicyTypeIngress {
			named = selected // whose ports they are
		}
		for _, peer := range peers {
			for _, port := range r.ports(each.ports, named, place) {
				r.rule(way.chain, about, peer, port, allowed)
			}
		}
	}
}

// clause is one rule of a policy: any of the peers, at any of the ports. Where there are none, all are meant.
type clause struct {
	peers []networking.NetworkPolicyPeer
	ports []networking.NetworkPolicyPort
}
