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
mount --rbind "$state" "$root/drydock"

# A network namespace of its own: the host's bridges, rules and ip_forward stay as they are.
touch "$root/run/host.net" "$root/run/engine.net"
mount --bind /proc/self/ns/net "$root/run/host.net"
unshare --net="$root/run/engine.net" true
nsenter --net="$root/run/engine.net" mount -t sysfs sysfs "$root/sys"
mount --rbind /sys/fs/cgroup "$root/sys/fs/cgroup"

echo nameserver 10.0.66.3 >"$root/etc/resolv.conf"
cp -L /etc/resolv.conf "$root/run/host.resolv.conf"

# The engine's files become the root of the mount namespace, not of this process alone: `docker exec`
# enters a container's mount namespace at its root, which after a mere chroot would be the host's files.
# nsenter goes to that root even where we run in a chroot, and takes the folder with it as it stands.
exec nsenter --mount=/proc/self/ns/mnt --wd="$root" sh -c 'mount --move . / && exec chroot . sh /usr/local/lib/drydock/inside.sh'
