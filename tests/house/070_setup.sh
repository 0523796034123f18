# 070  Setting a machine up says what it does, and does nothing when all is there.
. "${LEYE_SRC:?is set by the test runner}/tests/support/story.sh"
setup() { "$LEYE_SRC/tools/setup" "$@"; }

# A stand-in for Debian: dpkg-query knows what the story says is installed, apt-get writes down what it is asked.
mkdir bin
cat >bin/dpkg-query <<'PROGRAM'
#!/bin/sh
for package; do
    case " $INSTALLED " in *" $package "*) echo "$package installed" ;; esac
done
exit 1
PROGRAM
printf '#!/bin/sh\necho "$@" >>apt.log\n' >bin/apt-get
printf '#!/bin/sh\necho 0\n' >bin/id
chmod +x bin/*
PATH=$PWD/bin:$PATH
INSTALLED=$(sed -n 's/^BUILD="\(.*\)"$/\1/p' "$LEYE_SRC/tools/setup")
export INSTALLED

step "what a build needs is there: it says and does nothing"
run setup --build
expect_exit 0
expect_no_out
expect "apt was not called" test ! -e apt.log

step "--check names what is missing and installs nothing"
run setup --check
expect_exit 1
expect_out "missing: clang clang-format"
expect "apt was not called" test ! -e apt.log

step "otherwise it says what it will install, and installs just that"
run setup
expect_exit 0
expect_out "installing: clang clang-format"
expect "clang was asked for" grep -q '^install .* clang ' apt.log
expect "gcc was not" sh -c '! grep -q " gcc" apt.log'

step "a word it does not know is refused"
run setup --everything
expect_exit 2
expect_err "--build"
