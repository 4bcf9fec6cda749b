package policies

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	core "k8s.io/api/core/v1"
)

// Rules are what the kernel is given: sets of addresses by name, and the rules of each chain.
type Rules struct {
	Sets   map[string]Set
	Chains map[string][]string
}

// Set is a set of ipset(8): of addresses, of networks, or of addresses with a port.
type Set struct {
	Kind    string
	Members []string
}

const (
	addresses = "hash:ip"
	networks  = "hash:net"
	withPort  = "hash:ip,port"
)

// name makes a set's name from what it holds: a name has at most 31 characters.
func name(parts ...string) string {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(strings.Join(parts, "/")))
	return fmt.Sprintf("drydock-%016x", hash.Sum64())
}

// add puts a set among the rules', and returns its name. Members are sorted, so that equal sets look equal.
func (r *Rules) add(name, kind string, members []string) string {
	slices.Sort(members)
	r.Sets[name] = Set{kind, slices.Compact(members)}
	return name
}

func (r *Rules) rule(chain string, parts ...string) {
	r.Chains[chain] = append(r.Chains[chain], strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), " "))
}

func in(set, side string) string { return "-m set --match-set " + set + " " + side }

func addressesOf(pods []*core.Pod) []string {
	found := make([]string, 0, len(pods))
	for _, pod := range pods {
		found = append(found, pod.Status.PodIP)
	}
	return found
}
