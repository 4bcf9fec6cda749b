#!/bin/bash
# What the official image's entry point does, in short: drop root, make a database in an empty PGDATA, run the server.
set -eo pipefail
shopt -s nullglob

die() {
    printf '%s\n' "$@" >&2
    exit 1
}

# setting NAME [DEFAULT]: NAME from the environment, or from the file that NAME_FILE names.
setting() {
    local file="$1_FILE"
    [ -z "${!1}" ] || [ -z "${!file}" ] || die "error: both $1 and $file are set (but are exclusive)"
    [ -z "${!file}" ] || printf -v "$1" '%s' "$(< "${!file}")"
    printf -v "$1" '%s' "${!1:-$2}"
    export "${1?}"
    unset "$file"
}

sql() {
    PGPASSWORD=$POSTGRES_PASSWORD PGHOST='' PGHOSTADDR='' \
        psql -v ON_ERROR_STOP=1 --no-psqlrc --no-password -U "$POSTGRES_USER" "$@"
}

make_database() {
    setting POSTGRES_PASSWORD
    setting POSTGRES_USER postgres
    setting POSTGRES_DB "$POSTGRES_USER"
    setting POSTGRES_INITDB_ARGS
    if [ -z "$POSTGRES_PASSWORD" ] && [ "$POSTGRES_HOST_AUTH_METHOD" != trust ]; then
        die 'Error: Database is uninitialized and superuser password is not specified.' \
            '       Give POSTGRES_PASSWORD a value, for instance "-e POSTGRES_PASSWORD=password" on "docker run".' \
            '' \
            '       "POSTGRES_HOST_AUTH_METHOD=trust" lets everybody in without a password: *not* recommended.'
    fi
    (
        # initdb asks for its user's name: for a number that has none, the library nss_wrapper makes one up.
        if ! getent passwd "$(id -u)" > /dev/null; then
            export NSS_WRAPPER_PASSWD=/tmp/nss-passwd NSS_WRAPPER_GROUP=/tmp/nss-group
            echo "postgres:x:$(id -u):$(id -g)::$PGDATA:/bin/false" > "$NSS_WRAPPER_PASSWD"
            echo "postgres:x:$(id -g):" > "$NSS_WRAPPER_GROUP"
            LD_PRELOAD=$(echo /usr/lib/*/libnss_wrapper.so)
            export LD_PRELOAD
        fi
        eval "initdb --username=\"\$POSTGRES_USER\" --pwfile=<(echo \"\$POSTGRES_PASSWORD\") $POSTGRES_INITDB_ARGS"
    )
    local method=${POSTGRES_HOST_AUTH_METHOD:-$(postgres -C password_encryption "${@:2}")}
    printf '\nhost all all all %s\n' "$method" >> "$PGDATA/pg_hba.conf"

    # A server for the set-up alone: it listens on its socket, on no network.
    set -- "${@:2}" -c listen_addresses='' -p "${PGPORT:-5432}"
    pg_ctl -D "$PGDATA" -w -o "$(printf '%q ' "$@")" start
    [ "$POSTGRES_DB" = postgres ] || sql -d postgres -v name="$POSTGRES_DB" <<< 'CREATE DATABASE :"name";'
    local file
    for file in /docker-entrypoint-initdb.d/*; do
        echo "$0: $file"
        case "$file" in
        *.sh) if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
        *.sql) sql -d "$POSTGRES_DB" -f "$file" ;;
        *.sql.gz) gunzip -c "$file" | sql -d "$POSTGRES_DB" ;;
        *) echo "$0: ignoring $file" ;;
        esac
    done
    pg_ctl -D "$PGDATA" -m fast -w stop
    printf '\nPostgreSQL init process complete; ready for start up.\n\n'
}

[ "${1:0:1}" != - ] || set -- postgres "$@"

if [ "$1" = postgres ] && [[ " $* " != *' --help '* && " $* " != *' --version '* ]]; then
    mkdir -p "$PGDATA"
    chmod 00700 "$PGDATA" 2> /dev/null || true
    if [ "$(id -u)" = 0 ]; then
        find "$PGDATA" \! -user postgres -exec chown postgres '{}' +
        exec setpriv --reuid postgres --regid postgres --init-groups -- "$0" "$@"
    fi
    if [ -s "$PGDATA/PG_VERSION" ]; then
        printf '\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n'
    else
        make_database "$@"
    fi
fi
exec "$@"
