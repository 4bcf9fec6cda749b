package policies

import (
	"strings"
	"testing"

	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

const (
	web, client, other, outside = "10.244.0.2", "10.244.0.3", "10.244.1.2", "203.0.113.9"
	host                        = "172.18.0.2"
)

func pod(namespace, app, address string) *core.Pod {
	return &core.Pod{
		ObjectMeta: meta.ObjectMeta{Namespace: namespace, Name: app, Labels: map[string]string{"app": app}},
		Spec:       core.PodSpec{Containers: []core.Container{{Ports: []core.ContainerPort{{Name: "http", ContainerPort: 8080}}}}},
		Status:     core.PodStatus{PodIP: address, Phase: core.PodRunning},
	}
}

// with makes the rules of a small world: web and client in the namespace shop, other in another, and policies.
func with(t *testing.T, policies ...string) Rules {
	t.Helper()
	onHost, ended := pod("shop", "web", host), pod("shop", "web", client)
	onHost.Spec.HostNetwork, ended.Status.Phase = true, core.PodSucceeded
	world := World{
		Pods: []*core.Pod{pod("shop", "web", web), pod("shop", "client", client), pod("team", "other", other), onHost, ended},
		Namespaces: []*core.Namespace{
			{ObjectMeta: meta.ObjectMeta{Name: "shop"}},
			{ObjectMeta: meta.ObjectMeta{Name: "team", Labels: map[string]string{"team": "a"}}},
		},
	}
	for number, text := range policies {
		policy := &networking.NetworkPolicy{ObjectMeta: meta.ObjectMeta{Namespace: "shop", Name: string(rune('a' + number))}}
		if err := yaml.UnmarshalStrict([]byte(text), &policy.Spec); err != nil {
			t.Fatal(err)
		}
		world.Policies = append(world.Policies, policy)
	}
	return Make(world)
}

func TestPolicies(t *testing.T) {
	toWeb := func(from string, port int) packet { return packet{from, web, "tcp", port} }
	for what, given := range map[string]struct {
		policies        []string
		passes, dropped []packet
	}{
		"no policy": {nil, []packet{toWeb(other, 80), {web, outside, "udp", 53}}, nil},
		"default deny": {
			[]string{`{podSelector: {}, policyTypes: [Ingress, Egress]}`},
			[]packet{{other, outside, "tcp", 443}, {web, web, "tcp", 80}, toWeb(web, 80), {other, host, "tcp", 80}},
			[]packet{toWeb(client, 80), toWeb(outside, 80), {web, outside, "tcp", 443}, {client, other, "tcp", 80}},
		},
		"one label": {
			[]string{`{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {matchLabels: {app: client}}}], ports: [{port: 80}]}]}`},
			[]packet{toWeb(client, 80), {web, other, "tcp", 80}, {other, client, "tcp", 80}},
			[]packet{toWeb(client, 81), {client, web, "udp", 80}, toWeb(other, 80)},
		},
		"a namespace": {
			[]string{`{podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{namespaceSelector: {matchLabels: {team: a}}}]}]}`},
			[]packet{toWeb(other, 1), {other, client, "sctp", 9}}, []packet{toWeb(client, 1), toWeb(outside, 1)},
		},
		"both selectors": {
			[]string{`{podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{namespaceSelector: {}, podSelector: {matchLabels: {app: client}}}]}]}`},
			[]packet{toWeb(client, 1)}, []packet{toWeb(other, 1)},
		},
		"blocks": {
			[]string{`{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [203.0.113.0/24]}}, {ipBlock: {cidr: 203.0.113.8/31}}]}]}`},
			[]packet{{web, "192.0.2.1", "tcp", 1}, {web, outside, "tcp", 1}, toWeb(other, 1)}, []packet{{web, "203.0.113.10", "tcp", 1}},
		},
		"ports": {
			[]string{`{podSelector: {}, policyTypes: [Ingress], ingress: [{ports: [{port: http}, {port: 100, endPort: 110}, {protocol: UDP}]}]}`},
			[]packet{toWeb(other, 8080), toWeb(other, 100), toWeb(other, 110), {other, web, "udp", 7}}, []packet{toWeb(other, 80), toWeb(other, 111)},
		},
		"a port's name, outward": {
			[]string{`{podSelector: {matchLabels: {app: client}}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}], ports: [{port: http}]}]}`},
			[]packet{toWeb(client, 8080)}, []packet{toWeb(client, 80), {client, other, "tcp", 8080}},
		},
		"any of several": {
			[]string{
				`{podSelector: {}, policyTypes: [Ingress]}`,
				`{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {}}]}]}`,
			},
			[]packet{toWeb(client, 80)}, []packet{toWeb(other, 80), {web, client, "tcp", 80}},
		},
		"all allowed": {[]string{`{podSelector: {}, policyTypes: [Ingress], ingress: [{}]}`}, []packet{toWeb(outside, 80)}, nil},
	} {
		t.Run(what, func(t *testing.T) {
			rules := with(t, given.policies...)
			for _, each := range given.passes {
				if !rules.passes(t, each) {
					t.Errorf("dropped: %v", each)
				}
			}
			for _, each := range given.dropped {
				if rules.passes(t, each) {
					t.Errorf("passes: %v", each)
				}
			}
		})
	}
}

func TestApply(t *testing.T) {
	var ran []string
	applier := Applier{Run: func(input, program string, arguments ...string) error {
		ran = append(ran, program+" "+strings.Join(arguments, " ")+"\n"+input)
		return nil
	}}
	first, second := with(t, `{podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {}}]}]}`), with(t)
	for _, rules := range []Rules{first, second} {
		if err := applier.Apply(rules); err != nil {
			t.Fatal(err)
		}
	}
	all := strings.Join(ran, "\n")
	for name := range first.Sets {
		if len(name) > 31 {
			t.Error("too long: ", name)
		}
		if _, kept := second.Sets[name]; !kept && !strings.Contains(all, "ipset destroy "+name) {
			t.Error("still there: ", name)
		}
	}
	if !strings.Contains(all, "swap drydock-next-hash-ip drydock-isolated-dst") {
		t.Error(all)
	}
}
