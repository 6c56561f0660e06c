#!/bin/sh
# A throw-away PostgreSQL that lives as long as somebody needs it.
#
#   cluster.sh STATE
#   cluster.sh STATE --small-disk   with a folder "small" that 24 MB fit into, on a disk of its own
#   cluster.sh STATE --stop         stops it as `pg_ctl stop -m immediate` does; it starts again
#   cluster.sh --find               tells where the programs are that it would start
#
# STATE is a folder. Whoever needs the server holds a shared lock on STATE/users; the server is
# reached by the address in STATE/url, is started again if it ends before, and stops some seconds
# after the last lock is gone, however its holder ended. Speed before safety: what it holds does not
# survive a loss of power.
set -eu

state=$1

# The newest major of 15 or above, in the order: named by the caller, Debian's, on the path.
find_binaries() {
    for bin in "${ASTRALIS_TEST_POSTGRES_BIN:-}" \
        $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5 -rn) \
        "$(pg_config --bindir 2>/dev/null || true)" \
        "$(dirname "$(command -v postgres 2>/dev/null || echo /nowhere/postgres)")"; do
        if [ -x "$bin/initdb" ] && [ -x "$bin/postgres" ]; then
            major=$("$bin/postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
            if [ "$major" -ge 15 ]; then
                echo "$bin"
                return
            fi
        fi
    done
    echo "no PostgreSQL 15 or newer: install it (Debian: apt-get install postgresql)," \
        "or set ASTRALIS_TEST_POSTGRES_BIN to the folder of its programs" >&2
    exit 1
}

# PostgreSQL refuses to run as root.
as_nobody() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups -- "$@"
    else
        "$@"
    fi
}

bin=$(find_binaries)
if [ "$state" = --find ]; then
    echo "$bin"
    exit
fi
if [ "${2:-}" = --stop ]; then
    data=$(sed 's/.*[?]host=//' "$state/url")
    as_nobody "$bin/pg_ctl" stop --mode=immediate --no-wait --pgdata="$data/data"
    exit
fi
data=$(mktemp -d "${TMPDIR:-/tmp}/astralis-postgres-XXXXXX")
trap 'umount "$data/small" 2>/dev/null || true; rm -rf "$data"' EXIT
cd "$data"
if [ "${2:-}" = --small-disk ]; then
    mkdir small
    mount -t tmpfs -o size=24m,mode=700 tmpfs small
    [ "$(id -u)" != 0 ] || chown nobody small
fi
[ "$(id -u)" != 0 ] || chown nobody .
export LC_ALL=C HOME="$data"
as_nobody "$bin/initdb" --pgdata=data --username=postgres --auth=trust --encoding=UTF8 \
    --locale=C --no-sync >initdb.log

# In the file, so that a benchmark can ask for durability again.
cat >>data/postgresql.conf <<'CONF'
max_connections = 400
shared_buffers = 128MB
autovacuum_naptime = 10s
log_min_messages = fatal
fsync = off
full_page_writes = off
CONF

# Nobody but us can open the socket, and there is no port to collide on.
serve() {
    until [ -e stopping ]; do
        as_nobody "$bin/postgres" -D data \
            -c listen_addresses= -c unix_socket_directories="$data" -c unix_socket_permissions=0700 \
            >>server.log 2>&1 || true
        [ -e "$state/url" ] || break # It never came up.
        sleep 0.1
    done
}
serve &
serving=$!
until grep --quiet '^ready' data/postmaster.pid 2>/dev/null; do
    kill -0 $serving || { cat server.log >&2; exit 1; }
    sleep 0.1
done
echo "postgres://postgres@localhost/postgres?host=$data" >"$state/url.new"
mv "$state/url.new" "$state/url"

# Stopping happens under the exclusive lock, so that nobody is given a server that goes.
idle=0
while [ $idle -lt 3 ]; do
    sleep 5
    kill -0 $serving 2>/dev/null || break
    [ -e "$state/users" ] || break # A temporary folder, which went with its test.
    if flock --nonblock --exclusive "$state/users" true; then
        idle=$((idle + 1))
    else
        idle=0
    fi
done
stop="touch stopping; rm -f '$state/url'"
if [ -e "$state/users" ]; then
    flock --exclusive "$state/users" sh -c "$stop"
else
    sh -c "$stop"
fi
while kill -0 $serving 2>/dev/null; do
    kill -INT "$(head -n 1 data/postmaster.pid 2>/dev/null)" 2>/dev/null || true
    sleep 0.2
done
