// Package certificates makes what the components of a cluster prove with who they are.
//
// Source: "PKI certificates and requirements", Kubernetes documentation. Keys are ECDSA P-256, as they are made in
// a millisecond.
package certificates

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

const (
	lifetime = 10 * 365 * 24 * time.Hour
	early    = time.Hour // clocks differ
)

// Authority signs certificates.
type Authority struct {
	Pair
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// Pair is a certificate and its key, both PEM.
type Pair struct{ Certificate, Key []byte }

// Request says whom a certificate is for. The common name is the user that the API server sees, the organizations
// are their groups. Names and addresses are those that a server is reached by.
type Request struct {
	CommonName    string
	Organizations []string
	Names         []string
	Addresses     []net.IP
}

// NewAuthority makes an authority that has signed itself.
func NewAuthority(commonName string) (*Authority, error) {
	template := template(Request{CommonName: commonName})
	template.IsCA, template.BasicConstraintsValid = true, true
	template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = nil
	pair, err := sign(template, nil)
	if err != nil {
		return nil, err
	}
	return parseAuthority(pair)
}

// Issue makes a key and a certificate for it, which serves clients and servers alike.
func (a *Authority) Issue(request Request) (Pair, error) { return sign(template(request), a) }

func template(request Request) *x509.Certificate {
	return &x509.Certificate{
		Subject:     pkix.Name{CommonName: request.CommonName, Organization: request.Organizations},
		DNSNames:    request.Names,
		IPAddresses: request.Addresses,
		NotBefore:   time.Now().Add(-early),
		NotAfter:    time.Now().Add(lifetime),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
	}
}

// sign makes a key for the template, and has the authority sign it, or itself where there is none.
func sign(template *x509.Certificate, authority *Authority) (Pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Pair{}, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return Pair{}, err
	}
	template.SerialNumber = serial
	parent, signer := template, key
	if authority != nil {
		parent, signer = authority.certificate, authority.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		return Pair{}, fmt.Errorf("sign the certificate of %s: %w", template.Subject.CommonName, err)
	}
	keyPEM, err := encodeKey(key)
	return Pair{Certificate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), Key: keyPEM}, err
}

func encodeKey(key *ecdsa.PrivateKey) ([]byte, error) {
	der, err := x509.MarshalECPrivateKey(key)
	return pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), err
}
