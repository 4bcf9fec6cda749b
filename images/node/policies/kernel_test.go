package policies

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// packet is the first of a connection, as a node forwards it.
type packet struct {
	from, to, protocol string
	port               int
}

// passes judges a packet by the rules as the kernel would. It knows what the rules are made of, and no more.
func (r Rules) passes(t *testing.T, p packet) bool {
	t.Helper()
	return r.walk(t, entry, p) != "DROP"
}

func (r Rules) walk(t *testing.T, chain string, p packet) string {
	t.Helper()
	for _, rule := range r.Chains[chain] {
		words := strings.Fields(rule)
		target := words[len(words)-1]
		if !r.matches(t, words[:len(words)-2], p) {
			continue
		}
		if target == "RETURN" || target == "DROP" {
			return target
		}
		if r.walk(t, target, p) == "DROP" {
			return "DROP"
		}
	}
	return "RETURN"
}

func (r Rules) matches(t *testing.T, words []string, p packet) bool {
	t.Helper()
	for len(words) > 0 {
		var holds bool
		used := 2
		switch words[0] {
		case "-s":
			holds = words[1] == p.from
		case "-d":
			holds = words[1] == p.to
		case "-p":
			holds = words[1] == p.protocol
		case "--dport":
			first, last, isRange := strings.Cut(words[1], ":")
			if !isRange {
				last = first
			}
			lower, _ := strconv.Atoi(first)
			upper, _ := strconv.Atoi(last)
			holds = lower <= p.port && p.port <= upper
		case "--match-set":
			holds, used = r.holds(t, words[1], words[2], p), 3
		case "--ctstate": // the packet is a connection's first
		case "-m":
			holds = true
		default:
			t.Fatal("unknown match: ", words)
		}
		if !holds {
			return false
		}
		words = words[used:]
	}
	return true
}

func (r Rules) holds(t *testing.T, name, side string, p packet) bool {
	t.Helper()
	set, known := r.Sets[name]
	if !known {
		t.Fatal("a rule names a set that is not there: ", name)
	}
	address := p.from
	if strings.HasPrefix(side, "dst") {
		address = p.to
	}
	switch set.Kind {
	case withPort:
		return slices.Contains(set.Members, address+","+p.protocol+":"+strconv.Itoa(p.port))
	case networks:
		longest, found := -1, false
		for _, member := range set.Members {
			text, exception := strings.CutSuffix(member, " nomatch")
			network := netip.MustParsePrefix(text)
			if network.Contains(netip.MustParseAddr(address)) && network.Bits() > longest {
				longest, found = network.Bits(), !exception
			}
		}
		return found
	}
	return slices.Contains(set.Members, address)
}
