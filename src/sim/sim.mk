# SPDX-License-Identifier: GPL-3.0-or-later
# The simulated world: a headset behind libasound, and the analog gear behind JACK.

.PHONY: sim
sim: $(simulated)

sim_objects = $(addprefix $(B)/src/sim/,$(addsuffix .o,$(1)))
sim_shared := spsc wavout

$(B)/simheadset: $(call sim_objects,headset headset_bus headset_config headset_control \
                   headset_files headset_server headset_stream $(sim_shared))
	$(link) $(call pc,--libs,sndfile) -lpthread -lm

$(B)/simanalog: $(call sim_objects,analog analog_files analog_jack $(sim_shared))
	$(link) $(call pc,--libs,jack sndfile) -lpthread -lm

# Programs that are not of this build load it (aplay): no sanitizer there, whatever the variant.
$(B)/libasound_module_pcm_simheadset.so: flags := $(filter-out $(sanitize),$(flags))
$(B)/libasound_module_pcm_simheadset.so: sanitize :=
$(B)/libasound_module_pcm_simheadset.so: $(call sim_objects,pcm_driver pcm_simheadset)
	$(link) -shared $(call pc,--libs,alsa)
