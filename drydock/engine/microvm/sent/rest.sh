#!/bin/sh
# Run by the keeper before the machine is saved. Prints the containers that it had to stop: those that have a folder
# of the learner's mounted, which a saved machine can't have.
# usage: sh -c REST rest FOLDER...
stopped=
running=$(docker ps -q --no-trunc)
if [ -n "$running" ]; then
    for folder in "$@"; do
        # shellcheck disable=SC2016,SC2086
        stopped="$stopped $(docker inspect -f '{{range .Mounts}}{{if eq .Type "bind"}}{{$.Id}} {{.Source}}{{"\n"}}{{end}}{{end}}' $running |
            awk -v folder="$folder" 'index($2 "/", folder "/") == 1 { print $1 }')"
    done
    stopped=$(printf '%s\n' $stopped | sort -u)
fi
# shellcheck disable=SC2086
[ -z "$stopped" ] || docker stop --time 5 $stopped >/dev/null
# The last mounted first: one may lie below another.
mount -t 9p | tac | while read -r _tag _on folder _rest; do umount "$folder"; done
kill "$(cat /run/drydock/stunnel.pid)"
rm -rf /run/drydock
sync
# What is free in large pieces is reported to QEMU, every two seconds, and is in no saved state: so it is small, and read quickly.
echo 3 >/proc/sys/vm/drop_caches
echo 1 >/proc/sys/vm/compact_memory
sleep 5
echo $stopped
