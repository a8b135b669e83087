# SPDX-License-Identifier: GPL-3.0-or-later
# The tests: programs of tests/ROOM link alone with the libraries of their room. `make tests` builds
# and runs all; tests/run adds them up. Each line of the list: name, seconds at most, command.

T := $(B)/tests

tests_base := ring mbox ini log
tests_dsp := fade extend biquad crossover golden compressor limiter crossfeed gate delay stage lufs spectrum iso226 loudness
tests_rt := clock resamp sample asrc pcm process path faults
tests_param := param preset chain clicks eq_text
tests_daemon := config
cli_tests := render files plot
e2e_tests := sound devices server run preset sanitized

test_program = $(addprefix $(T)/$(1)/,$(tests_$(1)))
test_programs := $(foreach r,base dsp param rt daemon,$(call test_program,$(r)))

$(call test_program,base): $(T)/base/%: $(T)/base/%.o $(B)/libbase.a
	$(link) $(iniparser_libs) -lm -lpthread
$(call test_program,dsp): $(T)/dsp/%: $(T)/dsp/%.o $(B)/libdsp.a
	$(link) -lm $(libs_$(@F))
libs_lufs := -lebur128 # the independent reference
libs_crossfeed := -lbs2b
$(call test_program,param): $(T)/param/%: $(T)/param/%.o $(B)/libparam.a $(B)/libdsp.a $(B)/libbase.a
	$(link) $(iniparser_libs) -lm
simulator := $(T)/rt/simulator.o $(T)/rt/simulator_ear.o
$(call test_program,rt): $(T)/rt/%: $(T)/rt/%.o $(simulator) $(B)/librt.a $(B)/libdsp.a $(B)/libbase.a
	$(link) $(libs_rt)
$(call test_program,daemon): $(T)/daemon/%: $(T)/daemon/%.o $(B)/libdaemon.a $(B)/librt.a \
                             $(B)/libparam.a $(B)/libdsp.a $(B)/libbase.a
	$(link) $(libs_daemon)

# --- helpers of the tests ------------------------------------------------------------------------------

$(T)/rtguard.so: tests/fake/rtguard.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) -std=c11 -O2 -g -fPIC -shared $(warnings) -o $@ $<
$(T)/fake/rtguard_selftest: $(T)/fake/rtguard_selftest.o $(B)/libbase.a
	$(link) -lpthread -lm -ldl

# --- all of them -----------------------------------------------------------------------------------------

# Sanitizers: everything that runs in no real time under ASan and UBSan; what threads share
# without locks, and the log, under TSan. The guard never under ASan: both replace malloc.
.PHONY: tests test-programs test-list
unsanitized := $(test_programs) $(T)/rtguard.so $(T)/fake/rtguard_selftest
tsan_tests := base/ring base/mbox base/log

test-programs: $(if $(sanitize),$(test_programs),$(unsanitized))

tests: all sim test-programs test-list
	@$(MAKE) --no-print-directory VARIANT=asan all test-programs
	@$(MAKE) --no-print-directory VARIANT=tsan all $(addprefix build/tsan/tests/,$(tsan_tests))
	@tests/run build/tests.list

python := /usr/bin/python3
line = printf '%s\t%s\t%s\n' '$(1)' '$(2)' '$(3)' >> build/tests.list

test-list:
	@mkdir -p build && : > build/tests.list
	@$(call line,run-selftest,60,tests/run --self-test)
	@$(call line,arrows,60,scripts/arrows $(B))
	@$(call line,arrows-selftest,60,scripts/arrows --self-test)
	@$(call line,rtguard-selftest,60,$(T)/fake/rtguard_selftest $(T)/rtguard.so)
	@$(foreach t,$(test_programs:$(T)/%=%),$(call line,$(t),120,$(T)/$(t));)
	@$(foreach t,$(filter-out param/clicks,$(test_programs:$(T)/%=%)),$(call line,asan/$(t),300,build/asan/tests/$(t));)
	@$(foreach t,$(tsan_tests),$(call line,tsan/$(t),120,build/tsan/tests/$(t));)
	@$(foreach t,$(cli_tests),$(call line,cli/$(t),120,$(python) tests/cli/$(t).py $(B));)
	@$(foreach t,$(cli_tests),$(call line,asan/cli/$(t),300,$(python) tests/cli/$(t).py build/asan);)
	@$(call line,golden-filters,60,$(python) tests/golden/filters.py --check)
	@$(call line,simheadset,120,$(python) tests/sim/simheadset.py $(B))
	@$(foreach t,$(e2e_tests),$(call line,e2e/$(t),240,$(python) tests/e2e/$(t).py $(B));)

# --- benchmarks: not part of check -------------------------------------------------------------------------

$(T)/bench/bridge: $(T)/bench/bridge.o $(simulator) $(B)/librt.a $(B)/libdsp.a $(B)/libbase.a
	$(link) $(libs_rt)

bench-bridge:
	@scripts/deps bench
	@$(MAKE) --no-print-directory all sim $(T)/bench/bridge
	@$(T)/bench/bridge $(SECONDS)
	@$(python) tests/bench/realtime.py $(B)

# Ours beside plug-ins, libraries and the loops of other programs.
bench_dsp := $(addprefix $(T)/bench/,dsp.o peers.o peer_ladspa.o peer_lv2.o peer_kernels.o \
             peer_chain.o peer_check.o peer_sound.o ours.o)
bench_count := $(addprefix $(T)/bench/,count.o peer_check.o peer_sound.o ours.o)
bench_libraries := $(B)/libparam.a $(B)/libdsp.a $(B)/libbase.a

$(T)/bench/peer_lv2.o: CPPFLAGS += $(call pc,--cflags,lilv-0)
# loops of others are compiled as the others' are; FMA where a loop has it
$(T)/bench/peer_kernels.o: CPPFLAGS += -O3 -ffp-contract=fast
$(T)/bench/dsp: $(bench_dsp) $(bench_libraries)
	$(link) $(call pc,--libs,lilv-0) -lbs2b -ldl -lm
$(T)/bench/count: $(bench_count) $(bench_libraries)
	$(link) -lm

bench:
	@scripts/deps bench
	@$(MAKE) --no-print-directory $(T)/bench/dsp
	@scripts/bench-instructions $(T)/bench/dsp > build/instructions.tsv
	@$(T)/bench/dsp build/instructions.tsv
	$(if $(WHOLE),@$(python) tests/bench/programs.py)

cross:
	@scripts/deps cross
	@$(python) tests/bench/cross.py
