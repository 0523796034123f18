# 040  A policy author follows docs/pack-authors.md from an empty folder. The guide is the story: its blocks with a file's
# name are the files, its console blocks are the commands and what must be printed.
#
#   ```leye a/b.leye          writes that file            ```diff a/b.leye   the lines with - become those with +
#   ```leye 接着写 a/b.leye    adds to its end             ```console         $ command, then its output
#
# The line before a file's block names the file, since readers of the rendered page do not see the fence.
#
# In outputs … stands for anything: alone on a line for any lines, within a line for any text. Blocks of sh are only to be
# read. T_UPDATE=1 writes the outputs that differ into the guide: read the diff, put the … back.
. "$LEYE_SRC/tests/support/story.sh"
GUIDE=$LEYE_SRC/docs/pack-authors.md

# What the reader has: leye in the path, the sources in ~/leye.
mkdir "$story_folder/bin" "$story_folder/home" "$story_folder/parts"
ln -s "$LEYE" "$story_folder/bin/leye"
ln -s "$LEYE_SRC" "$story_folder/home/leye"
PATH=$story_folder/bin:$PATH HOME=$story_folder/home
export PATH HOME

# Cuts the guide into parts: a file with the text of each, and an index line "number kind from to name-or-command". For a
# command, from and to are the lines of its output (from > to when there is none).
cut_guide() {
    awk -v folder="$story_folder/parts" '
    function open_part(kind, name) { n++; file = sprintf("%s/%03d", folder, n); part = kind; title = name; from = NR + 1; printf "" > file }
    function close_part() {
        if (part == "") return
        close(file)
        printf "%03d\t%s\t%d\t%d\t%s\n", n, part, from, NR - 1, title
        part = ""
    }
    !inside && /^```/ {
        inside = 1
        word = substr($1, 4)
        if (word == "console") console = 1
        else if (word == "sh") part = ""
        else if (NF == 1 || index(before, "`" $NF "`") == 0) open_part("nameless", $0)
        else if (word == "diff") open_part("patch", $2)
        else if ($2 == "接着写") open_part("append", $3)
        else open_part("write", $2)
        next
    }
    inside && /^```/ { close_part(); inside = console = 0; next }
    console && /^\$ / { close_part(); open_part("run", substr($0, 3)); next }
    inside && part != "" { print > file }
    !inside && NF > 0 { before = $0 }
    END { if (inside) printf "%03d\tnameless\t%d\t%d\t%s\n", n + 1, NR, NR, "a block is not closed" }' "$GUIDE"
}

# Exit code 0 when the lines of the second file are those of the first, with … for what was left out.
matches() {
    awk '
    function line_fits(want, is,   piece, k, i, at) {
        k = split(want, piece, "…")
        if (k == 1) return want == is
        if (substr(is, 1, length(piece[1])) != piece[1]) return 0
        at = length(piece[1]) + 1
        for (i = 2; i < k; i++) {
            if (piece[i] == "") continue
            if (index(substr(is, at), piece[i]) == 0) return 0
            at += index(substr(is, at), piece[i]) - 1 + length(piece[i])
        }
        return length(is) - length(piece[k]) + 1 >= at && substr(is, length(is) - length(piece[k]) + 1) == piece[k]
    }
    function fits(i, j,   k) {
        for (; i <= wants; i++) {
            if (want[i] == "…") {
                for (k = j; k <= count + 1; k++) if (fits(i + 1, k)) return 1
                return 0
            }
            if (j > count || !line_fits(want[i], is[j])) return 0
            j++
        }
        return j == count + 1
    }
    FILENAME == ARGV[1] { want[++wants] = $0; next }
    { is[++count] = $0 }
    END { exit !fits(1, 1) }' "$1" "$2"
}

# Each run of lines with - in $1 is found in the file $2, whole and in order, and becomes the lines with + that follow it.
# A line with a blank stays; it says where + alone goes.
patch_file() {
    awk '
    FILENAME == ARGV[1] { change[++changes] = $0; next }
    { text[++lines] = $0 }
    END {
        at = 1
        for (c = 1; c <= changes; c++) {
            sign = substr(change[c], 1, 1)
            rest = substr(change[c], 2)
            if (sign == "+") { print rest; continue }
            while (at <= lines && text[at] != rest) print text[at++]
            if (at > lines) { print "the guide changes a line that is not there: " rest > "/dev/stderr"; exit 1 }
            if (sign == " ") print text[at]
            at++
        }
        while (at <= lines) print text[at++]
    }' "$1" "$2" >"$story_folder/patched" && cat "$story_folder/patched" >"$2"
}

cut_guide >"$story_folder/index"
: >"$story_folder/wrong"
: >"$story_folder/nothing"
tab=$(printf '\t')

while IFS=$tab read -r number kind from to name <&3; do
    part=$story_folder/parts/$number
    case $kind in
    write | append)
        mkdir -p "$(dirname "$name")"
        if [ "$kind" = write ]; then cat "$part" >"$name"; else cat "$part" >>"$name"; fi
        ;;
    patch)
        step "第 $from 行：改 $name"
        run patch_file "$part" "$name"
        expect_exit 0
        ;;
    run)
        step "第 $((from - 1)) 行：$name"
        story_command=$name
        sh -c "$name" <"$story_folder/nothing" >"$story_folder/out" 2>&1
        cp "$story_folder/out" "$part.is"
        if ! matches "$part" "$part.is"; then
            echo "$from $to $part.is" >>"$story_folder/wrong"
            diff -u "$part" "$part.is" | sed 1,2d | head -60 | sed 's/^/#     /'
            story_wrong=yes # the difference says it all
            story_complain "the guide prints something else; T_UPDATE=1 writes it anew"
        fi
        ;;
    *)
        step "第 $from 行：$name"
        story_complain "this block has no file name, or the line before it does not say it"
        ;;
    esac
done 3<"$story_folder/index"

step "手册里有文件，也有命令"
expect "8 files or more" test "$(grep -c "${tab}write$tab" "$story_folder/index")" -ge 8
expect "15 commands or more" test "$(grep -c "${tab}run$tab" "$story_folder/index")" -ge 15

step "README.zh-CN.md 里的政策查得过"
mkdir readme
printf '包 示范\n  上级 national\n  级别 省\n  版本 1\n\n来源 示范令〔2024〕1号\n  名称 示范\n' >readme/pack.leye
awk '/^```leye$/ { inside = 1; next } /^```/ { inside = 0 } inside' "$LEYE_SRC/README.zh-CN.md" >readme/policy.leye
expect "ten lines or so" test "$(wc -l <readme/policy.leye)" -ge 10
run leye check --quiet readme
expect_exit 0
expect_out "错误 0，警告 1" # that it has no example

if [ -n "${T_UPDATE-}" ] && [ -s "$story_folder/wrong" ]; then
    awk '
    FILENAME == ARGV[1] { to[$1] = $2; file[$1] = $3; next }
    FNR in file {
        while ((getline line < file[FNR]) > 0) print line
        skip = to[FNR]
    }
    FNR > skip { print }' "$story_folder/wrong" "$GUIDE" >"$story_folder/guide" && cat "$story_folder/guide" >"$GUIDE"
    echo "# wrote docs/pack-authors.md"
fi
