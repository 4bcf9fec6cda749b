// Package forwarder answers DNS for names outside the cluster, at an address that Pods can reach.
//
// The engine's own resolver, 127.0.0.11, answers only in the container itself. So the node takes a question in at a
// link-local address, and asks for the Pod. It passes messages on as they are, and reads no more of them.
package forwarder

import (
	"context"
	"errors"
	"io"
	"net"
	"time"
)

const (
	answerTime = 5 * time.Second // s until a question counts as not answered, as in resolv.conf(5)
	longest    = 65535           // bytes of a message
	atOnce     = 256             // questions under way; a further one is dropped, and asked again by its client
)

// Serve answers at an address, by the first of the servers that answers, until the context ends.
func Serve(ctx context.Context, address string, servers []string) error {
	datagrams, err := (&net.ListenConfig{}).ListenPacket(ctx, "udp", address)
	if err != nil {
		return err
	}
	defer datagrams.Close()
	connections, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	defer connections.Close()
	ended := make(chan error, 2)
	go func() { ended <- serveUDP(datagrams, servers) }()
	go func() { ended <- serveTCP(connections, servers) }()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case err := <-ended:
		return err
	}
}

func serveUDP(socket net.PacketConn, servers []string) error {
	slots := make(chan struct{}, atOnce)
	buffer := make([]byte, longest)
	for {
		length, client, err := socket.ReadFrom(buffer)
		if err != nil {
			return err
		}
		question := append([]byte(nil), buffer[:length]...)
		select {
		case slots <- struct{}{}:
		default:
			continue
		}
		go func() {
			defer func() { <-slots }()
			if answer, err := ask(question, servers); err == nil {
				_, _ = socket.WriteTo(answer, client) // a client that is gone needs no answer
			}
		}()
	}
}

// ask puts a question to one server after the other.
func ask(question []byte, servers []string) ([]byte, error) {
	err := errors.New("no server")
	for _, server := range servers {
		var answer []byte
		if answer, err = exchange(question, server); err == nil {
			return answer, nil
		}
	}
	return nil, err
}

func exchange(question []byte, server string) ([]byte, error) {
	connection, err := net.DialTimeout("udp", server, answerTime)
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	if err := connection.SetDeadline(time.Now().Add(answerTime)); err != nil {
		return nil, err
	}
	if _, err := connection.Write(question); err != nil {
		return nil, err
	}
	answer := make([]byte, longest)
	length, err := connection.Read(answer)
	return answer[:length], err
}

func serveTCP(listener net.Listener, servers []string) error {
	for {
		client, err := listener.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer client.Close()
			for _, server := range servers {
				if upstream, err := net.DialTimeout("tcp", server, answerTime); err == nil {
					defer upstream.Close()
					join(client, upstream)
					return
				}
			}
		}()
	}
}

// join passes bytes both ways, until one side ends or a while has passed.
func join(client, upstream net.Conn) {
	limit := time.Now().Add(2 * answerTime)
	_, _ = client.SetDeadline(limit), upstream.SetDeadline(limit)
	done := make(chan struct{}, 2)
	pass := func(to io.Writer, from io.Reader) {
		_, _ = io.Copy(to, from)
		done <- struct{}{}
	}
	go pass(upstream, client)
	go pass(client, upstream)
	<-done
}
