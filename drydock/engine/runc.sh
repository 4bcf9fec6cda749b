#!/bin/sh
# Found before the real runc or crun on the engine's PATH: changes the configuration of what is started (bundle.jq).
bundle=. starts='' log=/dev/null
for argument; do
    case $before in --bundle | -b) bundle=$argument ;; --log) log=$argument ;; esac
    case $argument in create | run) starts=yes ;; esac
    before=$argument
done
if [ "$starts" ]; then
    config=$(jq -cf /usr/local/lib/drydock/bundle.jq --slurpfile settings /drydock/settings/env.json "$bundle/config.json") || exit
    printf '%s\n' "$config" >"$bundle/config.json"
fi
case ${0##*/} in
crun)
    /usr/bin/crun "$@" && exit
    code=$?
    # By runc's words alone the engine and the docker command know what becomes exit code 126, and what 127.
    sed -i -e 's/executable file `\([^`]*\)` not found in $PATH.*or directory/exec: \\"\1\\": executable file not found in $PATH/' \
        -e 's/the path `\([^`]*\)` \(exists but it is not executable\|is not a regular file\).*permitted/exec: \\"\1\\": permission denied/' \
        -e 's/No such file or directory/no such file or directory/; s/Permission denied/permission denied/' "$log" 2>/dev/null
    exit $code
    ;;
*) exec /usr/sbin/runc "$@" ;;
esac
