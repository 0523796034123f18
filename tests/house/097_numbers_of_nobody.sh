# 097  Every identity number of the tree is nobody's: one that could be somebody's (a day of birth, the right check digit)
#      begins with 3299, which is assigned to no place. Allowed are examples that were published as such.
. "${LEYE_SRC:?is set by the test runner}/tests/support/story.sh"

# The example of GB 11643-1999 itself: what reads numbers is compared with the standard's own.
PUBLISHED=11010519491231002X

# Numbers below a folder that could be somebody's, with their files.
numbers() {
    grep -rIoEH --exclude-dir=build --exclude-dir=.git --exclude-dir=node_modules '[0-9]+[Xx]?' "$1" |
        awk -F: -v top="$1/" -v published="$PUBLISHED" '
            BEGIN { split("7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2", weight, " ") }
            length($NF) != 18 { next }
            {
                n = toupper($NF); sum = 0
                year = substr(n, 7, 4) + 0; month = substr(n, 11, 2) + 0; day = substr(n, 13, 2) + 0
                if (year < 1900 || year > 2030 || month < 1 || month > 12 || day < 1 || day > 31) next
                for (i = 1; i <= 17; i++) sum += substr(n, i, 1) * weight[i]
                if (substr(n, 18) != substr("10X98765432", sum % 11 + 1, 1)) next
                if (n == published || n ~ /^3299/) next
                file = substr($0, 1, length($0) - length($NF) - 1)
                sub("^" top, "", file)
                print file ": " n
            }' | sort -u
}

step "no number of the tree could be somebody's"
run numbers "$LEYE_SRC"
expect_no_out

step "planted ones are found; those of nobody, with a wrong digit, or within longer ones are not"
mkdir small
printf '%s\n' 'ID=110105198803120013' '3299019880312001X' 'account 6228110105198803120013' '320602198803120012' >small/a.sh
printf 'name,number\n李芳,320602%s\n' 198803120011 >small/b.csv
run numbers small
expect_exit 0
expect_out "b.csv: 320602"
expect_not_out "a.sh"
