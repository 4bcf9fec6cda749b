#!/bin/sh
# Found before the real runc or crun on the engine's PATH: changes the configuration of what is started (bundle.jq).
bundle=. starts=
for argument; do
    case $before in --bundle | -b) bundle=$argument ;; esac
    case $argument in create | run) starts=yes ;; esac
    before=$argument
done
if [ "$starts" ]; then
    config=$(jq -cf /usr/local/lib/drydock/bundle.jq --slurpfile settings /drydock/settings/env.json "$bundle/config.json") || exit
    printf '%s\n' "$config" >"$bundle/config.json"
fi
case ${0##*/} in
crun) exec /usr/bin/crun "$@" ;;
*) exec /usr/sbin/runc "$@" ;;
esac
