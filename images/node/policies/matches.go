package policies

import (
	"fmt"
	"net"
	"slices"
	"strings"

	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// peers makes a match for each set of peers: one for all Pods that are meant, one for each block of addresses. It also
// says which Pods are meant, as a port's name is theirs.
func (r *Rules) peers(world World, way direction, namespace string, peers []networking.NetworkPolicyPeer, place []string) ([]string, []*core.Pod) {
	if len(peers) == 0 {
		return []string{""}, world.pods(func(*core.Pod) bool { return true })
	}
	var matches []string
	var pods []*core.Pod
	for number, peer := range peers {
		if peer.IPBlock == nil {
			pods = append(pods, world.peers(namespace, peer)...)
			continue
		}
		if members := block(peer.IPBlock); len(members) > 0 {
			set := r.add(name(append(place, "block", fmt.Sprint(number))...), networks, members)
			matches = append(matches, in(set, way.peer))
		}
	}
	if len(pods) > 0 {
		set := r.add(name(append(place, "pods")...), addresses, addressesOf(pods))
		matches = append(matches, in(set, way.peer))
	}
	return matches, pods
}

// block turns a block of addresses into members of a set. Of two members the longer one decides, so that exceptions
// are members that do not match. A set can't hold the network of all addresses; its two halves it can.
// Source: ipset(8), hash:net.
func block(from *networking.IPBlock) []string {
	_, network, err := net.ParseCIDR(from.CIDR)
	if err != nil || network.IP.To4() == nil {
		return nil
	}
	members := []string{network.String()}
	if network.String() == "0.0.0.0/0" {
		members = []string{"0.0.0.0/1", "128.0.0.0/1"}
	}
	for _, each := range from.Except {
		if _, except, err := net.ParseCIDR(each); err == nil && except.IP.To4() != nil {
			members = append(members, except.String()+" nomatch")
		}
	}
	return members
}

// ports makes a match for each port of a clause. A name stands for whatever number each of the Pods gives it.
func (r *Rules) ports(ports []networking.NetworkPolicyPort, pods []*core.Pod, place []string) []string {
	if len(ports) == 0 {
		return []string{""}
	}
	var matches []string
	for _, port := range ports {
		protocol := core.ProtocolTCP
		if port.Protocol != nil {
			protocol = *port.Protocol
		}
		lower := strings.ToLower(string(protocol))
		switch {
		case port.Port == nil:
			matches = append(matches, "-p "+lower)
		case port.Port.Type == intstr.Int:
			wanted := fmt.Sprint(port.Port.IntVal)
			if port.EndPort != nil {
				wanted += fmt.Sprintf(":%d", *port.EndPort)
			}
			matches = append(matches, fmt.Sprintf("-p %[1]s -m %[1]s --dport %s", lower, wanted))
		default:
			if members := named(pods, port.Port.StrVal, protocol); len(members) > 0 {
				set := r.add(name(append(place, "port", lower, port.Port.StrVal)...), withPort, members)
				matches = append(matches, "-p "+lower+" "+in(set, "dst,dst"))
			}
		}
	}
	return matches
}

func named(pods []*core.Pod, name string, protocol core.Protocol) []string {
	var members []string
	for _, pod := range pods {
		for _, container := range slices.Concat(pod.Spec.InitContainers, pod.Spec.Containers) { // sidecars are init containers
			for _, port := range container.Ports {
				if port.Name == name && (port.Protocol == protocol || port.Protocol == "" && protocol == core.ProtocolTCP) {
					members = append(members, fmt.Sprintf("%s,%s:%d", pod.Status.PodIP, strings.ToLower(string(protocol)), port.ContainerPort))
				}
			}
		}
	}
	return members
}
