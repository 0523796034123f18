# Verbs only. What is built is described in meson.build, how in tools/build.
PREFIX ?= /usr/local
SECONDS_EACH ?= 60
share = $(DESTDIR)$(PREFIX)/share

.PHONY: all help demo test asan fuzz lint fmt bench soak run install clean
.NOTPARALLEL:

all:      ## build the release program, build/release/leye
	@tools/setup --build
	@tools/build release
help:     ## list these verbs
	@sed -n 's/^\([a-z]*\): *## /make \1\t/p' Makefile
demo:     ## build, then show what the packs do
	@tools/setup --build
	@tools/build release
	@tools/demo
test:     ## everything that must hold before a commit; ends with "N passed, N failed, N skipped"
	@tools/setup
	@tools/test
asan:     ## build with sanitizers and fault points, and run the tests there
	@tools/setup
	@tools/build asan
	@meson test -C build/asan --no-rebuild --print-errorlogs
fuzz:     ## fuzz each harness for SECONDS_EACH seconds
	@tools/setup
	@tools/fuzz $(SECONDS_EACH)
lint:     ## format, layers, tidy, clang-tidy; FILES="src/x.c …" for some files only
	@tools/setup
	@tools/lint $(FILES)
fmt:      ## format C, and packs when the program is built
	@tools/setup
	@tools/fmt
bench:    ## measure the release program; writes docs/measurements.md
	@tools/setup
	@tools/build release
	@tools/bench
soak:     ## the long ones: tests under valgrind, long fuzzing
	@tools/setup
	@tools/soak
run:      ## run the release program: make run ARGS="test packs/national"
	@tools/setup --build
	@tools/build release leye
	@build/release/leye $(ARGS)
install:  ## install into $(DESTDIR)$(PREFIX)
	@tools/setup --build
	@tools/build release leye
	install -Dm755 build/release/leye "$(DESTDIR)$(PREFIX)/bin/leye"
	rm -rf "$(share)/leye/packs" # a rule that was withdrawn must not stay in force
	if [ -d packs ]; then mkdir -p "$(share)/leye" && cp -R packs "$(share)/leye/" && chmod -R a+rX "$(share)/leye"; fi
	if [ -f man/leye.1 ]; then install -Dm644 man/leye.1 "$(share)/man/man1/leye.1"; fi
	if [ -f tools/leye.bash ]; then install -Dm644 tools/leye.bash "$(share)/bash-completion/completions/leye"; fi
clean:    ## remove what was built
	rm -rf build
