#!/bin/busybox sh
# The first process of a try: says that it runs, and switches the machine off.
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox echo "drydock: this processor works" >/dev/ttyS0
/bin/busybox poweroff -f
