//go:build tools

package addons

// The resource definitions of the Gateway API come from this module, at the version that go.mod names.
import _ "sigs.k8s.io/gateway-api/apis/v1"
