#!/bin/sh
# What the official image's entry point does, in short: options go to redis-server, and it does not run as root.
set -e
case "$1" in
-* | *.conf) set -- redis-server "$@" ;;
esac
if [ "$1" = redis-server ]; then
    if [ "$(id -u)" = 0 ]; then
        find . \! -user redis -exec chown redis '{}' +
        exec setpriv --reuid redis --regid redis --init-groups -- "$0" "$@"
    fi
    [ "$(umask)" != 0022 ] || umask 0077
    # The official image is built with protected mode off: with it Redis answers this container alone.
    case "$2" in
    *.conf) grep -q '^ *protected-mode' "$2" || set -- "$@" --protected-mode no ;;
    *) shift && set -- redis-server --protected-mode no "$@" ;;
    esac
fi
exec "$@"
