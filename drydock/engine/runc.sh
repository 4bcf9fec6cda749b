#!/bin/sh
# Found before the real runc or crun on the engine's PATH: changes the configuration of what is started (bundle.jq).
bundle=. starts='' added='' log=/dev/null
for argument; do
    case $before in
    --bundle | -b) bundle=$argument ;;
    --process | -p) added=$argument ;;
    --log) log=$argument ;;
    esac
    case $argument in create | run) starts=yes ;; esac
    before=$argument
done
change() {
    changed=$(jq -cf /usr/local/lib/drydock/bundle.jq --slurpfile settings /drydock/settings/env.json "$1") || exit
    printf '%s\n' "$changed" >"$1"
}
if [ "$starts" ]; then
    change "$bundle/config.json"
elif [ "$added" ] && grep -qs '"destination":"/dev/drydock"' config.json; then
    change "$added" # the shim, and so we, run in the container's bundle
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
