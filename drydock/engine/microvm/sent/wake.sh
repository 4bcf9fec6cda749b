#!/bin/sh
# Run by the keeper whenever the machine begins to run: what is of this start alone. Standard input: a tar with keys and settings.
# After a restore nothing is translated yet, and each new program costs; so one program does most here.
# usage: sh -c WAKE wake SECONDS [TAG FOLDER]...      SECONDs since 1970; each export TAG is mounted at FOLDER
set -eu
alias busybox=/usr/bin/busybox
now=$1
shift
busybox tar -C / -xf -
[ ! -e /run/drydock/stunnel.pid ] || kill "$(busybox cat /run/drydock/stunnel.pid)" || true
# Its descriptors are ours: with our standard output open, the agent would wait for it, too.
stunnel /run/drydock/stunnel.conf </dev/null >/run/drydock/stunnel.out 2>&1 &
busybox date -s "@$now" >/dev/null
while [ $# -gt 0 ]; do
    [ -d "$2" ] || busybox mkdir -p "$2"
    busybox mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=none "$1" "$2"
    shift 2
done
# Only what the administrator of the learner's machine has set about registries; dockerd reads that again.
if [ -e /run/drydock/daemon.json ]; then
    busybox cp /run/drydock/daemon.json /drydock/daemon.json
    kill -HUP "$(busybox cat /run/docker.pid)" || true
fi
wait
