# SPDX-License-Identifier: GPL-3.0-or-later
#
#   make run [SECS=20] [FILE=some.wav]   the whole thing on this machine, without hardware
#   make check                           all tests
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
flags_dsp := -fno-math-errno
flags_rt := -fno-math-errno
flags_daemon := $(call pc,--cflags,jack alsa libsystemd)
flags_sim := $(call pc,--cflags,jack alsa sndfile) -fPIC

libs_rt := $(call pc,--libs,samplerate) -lm
libs_daemon := $(call pc,--libs,jack alsa libsystemd) $(iniparser_libs) $(libs_rt) -lpthread -ldl

objects = $(patsubst %.c,$(B)/%.o,$(1))
room = $(call objects,$(sort $(wildcard src/$(1)/*.c)))

# --- what ------------------------------------------------------------------------------------------

archives := $(foreach r,base dsp rt,$(B)/lib$(r).a) $(B)/libdaemon.a
programs := $(B)/audioserver
simulated := $(B)/simheadset $(B)/simanalog $(B)/libasound_module_pcm_simheadset.so

.PHONY: all
all: $(programs)

$(B)/libbase.a: $(call room,base)
$(B)/libdsp.a: $(call room,dsp)
$(B)/librt.a: $(call room,rt)
$(B)/libdaemon.a: $(filter-out %/main.o,$(call room,daemon))

$(archives):
	@rm -f $@
	@$(AR) rcs $@ $^

$(B)/audioserver: $(B)/src/daemon/main.o $(B)/libdaemon.a $(B)/librt.a $(B)/libdsp.a $(B)/libbase.a
	$(link) $(libs_daemon)

include src/sim/sim.mk

link = $(Q)$(CC) $(CFLAGS) $(LDFLAGS) $(sanitize) -o $@ $(filter %.o %.a,$^)

$(B)/src/%.o: src/%.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CFLAGS) $(CPPFLAGS) $(flags) $(flags_$(firstword $(subst /, ,$*))) -c -o $@ $<

$(B)/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CFLAGS) $(CPPFLAGS) $(flags) -Itests -Itests/rt -Isrc/daemon \
	    $(call pc,--cflags,alsa) -c -o $@ $<

include tests/tests.mk

# --- for people ------------------------------------------------------------------------------------

.PHONY: run check bench-bridge build-deps

# A fresh machine: first what is missing, then the build in a make of its own, which finds it.
run:
	@scripts/deps run
	@$(MAKE) --no-print-directory all sim
	@scripts/run-simulated --build $(B) --secs "$(SECS)" --file "$(FILE)"

check:
	@scripts/deps check
	@$(MAKE) --no-print-directory tests

.PHONY: install uninstall clean format lint help
bindir = $(DESTDIR)$(PREFIX)/bin
confdir = $(DESTDIR)/etc/audioserver
unitdir = $(DESTDIR)$(or $(call pc,--variable=systemdsystemunitdir,systemd),/lib/systemd/system)
udevdir = $(DESTDIR)$(or $(call pc,--variable=udevdir,udev),/lib/udev)/rules.d

install: all
	install -D -m 755 $(B)/audioserver $(bindir)/audioserver
	test -e $(confdir)/audioserver.ini || install -D -m 644 conf/audioserver.ini $(confdir)/audioserver.ini
	for unit in systemd/*; do \
	    install -d $(unitdir) && \
	    sed 's|/usr/bin/audioserver|$(PREFIX)/bin/audioserver|' $$unit > $(unitdir)/$${unit##*/} || exit 1; \
	done
	install -D -m 644 udev/90-audioserver.rules $(udevdir)/90-audioserver.rules

uninstall:
	rm -f $(bindir)/audioserver $(udevdir)/90-audioserver.rules
	for unit in systemd/*; do rm -f $(unitdir)/$${unit##*/}; done

clean:
	rm -rf build run

format:
	clang-format -i $$(git ls-files '*.c' '*.h')

help:
	@echo "make run [SECS=n] [FILE=x.wav]   try it without hardware"
	@echo "make check                       all tests"
	@echo "make                             build"
	@echo "make install [DESTDIR= PREFIX=]  also: uninstall"
	@echo "make bench-bridge                latency, pitch, lock, CPU beside other bridges (10 minutes)"
	@echo "make lint                        clang, clang-format, clang-tidy, shellcheck"
	@echo "make VARIANT=asan tests          also tsan"

-include $(shell find $(B) -name '*.d' 2>/dev/null)
