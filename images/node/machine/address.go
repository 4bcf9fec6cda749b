package machine

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
)

// Address is the IPv4 address that the engine gave this container. The engine writes it into /etc/hosts beside the
// container's name; where it does not, it is the first interface's. It can be another one after a restart.
func Address() (net.IP, error) {
	host, err := os.Hostname()
	if err != nil {
		return nil, err
	}
	known, _ := net.LookupIP(host)
	for _, address := range known {
		if found := usable(address); found != nil {
			return found, nil
		}
	}
	interfaces, err := net.InterfaceAddrs()
	if err != nil {
		return nil, err
	}
	for _, each := range interfaces {
		if network, ok := each.(*net.IPNet); ok {
			if found := usable(network.IP); found != nil {
				return found, nil
			}
		}
	}
	return nil, errors.New("this container has no IPv4 address: it needs a network")
}

func usable(address net.IP) net.IP {
	if address.IsLoopback() || address.IsLinkLocalUnicast() {
		return nil
	}
	return address.To4()
}

// Nameservers are those that the engine gave this container. On a user network that is the engine's own resolver,
// 127.0.0.11, which answers in this container alone: Pods can't ask it.
func Nameservers() ([]string, error) {
	file, err := os.Open("/etc/resolv.conf")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	found := nameservers(file)
	if len(found) == 0 {
		return nil, fmt.Errorf("%s names no server", file.Name())
	}
	return found, nil
}

func nameservers(text io.Reader) []string {
	var found []string
	for lines := bufio.NewScanner(text); lines.Scan(); {
		if fields := strings.Fields(lines.Text()); len(fields) == 2 && fields[0] == "nameserver" {
			found = append(found, fields[1])
		}
	}
	return found
}
