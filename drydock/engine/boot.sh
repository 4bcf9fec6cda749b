#!/bin/sh
# The private engine's first process, in mount and PID namespaces of its own (see native.py).
# usage: boot.sh ROOT STATE FOLDER...      FOLDERs are shared with the engine at the same path
set -eu
root=$1 state=$2
shift 2

# The engine's files, and this machine's kernel interfaces.
mount --bind "$root" "$root"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mkdir -p "$root/drydock"
for folder in "$@"; do
    mkdir -p "$root$folder"
    mount --bind "$folder" "$root$folder"
done
mount --bind "$state" "$root/drydock"

# A network namespace of its own: the host's bridges, rules and ip_forward stay as they are.
touch "$root/run/host.net" "$root/run/engine.net"
mount --bind /proc/self/ns/net "$root/run/host.net"
unshare --net="$root/run/engine.net" true
nsenter --net="$root/run/engine.net" sh -c "ip link set lo up && mount -t sysfs sysfs '$root/sys'"
mount --rbind /sys/fs/cgroup "$root/sys/fs/cgroup"

# Outgoing traffic goes through slirp4netns, which stays outside and resolves names as the host does.
echo nameserver 10.0.66.3 >"$root/etc/resolv.conf"
cp -L /etc/resolv.conf "$root/run/host.resolv.conf"
unshare --mount sh -c "mount --bind '$root/run/host.resolv.conf' '$root/etc/resolv.conf' && exec chroot '$root' \
    slirp4netns --configure --mtu=65520 --disable-host-loopback --cidr=10.0.66.0/24 --netns-type=path /run/engine.net tap0" &

export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
nsenter --net="$root/run/engine.net" chroot "$root" dockerd --config-file /drydock/daemon.json &
dockerd=$!
trap 'kill -TERM $dockerd' TERM INT
# `wait` returns early on a signal; the namespace, and all in it, ends with this process.
until ! kill -0 $dockerd 2>/dev/null; do wait $dockerd || true; done
