#!/bin/sh
# The emulated machine's first process, once its disk is the root: devices, the network, then the engine for good.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
here=/usr/local/lib/drydock/machine

mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
# What udev would make; crun reads new limits from /dev/stdin.
ln -s /proc/self/fd /dev/fd
for stream in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/${stream%:*}" "/dev/${stream#*:}"; done
mount -t devpts devpts /dev/pts
mount -t tmpfs -o mode=1777 shm /dev/shm
mount -t tmpfs -o mode=755 run /run
mount -t tmpfs -o mode=1777 tmp /tmp
mount -t cgroup2 cgroup /sys/fs/cgroup
mount -t securityfs securityfs /sys/kernel/security
modprobe -a virtio_net virtio_console virtio_balloon virtio_rng 9p 9pnet_virtio overlay br_netfilter veth bridge

hostname drydock
ip link set lo up
ip address add 10.0.2.15/24 dev eth0
ip link set eth0 up
ip route add default via 10.0.2.2
echo nameserver 10.0.2.3 >/etc/resolv.conf
# 10.0.2.2 is also the loopback of the machine that emulates this one: nothing in here may speak to it.
# (Connections from there, to published ports, come from that address.)
for chain in PREROUTING OUTPUT; do
    iptables -t mangle -A $chain -d 10.0.2.2 -m conntrack --ctstate NEW -j DROP
done

# Without udev the ports to the keeper have no names yet.
mkdir -p /dev/virtio-ports
for port in /sys/class/virtio-ports/*; do
    ln -sf "/dev/${port##*/}" "/dev/virtio-ports/$(cat "$port/name")"
done
qemu-ga -m virtio-serial -p /dev/virtio-ports/org.qemu.guest_agent.0 -t /run >/run/agent.log 2>&1 &

# Collecting garbage seldom costs some MiB, and spares an emulated processor much work.
export GOGC=300
# containerd is started beside dockerd, which would look for one of its own only twice a second.
mkdir -p /drydock/settings
[ -e /drydock/settings/env.json ] || echo '{}' >/drydock/settings/env.json
while :; do
    rm -f /run/docker.pid /run/containerd/containerd.sock
    containerd --config /usr/local/lib/drydock/containerd.toml >/var/log/containerd.log 2>&1 &
    containerd=$!
    dockerd --config-file /drydock/daemon.json --containerd /run/containerd/containerd.sock >/var/log/dockerd.log 2>&1 &
    dockerd=$!
    # If one of them ends, so does the other, and both begin again.
    while kill -0 $containerd 2>/dev/null && kill -0 $dockerd 2>/dev/null; do sleep 3; done
    kill $dockerd $containerd
    # What published the containers' ports has ended with dockerd.
    exec 3<>/dev/virtio-ports/dev.drydock.ports && echo "0 clear" >&3 && read -r _answer <&3
    exec 3>&-
    while kill -0 $dockerd 2>/dev/null; do sleep 0.2; done
    kill -KILL $containerd
    sleep 0.5
done
