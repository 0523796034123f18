# Completion of leye for bash:  source tools/leye.bash, or `make install`.
#
# Nothing about commands is written here: they, their options and what follows an option are read from `leye help`, so the
# completion is always that of the program installed. Policies come from `leye explain --list` of the pack in use.
# Checked by tests/house/085_command_docs.sh.

# Lines "--name" or "--name value", as the help of a command lists its options.
_leye_options() {
    "$1" help "$2" 2>/dev/null | sed -n 's/^  \(--[a-z-]*\)/\1/p'
}

_leye_commands() {
    "$1" help 2>/dev/null | sed -n 's/^  \([a-z]*\)  *.*/\1/p'
    printf '%s\n' help version
}

# Folders: those that are packs or hold some; when there are none, every folder, so that one can walk there.
_leye_packs() {
    local folder all=() packs=()
    while IFS= read -r folder; do
        all+=("$folder")
        if [[ -e $folder/pack.leye ]] || compgen -G "$folder/*/pack.leye" >/dev/null; then packs+=("$folder"); fi
    done < <(compgen -d -- "$1")
    compopt -o filenames 2>/dev/null
    if ((${#packs[@]} > 0)); then COMPREPLY=("${packs[@]}"); else COMPREPLY=("${all[@]}"); fi
}

_leye_files() {
    local IFS=$'\n'
    compopt -o filenames 2>/dev/null
    # shellcheck disable=SC2207
    COMPREPLY=($(compgen -f -- "$1"))
}

# Names and aliases of policies: the lines below "给…的政策", whose two words stand apart by a wide blank.
_leye_policies() {
    local packs=() i name
    for ((i = 2; i < COMP_CWORD; i++)); do
        [[ ${COMP_WORDS[i]} == --packs ]] && packs=(--packs "${COMP_WORDS[i + 1]}")
    done
    while IFS= read -r name; do
        [[ $name == "$2"* ]] && COMPREPLY+=("$name")
    done < <("$1" explain --list "${packs[@]}" 2>/dev/null | sed -n 's/^  //p' | sed 's/　/\n/')
}

_leye() {
    local program=$1 word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]-} wants
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        # shellcheck disable=SC2207
        COMPREPLY=($(compgen -W "$(_leye_commands "$program") --help --version" -- "$word"))
        return
    fi
    if [[ $command == help ]]; then
        # shellcheck disable=SC2207
        COMPREPLY=($(compgen -W "$(_leye_commands "$program")" -- "$word"))
        return
    fi
    wants=$(_leye_options "$program" "$command" | sed -n "s/^$before \(.*\)/\1/p")
    if [[ $before == --* && -n $wants ]]; then
        case $wants in
        文件夹*) _leye_packs "$word" ;;
        [0-9]* | 日期*) COMPREPLY=("$(date +%F)") ;;
        *) _leye_files "$word" ;;
        esac
        return
    fi
    if [[ $word == -* ]]; then
        # shellcheck disable=SC2207
        COMPREPLY=($(compgen -W "$(_leye_options "$program" "$command" | cut -d' ' -f1) --help" -- "$word"))
        return
    fi
    # What the arguments are is the first line of the help: 用法：leye check 包… [选项]
    case $("$program" help "$command" 2>/dev/null | sed -n '1s/^用法：leye [a-z]* //p') in
    包* | 旧* | 文件夹*) _leye_packs "$word" ;;
    '[政策]'* | 政策*) _leye_policies "$program" "$word" ;;
    '[选项]'*) ;;
    *) _leye_files "$word" ;;
    esac
}

complete -F _leye leye
