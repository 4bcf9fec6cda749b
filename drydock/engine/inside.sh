#!/bin/sh
# The private engine's first process once its files are the root (see boot.sh).
set -eu
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# Outgoing traffic goes through slirp4netns, which stays in the host's network and resolves names as the host does.
unshare --mount sh -c 'mount --bind /run/host.resolv.conf /etc/resolv.conf && exec slirp4netns --configure --mtu=65520 \
    --disable-host-loopback --cidr=10.0.66.0/24 --netns-type=path /run/engine.net tap0' &

nsenter --net=/run/engine.net ip link set lo up
nsenter --net=/run/engine.net dockerd --config-file /drydock/daemon.json &
dockerd=$!
trap 'kill -TERM $dockerd' TERM INT
# `wait` returns early on a signal; the namespace, and all in it, ends with this process.
until ! kill -0 $dockerd 2>/dev/null; do wait $dockerd || true; done
