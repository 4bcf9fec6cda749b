#!/bin/sh
# The private engine's first process once its files are the root (see boot.sh).
set -eu
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# Outgoing traffic goes through slirp4netns, which stays in the host's network and resolves names as the host does.
unshare --mount sh -c 'mount --bind /run/host.resolv.conf /etc/resolv.conf && exec slirp4netns --configure --mtu=65520 \
    --disable-host-loopback --cidr=10.0.66.0/24 --netns-type=path /run/engine.net tap0' &

nsenter --net=/run/engine.net ip link set lo up
# Go's garbage collector was a sixth of what both daemons do while exercises are checked. So seldom, they take 325 MB
# instead of 200 in dockerd, and 90 instead of 65 in containerd.
export GOGC=300
# A containerd of ours: for one that it starts itself, dockerd looks twice a second only. If it ends, so does the engine.
{
    nsenter --net=/run/engine.net containerd --config /usr/local/lib/drydock/containerd.toml || true
    kill -TERM $$
} &
containerd=$!
nsenter --net=/run/engine.net dockerd --config-file /drydock/daemon.json --containerd /run/containerd/containerd.sock &
dockerd=$!
trap 'kill -TERM $dockerd 2>/dev/null || true' TERM INT
# `wait` returns early on a signal; the namespace, and all in it, ends with this process.
until ! kill -0 $dockerd 2>/dev/null; do wait $dockerd || true; done
pkill -TERM -x containerd || true
while kill -0 $containerd 2>/dev/null; do wait $containerd || true; done
