#!/bin/busybox sh
# The first process of the emulated machine, in memory: brings the disk, and goes on there (init.sh).
/bin/busybox mount -t devtmpfs dev /dev
for module in $(/bin/busybox cat /modules); do /bin/busybox insmod "/lib/$module"; done
until /bin/busybox mount -t ext4 -o noatime,discard /dev/vda /root 2>/dev/null; do /bin/busybox sleep 0.05; done
exec /bin/busybox switch_root /root /bin/sh /usr/local/lib/drydock/machine/init.sh
