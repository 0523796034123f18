# More words, for stories told over HTTP with curl, after story.sh:
#
#     open_hall [options]                   leye serve on a free port; its address in $hall
#     close_hall                            and it ends; a story that breaks off closes it by itself
#     have wang 会计 --regions 329901        an account of that name and role
#     enter wang                            signs in; the cookie is in wang.jar, the mark of forms in wang.csrf
#     mark wang                             another mark of forms: the session changed its role or its firm
#     look wang /money                      a page
#     submit wang /money field=value …      a form; then "[status where-to]" on a line of its own
#     upload wang /money field=@file …      a form with files; then "[status]"
command -v curl >/dev/null || skip_all "no curl; tools/setup installs it"
hall= server=

open_hall() {
    : >served
    "$LEYE" serve --port 0 --threads 2 "$@" >served 2>&1 &
    server=$!
    for _ in $(seq 600); do # a slow machine is no failure
        hall=$(sed -n 's/.*\(https*:[^　]*\)\/.*/\1/p' served)
        [ -z "$hall" ] || return 0
        sleep 0.1
    done
    return 1
}
close_hall() { [ -z "$server" ] || { kill "$server" && wait "$server"; server=; }; }
trap 'close_hall; story_end' EXIT

have() {
    hall_name=$1 hall_roles=$2
    shift 2
    echo "long enough password" | "$LEYE" account "$hall_name" --roles "$hall_roles" "$@" >/dev/null
}
enter() {
    curl -s -o /dev/null -c "$1.jar" --data-urlencode "name=$1" --data-urlencode "password=long enough password" "$hall/sign-in"
    mark "$1"
}
mark() { curl -s -b "$1.jar" "$hall/policies" | sed -n 's/.*name="csrf" value="\([0-9a-f]*\)".*/\1/p' | head -1 >"$1.csrf"; }
look() { curl -s -b "$1.jar" "$hall$2"; }
submit() {
    hall_name=$1 hall_path=$2
    shift 2
    for field in "$@"; do set -- "$@" --data-urlencode "$field" && shift; done
    curl -s -b "$hall_name.jar" -w '\n[%{http_code} %{redirect_url}]' --data-urlencode "csrf=$(cat "$hall_name.csrf")" "$@" "$hall$hall_path"
}
upload() {
    hall_name=$1 hall_path=$2
    shift 2
    for field in "$@"; do set -- "$@" -F "$field" && shift; done
    curl -s -b "$hall_name.jar" -w '\n[%{http_code}]' -F "csrf=$(cat "$hall_name.csrf")" "$@" "$hall$hall_path"
}
