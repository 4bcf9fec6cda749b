#!/bin/sh
# Found before the real runc on the engine's PATH: adds the machine's settings to what is started (settings.py).
for argument; do
    case $argument in
    create | run) exec python3 /usr/local/lib/drydock/settings.py "$@" ;;
    esac
done
exec /usr/sbin/runc "$@"
