package network

import (
	"errors"
	"fmt"
	"net"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// protocol marks the routes that are made here. Source: rtnetlink(7), rtm_protocol; above 4 the number is free.
const protocol = 110

// SetRoutes makes this node's routes to other nodes' ranges of Pods those that are wanted, and no others.
func SetRoutes(wanted map[string]string) error {
	var failed []error
	for podRange, gateway := range wanted {
		_, destination, err := net.ParseCIDR(podRange)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		route := &netlink.Route{Dst: destination, Gw: net.ParseIP(gateway), Protocol: protocol}
		if err := netlink.RouteReplace(route); err != nil {
			failed = append(failed, fmt.Errorf("route to %s by %s: %w", podRange, gateway, err))
		}
	}
	existing, err := netlink.RouteListFiltered(netlink.FAMILY_V4, &netlink.Route{Protocol: protocol}, netlink.RT_FILTER_PROTOCOL)
	if err != nil {
		return errors.Join(append(failed, err)...)
	}
	for _, route := range existing {
		if _, keep := wanted[route.Dst.String()]; keep {
			continue
		}
		if err := netlink.RouteDel(&route); err != nil && !errors.Is(err, unix.ESRCH) {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// AddResolverAddress gives this node the link-local address at which its Pods find the DNS of the outside.
func AddResolverAddress(address string) error {
	loopback, err := netlink.LinkByName("lo")
	if err != nil {
		return err
	}
	own, err := netlink.ParseAddr(address + "/32")
	if err != nil {
		return err
	}
	return netlink.AddrReplace(loopback, own)
}
