/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inside the plug-in libasound_module_pcm_simheadset.so: an open stream. What realtime threads call
 * is in pcm_driver.c, what opens and sets up is in pcm_simheadset.c.
 */
#ifndef PCM_DRIVER_H
#define PCM_DRIVER_H

#include "headset_shm.h"

#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>

struct driver {
    snd_pcm_ioplug_t io;
    struct headset_stream *stream;
    int socket_fd;               /* its hang-up tells the device that we are gone, and us */
    int event_fd;                /* written by the device, and by us to keep the level */
    int poll_fd;                 /* epoll of the two */
    snd_pcm_uframes_t boundary;  /* where libasound's pointers wrap */
    snd_pcm_uframes_t appl_seen; /* io.appl_ptr when stream->appl was last brought up to date */
    unsigned char *ring;         /* stream->ring */
    bool told_gone;              /* the application has been given an error for the unplug */
    uint32_t frame_bytes;        /* set by hw_params */
};

#pragma GCC visibility push(hidden) /* the plug-in exports its opening function alone */

/* Without device: -ENODEV, and libasound's state is DISCONNECTED. Otherwise the stream is stopped.
 */
int driver_stop(snd_pcm_ioplug_t *io);

int driver_prepare(snd_pcm_ioplug_t *io);
int driver_start(snd_pcm_ioplug_t *io);
int driver_resume(snd_pcm_ioplug_t *io);
snd_pcm_sframes_t driver_pointer(snd_pcm_ioplug_t *io);
snd_pcm_sframes_t driver_transfer(snd_pcm_ioplug_t *io, const snd_pcm_channel_area_t *areas,
                                  snd_pcm_uframes_t offset, snd_pcm_uframes_t size);
int driver_delay(snd_pcm_ioplug_t *io, snd_pcm_sframes_t *delay);
int driver_poll_revents(snd_pcm_ioplug_t *io, struct pollfd *pfd, unsigned int nfds,
                        unsigned short *revents);

/* Brings the event to its level after avail_min has changed. */
void driver_level_event(struct driver *driver);

#pragma GCC visibility pop

#endif
