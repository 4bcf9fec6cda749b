#!/bin/sh
set -e
# Options alone, or a command of traefik's own, are for traefik.
case "${1:-}" in
-* | version | healthcheck) set -- traefik "$@" ;;
esac
exec "$@"
