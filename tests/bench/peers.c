/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The peers and their settings: the same task for all, as far as each can do it.
 *
 *   eq          10 bands of PEER_BANDS_10
 *   crossfeed   700 Hz, 4.5 dB
 *   compressor  -20 dB, 4:1, knee 6 dB, 10 ms, 100 ms, peak, no make-up
 *   limiter     -10 dB, look-ahead about 64 frames where it can be set, 100 ms
 *   chain       compressor, 14 bands, crossfeed; headset: 10 bands, delay, limiter; the same for a
 *               mono sub: 58 biquads
 */
#include "peer.h"

#define SWH   "/usr/lib/ladspa/"
#define LSP   "/usr/lib/lv2/lsp-plugins.lv2/"
#define CALF  "/usr/lib/lv2/calf.lv2/"
#define LSP_  "http://lsp-plug.in/plugins/lv2/"
#define CALF_ "http://calf.sourceforge.net/plugins/"
#define X42_  "http://gareus.org/oss/lv2/"

/* --- settings -------------------------------------------------------------------------------- */

#define CAPS_BAND(n, hz, db, gain) #db " "
#define CAPS_BANDS                 PEER_BANDS_10(CAPS_BAND)
/* mode (peak), Hz, Q (0..1), dB */
#define CAPS_FOUR "1 60 0.3 3 1 150 0.3 2 1 3000 0.3 -1 1 11000 0.3 2"

#define LSP_BAND(n, hz, db, gain) "ft_" #n "=1 f_" #n "=" #hz " g_" #n "=" #gain " q_" #n "=1.41 "

/* dB of its 8 bands, then their frequencies */
#define TAP_BANDS "5 4 2 -4 -6 -4 2 5 62.5 125 250 1000 2000 4000 8000 16000"

#define CALF_BAND(n, hz, gain)                                                                     \
    "p" #n "_active=1 p" #n "_freq=" #hz " p" #n "_level=" #gain " p" #n "_q=1.41 "
#define CALF_BANDS                                                                                 \
    "ls_active=1 ls_freq=31.25 ls_level=1.99526 " CALF_BAND(1, 62.5, 1.77828)                      \
        CALF_BAND(2, 125, 1.58489) CALF_BAND(3, 250, 1.25893) CALF_BAND(4, 500, 0.891251)          \
            CALF_BAND(5, 1000, 0.630957) CALF_BAND(6, 2000, 0.501187) CALF_BAND(7, 4000, 0.630957) \
                CALF_BAND(8, 8000, 1.25893) "hs_active=1 hs_freq=16000 hs_level=1.77828"

#define FIL4_BANDS                                                                                 \
    "HighPass=1 HPfreq=20 LowPass=1 LPfreq=20000 LSfreq=62.5 LSgain=5 freq1=250 "                  \
    "gain1=2 q1=1 freq2=1000 gain2=-4 q2=1 freq3=2000 gain3=-6 q3=1 freq4=4000 "                   \
    "gain4=-4 q4=1 HSfreq=8000 HSgain=4"

#define SC4          "0 10 100 -20 4 3 0"
#define LSP_COMPRESS "scm=0 scs=5 al=0.1 at=10 rt=100 cr=4 kn=0.70795"
#define LSP_LIMIT    "th=0.316228 alr=0 boost=0 lk=1.333 at=1.333 rt=20"
#define SWH_LIMIT    "0 -10 0.1"
#define TAP_LIMIT    "-10 0"
#define SWH_DELAY    "0.1 0.01"
#define LSP_DELAY    "mode=2 time=10"

/* --- chains: the best combinations of what there is ------------------------------------------ */

#define LADSPA(file, id, ...)                                                                      \
    {                                                                                              \
        .host = &peer_ladspa, .what = SWH file, .label = id, .settings = __VA_ARGS__               \
    }
#define LV2(id, ...)                                                                               \
    {                                                                                              \
        .host = &peer_lv2, .what = LSP, .label = LSP_ id, .settings = __VA_ARGS__                  \
    }
#define KERNEL(form, bands)                                                                        \
    {                                                                                              \
        .host = &peer_kernel, .what = form, .settings = bands                                      \
    }
#define LESS .less = true
#define MONO .mono = true

static const struct chain_parts
    chain_lsp = { .part = {
                      [PART_COMPRESSOR] = LV2("compressor_stereo", LSP_COMPRESS),
                      [PART_EQ] = LV2("para_equalizer_x16_stereo", PEER_BANDS_14(LSP_BAND)),
                      [PART_CROSSFEED] = { .host = &peer_bs2b },
                      [PART_STRIP_EQ] = LV2("para_equalizer_x16_stereo", PEER_BANDS_10(LSP_BAND)),
                      [PART_STRIP_DELAY] = LV2("comp_delay_stereo", LSP_DELAY),
                      [PART_STRIP_LIMITER] = LV2("limiter_stereo", LSP_LIMIT),
                      [PART_SUB_EQ] = LV2("para_equalizer_x16_mono", PEER_BANDS_10(LSP_BAND)),
                      [PART_SUB_DELAY] = LV2("comp_delay_mono", LSP_DELAY),
                      [PART_SUB_LIMITER] = LV2("limiter_mono", LSP_LIMIT),
                  } };

static const struct chain_parts
    chain_ladspa = { .part = {
                         [PART_COMPRESSOR] = LADSPA("sc4_1882.so", "sc4", SC4),
                         [PART_LOUDNESS] = LADSPA("caps.so", "Eq4p", CAPS_FOUR),
                         [PART_EQ] = LADSPA("caps.so", "Eq10X2", CAPS_BANDS),
                         [PART_CROSSFEED] = { .host = &peer_bs2b },
                         [PART_STRIP_EQ] = LADSPA("caps.so", "Eq10X2", CAPS_BANDS),
                         [PART_STRIP_DELAY] = LADSPA("delay_1898.so", "delay_n", SWH_DELAY),
                         [PART_STRIP_LIMITER] = LADSPA("fast_lookahead_limiter_1913.so",
                                                       "fastLookaheadLimiter", SWH_LIMIT),
                         [PART_SUB_EQ] = LADSPA("caps.so", "Eq10", CAPS_BANDS, MONO),
                         [PART_SUB_DELAY] = LADSPA("delay_1898.so", "delay_n", SWH_DELAY, MONO),
                         [PART_SUB_LIMITER] =
                             LADSPA("tap_limiter.so", "tap_limiter", TAP_LIMIT, MONO),
                     } };

#define CHAIN_OF_KERNELS(form)                                                                     \
    {                                                                                              \
        .part = {                                                                                  \
            [PART_COMPRESSOR] = LADSPA("sc4_1882.so", "sc4", SC4),                                 \
            [PART_EQ] = KERNEL(form, "14"),                                                        \
            [PART_CROSSFEED] = { .host = &peer_bs2b },                                             \
            [PART_STRIP_EQ] = KERNEL(form, "10"),                                                  \
            [PART_STRIP_DELAY] = LADSPA("delay_1898.so", "delay_n", SWH_DELAY),                    \
            [PART_STRIP_LIMITER] =                                                                 \
                LADSPA("fast_lookahead_limiter_1913.so", "fastLookaheadLimiter", SWH_LIMIT),       \
            [PART_SUB_EQ] = { .host = &peer_kernel,                                                \
                              .what = form,                                                        \
                              .settings = "10",                                                    \
                              .mono = true },                                                      \
            [PART_SUB_DELAY] = LADSPA("delay_1898.so", "delay_n", SWH_DELAY, MONO),                \
            [PART_SUB_LIMITER] = LADSPA("tap_limiter.so", "tap_limiter", TAP_LIMIT, MONO),         \
        }                                                                                          \
    }

static const struct chain_parts chain_pipewire = CHAIN_OF_KERNELS("pipewire");
static const struct chain_parts chain_camilladsp = CHAIN_OF_KERNELS("camilladsp");

/* --- the table ------------------------------------------------------------------------------- */

#define OF_LADSPA(at, title, file, id, ...)                                                        \
    {                                                                                              \
        .name = title, .stage = at, .rank = PEER_PACKAGED, .host = &peer_ladspa, .what = SWH file, \
        .label = id, .settings = __VA_ARGS__                                                       \
    }
#define OF_LV2(at, title, bundle, uri, ...)                                                        \
    {                                                                                              \
        .name = title, .stage = at, .rank = PEER_PACKAGED, .host = &peer_lv2, .what = bundle,      \
        .label = uri, .settings = __VA_ARGS__                                                      \
    }
#define OF_KERNEL(title, form)                                                                     \
    {                                                                                              \
        .name = title, .stage = PEER_EQ, .rank = PEER_KERNEL, .host = &peer_kernel, .what = form,  \
        .settings = "10"                                                                           \
    }
#define OF_CHAIN(title, grade, parts)                                                              \
    {                                                                                              \
        .name = title, .stage = PEER_CHAIN, .rank = grade, .host = &peer_chain, .what = &parts     \
    }

const struct peer peer_table[] = {
    OF_KERNEL("loop in PipeWire's form (f32, SSE)", "pipewire"),
    OF_KERNEL("loop in lsp-dsp-lib's form (f32, x8 + x2, AVX2, FMA)", "lsp"),
    OF_KERNEL("naive loop (f32)", "naive"),
    OF_KERNEL("loop in CamillaDSP's form (f64)", "camilladsp"),
    OF_LADSPA(PEER_EQ, "CAPS Eq10X2", "caps.so", "Eq10X2", CAPS_BANDS),
    OF_LV2(PEER_EQ, "LSP para_equalizer_x16_stereo", LSP, LSP_ "para_equalizer_x16_stereo",
           PEER_BANDS_10(LSP_BAND)),
    OF_LADSPA(PEER_EQ, "TAP Equalizer (8 bands)", "tap_eq.so", "tap_equalizer", TAP_BANDS, LESS),
    OF_LV2(PEER_EQ, "x42 fil4 (8 sections)", "/usr/lib/lv2/fil4.lv2/", X42_ "fil4#stereo",
           FIL4_BANDS, LESS),
    OF_LV2(PEER_EQ, "Calf Equalizer 12 Band", CALF, CALF_ "Equalizer12Band", CALF_BANDS),

    { .name = "libbs2b", .stage = PEER_CROSSFEED, .rank = PEER_PACKAGED, .host = &peer_bs2b },
    OF_LADSPA(PEER_CROSSFEED, "LADSPA bs2b", "bs2b.so", "bs2b", "700 4.5"),

    OF_LADSPA(PEER_COMPRESSOR, "swh SC4", "sc4_1882.so", "sc4", SC4),
    OF_LADSPA(PEER_COMPRESSOR, "TAP Dynamics", "tap_dynamics_st.so", "tap_dynamics_st",
              "10 100 0 0 2 4"),
    OF_LADSPA(PEER_COMPRESSOR, "CAPS CompressX2", "caps.so", "CompressX2", "0 0 0.3 0.75 0.3 0.5 0",
              LESS), /* no ratio, no knee */
    OF_LV2(PEER_COMPRESSOR, "x42 darc", "/usr/lib/lv2/darc.lv2/", X42_ "darc#stereo",
           "threshold=-20 Ratio=0.75 attack=0.01 release=0.1"),
    OF_LV2(PEER_COMPRESSOR, "Calf Compressor", CALF, CALF_ "Compressor",
           "threshold=0.1 ratio=4 attack=10 release=100 knee=2 detection=1 stereo_link=1"),
    OF_LV2(PEER_COMPRESSOR, "LSP compressor_stereo", LSP, LSP_ "compressor_stereo", LSP_COMPRESS),

    OF_LADSPA(PEER_LIMITER, "swh Fast Lookahead Limiter", "fast_lookahead_limiter_1913.so",
              "fastLookaheadLimiter", SWH_LIMIT),
    OF_LADSPA(PEER_LIMITER, "TAP Scaling Limiter", "tap_limiter.so", "tap_limiter", TAP_LIMIT),
    OF_LV2(PEER_LIMITER, "x42 dpl", "/usr/lib/lv2/dpl.lv2/", X42_ "dpl#stereo",
           "threshold=-10 release=0.1"),
    OF_LV2(PEER_LIMITER, "LSP limiter_stereo", LSP, LSP_ "limiter_stereo", LSP_LIMIT),
    OF_LV2(PEER_LIMITER, "Calf Limiter", CALF, CALF_ "Limiter",
           "limit=0.316228 attack=1.333 release=100 asc=0 auto_level=0"),

    OF_CHAIN("PipeWire's form, swh, libbs2b, TAP", PEER_KERNEL, chain_pipewire),
    OF_CHAIN("CamillaDSP's form, swh, libbs2b, TAP", PEER_KERNEL, chain_camilladsp),
    OF_CHAIN("CAPS, swh, libbs2b, TAP", PEER_PACKAGED, chain_ladspa),
    OF_CHAIN("LSP plug-ins, libbs2b", PEER_PACKAGED, chain_lsp),
};

const int peer_count = sizeof peer_table / sizeof *peer_table;
