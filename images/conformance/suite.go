// Package conformance names what `make conformance` builds: the suite is the test binary of Kubernetes' package e2e.
package conformance

import _ "k8s.io/kubernetes/test/e2e"
