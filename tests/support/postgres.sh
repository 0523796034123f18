# A PostgreSQL cluster of one story, for stories that begin with
#
#     . "$LEYE_SRC/tests/support/story.sh"
#     . "$LEYE_SRC/tests/support/postgres.sh"
#
#     postgres_make              a cluster with user "leye", password "s3cret-word", reached only by a socket in $pg
#     postgres_start             starts it; postgres_stop stops it, also when the story ends
#     postgres_do "CREATE …"     as the administrator
#
# It runs as an unprivileged user and is stopped by its process number. Without Debian's package the story is skipped.

pg_bin=/usr/lib/postgresql/15/bin
[ -x "$pg_bin/postgres" ] || skip_all "postgresql-15 is not installed (tools/setup)"
pg=$(mktemp -d /tmp/leye-pg-XXXXXX) # short: a socket's path may have 107 bytes
trap 'postgres_stop; rm -rf "$pg"; story_end' EXIT

# As the user that Debian's package made, when we are root: root may not run a server.
as_server() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && setpriv --reuid postgres --regid postgres --init-groups "$@")
    else
        (cd / && "$@")
    fi
}

postgres_make() {
    [ "$(id -u)" != 0 ] || chown postgres "$pg"
    sh "$LEYE_SRC/tests/support/cluster.sh" "$pg" password >"$story_folder/initdb" 2>&1
}

postgres_start() {
    as_server "$pg_bin/pg_ctl" -D "$pg/data" -w -l "$pg/log" \
        -o "-c unix_socket_directories=$pg -c listen_addresses= -c fsync=off -c max_connections=20" start \
        >"$story_folder/pg_ctl" 2>&1
}

postgres_stop() {
    [ ! -f "$pg/data/postmaster.pid" ] || as_server "$pg_bin/pg_ctl" -D "$pg/data" -w -m fast stop >/dev/null 2>&1
}

postgres_do() { PGPASSWORD=s3cret-word "$pg_bin/psql" -q -h "$pg" -U leye -d postgres -c "$1"; }
