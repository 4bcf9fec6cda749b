package certificates

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"time"
)

const renew = 30 * 24 * time.Hour // a certificate with less left is made anew

// Load reads the authority that lies in a folder as NAME.crt and NAME.key.
func Load(folder, name string) (*Authority, error) {
	pair, err := read(folder, name)
	if err != nil {
		return nil, err
	}
	return parseAuthority(pair)
}

// KeepAuthority reads an authority from a folder, or makes one and writes it there.
func KeepAuthority(folder, name string) (*Authority, error) {
	if authority, err := Load(folder, name); !errors.Is(err, fs.ErrNotExist) {
		return authority, err
	}
	authority, err := NewAuthority(name)
	if err != nil {
		return nil, err
	}
	return authority, authority.Pair.write(folder, name)
}

// Keep reads the certificate that a folder has under a name. Where it is none of this authority's, ends soon, or was
// made for other names or addresses (a container that starts again can have another address), it is made anew.
func (a *Authority) Keep(folder, name string, request Request) (Pair, error) {
	if pair, err := read(folder, name); err == nil && a.holds(pair, request) {
		return pair, nil
	}
	pair, err := a.Issue(request)
	if err != nil {
		return Pair{}, err
	}
	return pair, pair.write(folder, name)
}

// KeepKey makes a key of its own, without a certificate, unless the folder has it. Service accounts' tokens are
// signed with such a one.
func KeepKey(folder, name string) error {
	path := filepath.Join(folder, name+".key")
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	encoded, err := encodeKey(key)
	if err != nil {
		return err
	}
	return os.WriteFile(path, encoded, 0o600)
}

func (a *Authority) holds(pair Pair, request Request) bool {
	certificate, err := parse(pair.Certificate)
	return err == nil &&
		certificate.CheckSignatureFrom(a.certificate) == nil &&
		time.Until(certificate.NotAfter) > renew &&
		certificate.Subject.CommonName == request.CommonName &&
		slices.Equal(certificate.Subject.Organization, request.Organizations) &&
		slices.Equal(certificate.DNSNames, request.Names) &&
		slices.EqualFunc(certificate.IPAddresses, request.Addresses, net.IP.Equal)
}

func (p Pair) write(folder, name string) error {
	if err := os.WriteFile(filepath.Join(folder, name+".key"), p.Key, 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, name+".crt"), p.Certificate, 0o644)
}

func read(folder, name string) (Pair, error) {
	certificate, err := os.ReadFile(filepath.Join(folder, name+".crt"))
	if err != nil {
		return Pair{}, err
	}
	key, err := os.ReadFile(filepath.Join(folder, name+".key"))
	return Pair{Certificate: bytes.TrimSpace(certificate), Key: bytes.TrimSpace(key)}, err
}

func parse(encoded []byte) (*x509.Certificate, error) {
	block, _ := pem.Decode(encoded)
	if block == nil {
		return nil, errors.New("no PEM")
	}
	return x509.ParseCertificate(block.Bytes)
}

func parseAuthority(pair Pair) (*Authority, error) {
	certificate, err := parse(pair.Certificate)
	if err != nil {
		return nil, fmt.Errorf("the authority's certificate: %w", err)
	}
	block, _ := pem.Decode(pair.Key)
	if block == nil {
		return nil, errors.New("the authority's key: no PEM")
	}
	key, err := x509.ParseECPrivateKey(block.Bytes)
	return &Authority{Pair: pair, certificate: certificate, key: key}, err
}
