#!/bin/sh
# Found before the real runc or crun on the engine's PATH: adds the machine's settings to what is started.
bundle=. starts=
for argument; do
    case $before in --bundle | -b) bundle=$argument ;; esac
    case $argument in create | run) starts=yes ;; esac
    before=$argument
done
if [ "$starts" ]; then
    read -r settings </drydock/settings/env.json || true
    if [ "$settings" != "{}" ]; then
        config=$(jq -cf /usr/local/lib/drydock/settings.jq --slurpfile settings /drydock/settings/env.json "$bundle/config.json") || exit
        printf '%s\n' "$config" >"$bundle/config.json"
    fi
fi
case ${0##*/} in
crun) exec /usr/bin/crun "$@" ;;
*) exec /usr/sbin/runc "$@" ;;
esac
