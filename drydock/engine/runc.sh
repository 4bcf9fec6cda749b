#!/bin/sh
# Found before the real runc or crun on the engine's PATH: adds the machine's settings to what is started (settings.py).
for argument; do
    case $argument in
    create | run)
        read -r settings </drydock/settings/env.json || true
        # The most usual: there are none. An emulated machine takes half a second to start Python.
        [ "$settings" = "{}" ] || exec python3 /usr/local/lib/drydock/settings.py "${0##*/}" "$@"
        ;;
    esac
done
case ${0##*/} in
crun) exec /usr/bin/crun "$@" ;;
*) exec /usr/sbin/runc "$@" ;;
esac
