#!/bin/sh
# A PostgreSQL cluster for one test:  cluster.sh FOLDER trust|password
#
#   trust      whoever reaches its socket is the user they say; the administrator is "postgres"
#   password   the administrator is "leye" with the password "s3cret-word"
#
# Making one takes one and a half seconds of processor time, copying it a tenth. So the first of its kind is kept beside
# the program under test, in clusters/; a change of this file makes them anew. FOLDER belongs to the user of the server
# (as_server in postgres.sh) and is where "data" will be.
set -eu
folder=$1 how=$2

as_server() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && setpriv --reuid postgres --regid postgres --init-groups "$@")
    else
        (cd / && "$@")
    fi
}

make() {
    echo s3cret-word >"$folder/word" && chmod a+r "$folder/word"
    case $how in
    trust) set -- -A trust -U postgres ;;
    password) set -- -A scram-sha-256 --pwfile="$folder/word" -U leye ;;
    esac
    as_server /usr/lib/postgresql/15/bin/initdb -N -D "$folder/data" "$@" --wal-segsize=1 --locale=C.UTF-8 -E UTF8
    rm "$folder/word"
}

[ -n "${LEYE-}" ] || { make && exit; } # a unit test started by hand
clusters=${LEYE%/*}/clusters
kept=$clusters/$how-$(cksum <"$0" | tr ' ' -)
mkdir -p "$clusters"
exec 9>"$clusters/lock"
flock 9
if [ ! -d "$kept" ]; then
    make
    find "$clusters" -mindepth 1 -maxdepth 1 -name "$how-*" -exec rm -rf {} +
    cp -a "$folder/data" "$clusters/$how-new"
    mv "$clusters/$how-new" "$kept"
else
    cp -a "$kept" "$folder/data"
fi
