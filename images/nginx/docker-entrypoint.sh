#!/bin/sh
# What the official image's entry point does, in short: for nginx alone, run /docker-entrypoint.d/*.sh and fill in
# the variables of the environment in /etc/nginx/templates/*.template.
set -e
templates=/etc/nginx/templates target=/etc/nginx/conf.d
if [ "$1" = nginx ] || [ "$1" = nginx-debug ]; then
    for script in /docker-entrypoint.d/*.sh; do
        [ ! -x "$script" ] || "$script"
    done
    if [ -d "$templates" ]; then
        # Named, as nginx's own variables ($host) stay.
        # shellcheck disable=SC2016
        defined=$(env | cut -d= -f1 | sed -n '/^[A-Za-z_][A-Za-z0-9_]*$/s/.*/${&}/p' | tr '\n' ' ')
        find -L "$templates" -type f -name '*.template' | while read -r template; do
            file=$target/${template#"$templates"/}
            mkdir -p "$(dirname "$file")"
            envsubst "$defined" < "$template" > "${file%.template}"
        done
    fi
fi
exec "$@"
