// Package dns takes the place of lego's package of that name, which knows some 180 DNS providers and brings their
// libraries along. No lesson asks a public authority for a certificate.
package dns

import (
	"fmt"

	"github.com/go-acme/lego/v4/challenge"
)

// NewDNSChallengeProviderByName returns the provider of a name; here, there is none.
func NewDNSChallengeProviderByName(name string) (challenge.Provider, error) {
	return nil, fmt.Errorf("this build of traefik has no DNS providers, and so not %q", name)
}
