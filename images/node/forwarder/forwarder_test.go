package forwarder

import (
	"context"
	"net"
	"testing"
	"time"
)

// upper answers each datagram with itself and a mark, as a DNS server at a free port of the loopback.
func upper(t *testing.T) string {
	t.Helper()
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { socket.Close() })
	go func() {
		buffer := make([]byte, longest)
		for {
			length, client, err := socket.ReadFrom(buffer)
			if err != nil {
				return
			}
			_, _ = socket.WriteTo(append(buffer[:length:length], '!'), client)
		}
	}()
	return socket.LocalAddr().String()
}

func TestAsksTheNextServer(t *testing.T) {
	closed, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := closed.LocalAddr().String()
	closed.Close()
	answer, err := ask([]byte("q"), []string{nobody, upper(t)})
	if err != nil || string(answer) != "q!" {
		t.Errorf("%q, %v", answer, err)
	}
}

func TestServes(t *testing.T) {
	free, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.LocalAddr().String()
	free.Close()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	servers := []string{upper(t)}
	go func() { _ = Serve(ctx, address, servers) }()
	for range 50 {
		if answer, err := exchange([]byte("q"), address); err == nil && string(answer) == "q!" {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("no answer within a second")
}
