package certificates

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"testing"
)

func authority(t *testing.T) *Authority {
	t.Helper()
	made, err := KeepAuthority(t.TempDir(), "ca")
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestServerIsTrustedByItsNamesAlone(t *testing.T) {
	signer := authority(t)
	pair, err := signer.Issue(Server("dd-cluster", net.IPv4(172, 18, 0, 2)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tls.X509KeyPair(pair.Certificate, pair.Key); err != nil {
		t.Fatal("key and certificate differ: ", err)
	}
	certificate, _ := parse(pair.Certificate)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(signer.Certificate)
	for name, fits := range map[string]bool{
		"kubernetes": true, "localhost": true, "dd-cluster": true, "127.0.0.1": true, "10.96.0.1": true,
		"172.18.0.2": true, "172.18.0.3": false, "example.org": false,
	} {
		_, err := certificate.Verify(x509.VerifyOptions{Roots: pool, DNSName: name})
		if (err == nil) != fits {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestKeptUntilTheAddressChanges(t *testing.T) {
	signer, folder := authority(t), t.TempDir()
	keep := func(last byte) string {
		pair, err := signer.Keep(folder, "apiserver", Server("dd-cluster", net.IPv4(172, 18, 0, last)))
		if err != nil {
			t.Fatal(err)
		}
		certificate, _ := parse(pair.Certificate)
		return certificate.SerialNumber.String()
	}
	first := keep(2)
	if keep(2) != first {
		t.Error("made anew for the same address")
	}
	if keep(3) == first {
		t.Error("kept for another address")
	}
}

func TestAuthorityIsKept(t *testing.T) {
	folder := t.TempDir()
	first, err := KeepAuthority(folder, "ca")
	if err != nil {
		t.Fatal(err)
	}
	second, err := KeepAuthority(folder, "ca")
	if err != nil || first.certificate.SerialNumber.Cmp(second.certificate.SerialNumber) != 0 {
		t.Error("another authority the second time: ", err)
	}
}

func TestNodeNames(t *testing.T) {
	signer := authority(t)
	for name, fits := range map[string]bool{"dd-cluster-worker-1": true, "": false, "../x": false, "Upper": false, "-a": false} {
		if _, err := signer.Node(name, "https://dd-cluster:6443"); (err == nil) != fits {
			t.Errorf("%q: %v", name, err)
		}
	}
}
