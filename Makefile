# SPDX-License-Identifier: GPL-3.0-or-later
#
#   make run [SECS=20] [FILE=x.wav] [PRESET=my.ini]   the whole thing, without hardware
#   make check                                         all tests
#
# Both install what they lack from the distribution. Other targets: `make help`.

VERSION := 0.1.0

PREFIX ?= /usr/local
ifeq ($(origin CC),default)
CC := gcc
endif
CFLAGS ?= -O2 -g
VARIANT ?= release

.DELETE_ON_ERROR:
.SECONDARY:
MAKEFLAGS += --no-builtin-rules

# Quiet: make V=1 shows the commands.
Q := $(if $(V),,@)
say = $(if $(V),,@echo '  $(1)  $(patsubst $(CURDIR)/%,%,$@)')

# --- how -------------------------------------------------------------------------------------------

B := build/$(VARIANT)

# Sanitizers are variants of the build, in folders of their own: make VARIANT=asan tests
sanitize_asan := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
sanitize_tsan := -fsanitize=thread
sanitize := $(sanitize_$(VARIANT))

pc = $(shell pkg-config $(1) $(2) 2>/dev/null)
# iniparser 4.1 (Debian 12) has no .pc file
iniparser_libs = $(or $(call pc,--libs,iniparser),-liniparser)

warnings := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
            -Wpointer-arith
flags := -std=c11 -D_DEFAULT_SOURCE -DVERSION='"$(VERSION)"' -Iinclude -Isrc $(warnings) $(sanitize) -MMD -MP
# Math in the realtime rooms may forget errno; it may not forget NaN, order or rounding.
flags_dsp := -O3 -fno-math-errno -ffp-contract=off -Wno-psabi
flags_rt := -fno-math-errno
flags_cli := $(call pc,--cflags,sndfile cairo jansson)
flags_daemon := $(call pc,--cflags,jack alsa libsystemd jansson)
flags_sim := $(call pc,--cflags,jack alsa sndfile) -fPIC

libs_cli := $(call pc,--libs,sndfile cairo jansson) $(iniparser_libs) -lm
libs_rt := $(call pc,--libs,samplerate) -lm
libs_daemon := $(call pc,--libs,jack alsa libsystemd jansson) $(iniparser_libs) $(libs_rt) -lpthread -ldl

objects = $(patsubst %.c,$(B)/%.o,$(1))
room = $(call objects,$(sort $(wildcard src/$(1)/*.c)))

# --- what ------------------------------------------------------------------------------------------

archives := $(foreach r,base dsp param rt,$(B)/lib$(r).a) $(B)/libdaemon.a
programs := $(B)/audioserver $(B)/audioctl

# The hot files of the dsp room, each compiled once more for processors with AVX2 and FMA.
hot := eq compressor limiter crossfeed gate deesser delay bus volume
hot := $(patsubst src/dsp/%.c,%,$(wildcard $(hot:%=src/dsp/%.c)))
machine := $(shell $(CC) -dumpmachine)
avx2 := $(if $(filter x86_64%,$(machine)),$(hot:%=$(B)/src/dsp/%.avx2.o))
flags_avx2 := -mavx2 -mfma -DFORM_NAME=avx2 -DFORM_AVX2
simulated := $(B)/simheadset $(B)/simanalog $(B)/libasound_module_pcm_simheadset.so

.PHONY: all
all: $(programs)

$(B)/libbase.a: $(call room,base)
$(B)/libdsp.a: $(call room,dsp) $(avx2)
$(B)/libparam.a: $(call room,param)
$(B)/librt.a: $(call room,rt)
$(B)/libdaemon.a: $(filter-out %/main.o,$(call room,daemon))

$(archives):
	@rm -f $@
	@$(AR) rcs $@ $^

$(B)/audioserver: $(B)/src/daemon/main.o $(B)/libdaemon.a $(B)/librt.a $(B)/libparam.a \
                  $(B)/libdsp.a $(B)/libbase.a
	$(link) $(libs_daemon)

$(B)/audioctl: $(call room,cli) $(B)/libparam.a $(B)/libdsp.a $(B)/libbase.a
	$(link) $(libs_cli)

include src/sim/sim.mk

link = $(Q)$(CC) $(CFLAGS) $(LDFLAGS) $(sanitize) -o $@ $(filter %.o %.a,$^)

$(B)/src/%.o: src/%.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CFLAGS) $(CPPFLAGS) $(flags) $(flags_$(firstword $(subst /, ,$*))) -c -o $@ $<

$(B)/src/dsp/%.avx2.o: src/dsp/%.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CFLAGS) $(CPPFLAGS) $(flags) $(flags_dsp) $(flags_avx2) -c -o $@ $<

$(B)/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CFLAGS) $(CPPFLAGS) $(flags) -Itests -Itests/rt -Isrc/daemon -Wno-psabi \
	    $(call pc,--cflags,alsa) -c -o $@ $<

include tests/tests.mk

# --- for people ------------------------------------------------------------------------------------

.PHONY: run check bench cross bench-bridge build-deps

# A fresh machine: first what is missing, then the build in a make of its own, which finds it.
run:
	@scripts/deps run
	@$(MAKE) --no-print-directory all sim
	@scripts/run-simulated --build $(B) --secs "$(SECS)" --file "$(FILE)" --preset "$(PRESET)"

check:
	@scripts/deps check
	@$(MAKE) --no-print-directory tests

.PHONY: install uninstall clean format lint help
bindir = $(DESTDIR)$(PREFIX)/bin
confdir = $(DESTDIR)/etc/audioserver
unitdir = $(DESTDIR)$(or $(call pc,--variable=systemdsystemunitdir,systemd),/lib/systemd/system)
sysusersdir = $(DESTDIR)$(or $(call pc,--variable=sysusersdir,systemd),/usr/lib/sysusers.d)
udevdir = $(DESTDIR)$(or $(call pc,--variable=udevdir,udev),/lib/udev)/rules.d

units := $(wildcard systemd/*.service systemd/*.target)

install: all
	install -D -m 755 $(B)/audioserver $(bindir)/audioserver
	install -D -m 755 $(B)/audioctl $(bindir)/audioctl
	test -e $(confdir)/audioserver.ini || \
	    install -D -m 644 conf/audioserver.ini $(confdir)/audioserver.ini
	install -d $(unitdir)
	for unit in $(units); do \
	    sed 's|/usr/bin/audioserver|$(PREFIX)/bin/audioserver|' $$unit > $(unitdir)/$${unit##*/} || exit 1; \
	done
	install -D -m 644 systemd/audioserver.sysusers $(sysusersdir)/audioserver.conf
	install -D -m 644 udev/90-audioserver.rules $(udevdir)/90-audioserver.rules

# The settings stay.
uninstall:
	rm -f $(bindir)/audioserver $(bindir)/audioctl $(udevdir)/90-audioserver.rules $(sysusersdir)/audioserver.conf
	rm -f $(units:systemd/%=$(unitdir)/%)

clean:
	rm -rf build run

format:
	clang-format -i $$(git ls-files '*.c' '*.h')

# Taste and suspicion: what the compiler lets pass. The whole house must also build with clang.
lint:
	@scripts/deps lint
	@$(MAKE) --no-print-directory CC=clang VARIANT=clang all sim test-programs
	clang-format --dry-run -Werror $$(git ls-files '*.c' '*.h')
	for file in $$(git ls-files 'src/*.c'); do \
	    clang-tidy --quiet $$file -- -std=c11 -D_DEFAULT_SOURCE -DVERSION='""' -Iinclude -Isrc \
	        $(patsubst -I%,-isystem%,$(flags_cli)) || exit 1; \
	done
	shellcheck scripts/deps scripts/run-simulated scripts/arrows scripts/bench-instructions .ci/run

# The parsers of settings, presets and equalizers under libFuzzer: make fuzz SECONDS=60 (each)
.PHONY: fuzz fuzz-ini fuzz-preset fuzz-eq_text
fuzz_sources := src/base/utf8.c src/base/number.c src/base/spelling.c $(wildcard src/base/ini*.c)
fuzz_ini := src/daemon/config.c src/daemon/fault.c $(wildcard src/daemon/setting*.c)
fuzz_preset := $(wildcard src/param/param*.c src/param/preset*.c)
fuzz_eq_text := $(wildcard src/param/param*.c src/param/eq_text*.c) src/dsp/biquad.c src/dsp/bilinear.c

fuzz: fuzz-ini fuzz-preset fuzz-eq_text
fuzz-ini fuzz-preset fuzz-eq_text: fuzz-%:
	@scripts/deps lint
	@mkdir -p build/fuzz/corpus/$*
	clang -std=c11 -D_DEFAULT_SOURCE -g -O1 -fsanitize=fuzzer,address,undefined -Iinclude -Isrc \
	    -o build/fuzz/$* tests/fuzz/$*.c $(fuzz_$*) $(fuzz_sources) $(iniparser_libs) -lm
	build/fuzz/$* -max_total_time=$(or $(SECONDS),60) build/fuzz/corpus/$* tests/fuzz/corpus/$*

help:
	@echo "make run [SECS=n] [FILE=x.wav] [PRESET=my.ini]   try it without hardware"
	@echo "make check                       all tests"
	@echo "make                             build"
	@echo "make install [DESTDIR= PREFIX=]  also: uninstall"
	@echo "make bench [WHOLE=yes]           the sound's stages beside peers; WHOLE: sox and ffmpeg too"
	@echo "make cross                       the sound on aarch64 and armhf, under qemu-user"
	@echo "make bench-bridge                latency, pitch, lock, CPU beside other bridges (4 minutes)"
	@echo "make fuzz [SECONDS=n]            the parsers of settings, presets, equalizers under libFuzzer"
	@echo "make lint                        clang, clang-format, clang-tidy, shellcheck"
	@echo "make VARIANT=asan tests          also tsan"

-include $(shell find $(B) -name '*.d' 2>/dev/null)
