/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Equalizers as text: the grammar with its traps, the formulas, both directions. */
#include "eq_text.h"

#include "param.h"
#include "test.h"

#include <stdlib.h>

static struct eq_text eq;

static void read_text(const char *text)
{
    eq_text_read(&eq, text, strlen(text), EQ_TEXT_AUTO);
}

/* --- the grammar --------------------------------------------------------------------------------
 */

enum { U = EQ_TEXT_USED, C = EQ_TEXT_CHANGED, D = EQ_TEXT_DROPPED, NOTHING = 9 };

/* A line, what becomes of it, and the band: type, frequency, gain, and Q or slope. */
static void lines(void)
{
    static const struct {
        const char *text;
        int verdict;
        enum band_type type;
        double hz, gain_db, q;
        const char *said;
    } table[] = {
        { "Filter 1: ON PK Fc 340 Hz Gain 0.8 dB Q 10.000", U, BAND_PEAKING, 340, 0.8, 10, "" },
        { "Filter  1: ON  PK       Fc     340 Hz  Gain   0.8 dB  Q 10.000", U, BAND_PEAKING, 340,
          0.8, 10, "" },
        { "Filter: ON PK Fc 100 Hz Gain -4.7 dB Q 1", U, BAND_PEAKING, 100, -4.7, 1, "" },
        { "filter 7: on pk fc 100 hz gain -4.7 db q 1", U, BAND_PEAKING, 100, -4.7, 1, "" },
        { "  Filter 1:ON PEQ Q 2 Gain +3 dB Fc 50 Hz", U, BAND_PEAKING, 50, 3, 2, "" },
        { "\tFilter 1: ON Modal Fc 63,5 Hz Gain -4,7 dB Q 1,41 T60 target 100 ms", U, BAND_PEAKING,
          63.5, -4.7, 1.41, "" },
        { "Filter 1: ON PK Fc 1,234 Hz Gain 3 dB Q 1", C, BAND_PEAKING, 1234, 3, 1, "thousands" },
        { "Filter 1: ON PK Fc 10.000 Hz Gain 3 dB Q 1", C, BAND_PEAKING, 10000, 3, 1, "thousands" },
        { "Filter 1: ON PK Fc 50.125 Hz Gain 3 dB Q 1", U, BAND_PEAKING, 50.125, 3, 1, "" },
        { "Filter 1: ON PK Fc 123.456 Hz Gain 3 dB Q 1", U, BAND_PEAKING, 123.456, 3, 1, "" },
        { "Filter 1: ON PK Fc 31,5 Hz Gain 3 dB Q 1", U, BAND_PEAKING, 31.5, 3, 1, "" },
        { "Filter 1: ON PK Fc 1\xc2\xa0"
          "234 Hz Gain 3 dB Q 1",
          U, BAND_PEAKING, 1234, 3, 1, "" },
        { "Filter 1: ON PK Fc 1e3 Hz Gain 3 dB Q 1", U, BAND_PEAKING, 1000, 3, 1, "" },
        { "Filter 1: ON PK Fc 100Hz Gain 3dB Q 1", U, BAND_PEAKING, 100, 3, 1, "" },
        { "Filter 1: ON PK Fc 100 Hz Gain 3 dB BW Oct 0.167", C, BAND_PEAKING, 100, 3, 8.634,
          "octaves" },
        { "Filter 1: ON PK Fc 100 Hz Gain 3 dB", D, BAND_FLAT, 0, 0, 0, "neither Q nor bandwidth" },
        { "Filter 1: ON PK Gain 3 dB Q 1", D, BAND_FLAT, 0, 0, 0, "no frequency" },
        { "Filter 1: ON PK Fc 100 Hz Q 1", D, BAND_FLAT, 0, 0, 0, "no gain" },
        { "Filter 1: ON PK Fc 0 Hz Gain 3 dB Q 1", D, BAND_FLAT, 0, 0, 0, "frequency" },
        { "Filter 1: ON PK Fc 100 Hz Gain 60 dB Q 1", D, BAND_FLAT, 0, 0, 0, "-30 to 30 dB" },
        { "Filter 1: ON PK Fc 100 Hz Gain 3 dB Q 0", D, BAND_FLAT, 0, 0, 0, "0.1 to 20" },
        { "Filter 1: ON PK Fc 5 Hz Gain 3 dB Q 1", D, BAND_FLAT, 0, 0, 0, "10 to 20000 Hz" },
        { "Filter 1: ON PK Fc 21000 Hz Gain 3 dB Q 1", D, BAND_FLAT, 0, 0, 0, "10 to 20000 Hz" },
        { "Filter 1: OFF PK Fc 100 Hz Gain 3 dB Q 1", D, BAND_FLAT, 0, 0, 0, "off" },
        { "Filter 20: ON  None", NOTHING, BAND_FLAT, 0, 0, 0, "" },
        { "Filter 1: ON XY Fc 100 Hz Gain 3 dB Q 1", D, BAND_FLAT, 0, 0, 0, "filter type \"XY\"" },
        { "Filter 1: ON LP Fc 20000 Hz", U, BAND_LOW_PASS, 20000, 0, 0.70711, "" },
        { "Filter 1: ON LPQ Fc 200 Hz Q 1.5", U, BAND_LOW_PASS, 200, 0, 1.5, "" },
        { "Filter 1: ON LP Q Fc 200 Hz Q 1.5", U, BAND_LOW_PASS, 200, 0, 1.5, "" },
        { "Filter 1: ON HP Fc 20 Hz Gain 9 dB", U, BAND_HIGH_PASS, 20, 0, 0.70711, "" },
        { "Filter 1: ON HPQ Fc 20 Hz Q 0.5", U, BAND_HIGH_PASS, 20, 0, 0.5, "" },
        { "Filter 1: ON LP1 Fc 200 Hz", U, BAND_LOW_PASS_1, 200, 0, 0.70711, "" },
        { "Filter 1: ON HP1 Fc 200 Hz", U, BAND_HIGH_PASS_1, 200, 0, 0.70711, "" },
        { "Filter 1: ON BP Fc 200 Hz", U, BAND_BAND_PASS, 200, 0, 0.70711, "" },
        { "Filter 1: ON NO Fc 200 Hz", C, BAND_NOTCH, 200, 0, 20, "would be 30" },
        { "Filter 1: ON NO Fc 200 Hz Q 5", U, BAND_NOTCH, 200, 0, 5, "" },
        { "Filter 1: ON AP Fc 200 Hz", D, BAND_FLAT, 0, 0, 0, "neither" },
        { "Filter 1: ON AP Fc 200 Hz Q 2", U, BAND_ALL_PASS, 200, 0, 2, "" },
        { "Filter 1: ON All pass Fc 200 Hz Q 2", U, BAND_ALL_PASS, 200, 0, 2, "" },
        { "Filter 1: ON LS Fc 100 Hz Gain 6 dB", C, BAND_LOW_SHELF_SLOPE, 100, 6, 0.9, "0.9" },
        { "Filter 1: ON HS Fc 13000 Hz Gain 1.5 dB", C, BAND_HIGH_SHELF_SLOPE, 13000, 1.5, 0.9,
          "" },
        { "Filter 1: ON LS Fc 105 Hz Gain 14.0 dB Q 0.70", C, BAND_LOW_SHELF, 158, 14, 0.7,
          "the corner 105 Hz is the centre" },
        { "Filter 1: ON LSC Fc 105 Hz Gain 14.0 dB Q 0.70", U, BAND_LOW_SHELF, 105, 14, 0.7, "" },
        { "Filter 1: ON HSC Fc 10000 Hz Gain 2.4 dB Q 0.70", U, BAND_HIGH_SHELF, 10000, 2.4, 0.7,
          "" },
        { "Filter 1: ON LSQ Fc 105 Hz Gain 1 dB Q 0.7", U, BAND_LOW_SHELF, 105, 1, 0.7, "" },
        { "Filter 1: ON LSC 10.8 dB Fc 100 Hz Gain 6 dB", U, BAND_LOW_SHELF_SLOPE, 100, 6, 0.9,
          "" },
        { "Filter 1: ON HS 12dB Fc 1000 Hz Gain 20 dB", C, BAND_HIGH_SHELF_SLOPE, 562.34, 20, 1,
          "corner" },
        { "Filter 1: ON LS 6dB Fc 100 Hz Gain 20 dB", C, BAND_LOW_SHELF_SLOPE, 316.23, 20, 0.5,
          "corner" },
        { "Include: other.txt", D, BAND_FLAT, 0, 0, 0, "Include is not supported" },
        { "Copy: L=R", D, BAND_FLAT, 0, 0, 0, "not supported" },
        { "Filter Settings file", NOTHING, BAND_FLAT, 0, 0, 0, "" },
        { "Room EQ V5.19", NOTHING, BAND_FLAT, 0, 0, 0, "" },
        { "Dated: 01.02.2020 12:00:00", NOTHING, BAND_FLAT, 0, 0, 0, "" },
        { "# Filter 1: ON PK Fc 100 Hz Gain 3 dB Q 1", NOTHING, BAND_FLAT, 0, 0, 0, "" },
        { "Equaliser: Generic", NOTHING, BAND_FLAT, 0, 0, 0, "" },
        { "", NOTHING, BAND_FLAT, 0, 0, 0, "" },
        { "Delay: 10 ms", U, BAND_FLAT, 0, 0, 0, "10 ms" },
        { "Delay: 480 samples", C, BAND_FLAT, 0, 0, 0, "10 ms" },
        { "Delay: -1 ms", D, BAND_FLAT, 0, 0, 0, "" },
        { "Preamp: -6,5 dB", U, BAND_FLAT, 0, 0, 0, "-6.5 dB" },
        { "Preamp:\t-6.5 db", U, BAND_FLAT, 0, 0, 0, "-6.5 dB" },
        { "Preamp: x", D, BAND_FLAT, 0, 0, 0, "" },
        { "Channel: C", D, BAND_FLAT, 0, 0, 0, "only the channels L and R" },
        { "GraphicEQ: 20 1; 10 2", D, BAND_FLAT, 0, 0, 0, "rising" },
    };

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const struct band_settings *band = &eq.band[0][0];
        int verdict;
        bool slope;

        read_text(table[i].text);
        verdict = eq.line_count ? (int)eq.line[0].verdict : NOTHING;
        slope = band->type == BAND_LOW_SHELF_SLOPE || band->type == BAND_HIGH_SHELF_SLOPE;
        if (verdict != table[i].verdict || eq.line_count > 1 ||
            !strstr(eq.line[0].said, table[i].said) ||
            eq.count[0] != (table[i].type != BAND_FLAT) || eq.count[1] != eq.count[0])
            FAIL("%s: verdict %d, %d bands: %s", table[i].text, verdict, eq.count[0],
                 eq.line[0].said);
        if (table[i].type != BAND_FLAT &&
            (band->type != table[i].type || !(fabs(band->frequency_hz / table[i].hz - 1) < 2e-3) ||
             !(fabs(band->gain_db - table[i].gain_db) < 1e-9) ||
             !(fabs((slope ? band->slope : band->q) - table[i].q) < 1e-3)))
            FAIL("%s: type %d, %g Hz, %g dB, Q %g, slope %g", table[i].text, (int)band->type,
                 band->frequency_hz, band->gain_db, band->q, band->slope);
    }
}

/* Whole files: line ends, a BOM, no newline at the end, channels, sums of preamps, bands beyond
 * ten, and AutoEq's way with shelves. */
static void files(void)
{
    static const char autoeq[] = "Preamp: -6 dB\nFilter: ON LS Fc 105 Hz Gain 5.5 dB Q 0.71";
    char many[2000] = "";

    read_text("\xef\xbb\xbfPreamp: -6 dB\r\nPreamp: -0.5 dB\r\nFilter 1: ON PK Fc 100 Hz Gain 1 dB "
              "Q 1\r\nChannel: L\r\nFilter 2: ON PK Fc 200 Hz Gain 2 dB Q 1\r\nPreamp: 1 dB\r\n"
              "Channel: 2\r\nDelay: 3 ms\r\nFilter 3: ON PK Fc 300 Hz Gain 3 dB Q 1\r\n"
              "Channel: C LFE\r\nFilter 4: ON PK Fc 400 Hz Gain 4 dB Q 1\r\nChannel: all\r\n"
              "Filter 5: ON PK Fc 500 Hz Gain 5 dB Q 1");
    CHECK(eq.count[0] == 3 && eq.count[1] == 3 && !eq_text_is_linked(&eq));
    CHECK(eq.band[0][1].frequency_hz == 200 && eq.band[1][1].frequency_hz == 300);
    CHECK(eq.band[0][2].frequency_hz == 500);
    CHECK(eq.preamp_db[0] == -5.5 && eq.preamp_db[1] == -6.5);
    CHECK(eq.delay_ms[0] == 0 && eq.delay_ms[1] == 3);
    CHECK(eq.line[0].number == 1 && eq.line[1].number == 2);
    for (int n = 1; n <= 12; n++)
        snprintf(many + strlen(many), sizeof many - strlen(many),
                 "Filter %d: ON PK Fc %d00 Hz Gain 1 dB Q 1\n", n, n);
    read_text(many);
    CHECK(eq.count[0] == 10 && eq.band[0][9].frequency_hz == 1000 && eq.line_count == 12);
    CHECK(eq.line[10].verdict == EQ_TEXT_DROPPED && strstr(eq.line[11].said, "10 bands already"));
    /* as AutoEq wrote it: LS with a Q and a preamp is a centre; without the preamp a corner */
    read_text("Preamp: -6.2 dB\nFilter 1: ON LS Fc 105 Hz Gain 5.5 dB Q 0.71\n");
    CHECK(eq.band[0][0].frequency_hz == 105 && strstr(eq.line[1].said, "as in AutoEq's files"));
    read_text("Filter 1: ON LS Fc 105 Hz Gain 5.5 dB Q 0.71\n");
    CHECK(eq.band[0][0].frequency_hz > 120);
    eq_text_read(&eq, autoeq, sizeof autoeq - 1, EQ_TEXT_CORNER);
    CHECK(eq.band[0][0].frequency_hz > 120);
    read_text(
        "Preamp: 1 dB\nFilter: ON LS Fc 105 Hz Gain 5 dB Q 0.7\nFilter: ON HS Fc 9000 Hz Gain "
        "2 dB\n");
    CHECK(eq.band[0][0].frequency_hz > 120);
}

/* A bandwidth is the Q that the cookbook's alpha is of: the same coefficients. */
static void bandwidth(void)
{
    double w = 2 * M_PI * 1000 / 48000, b = 1.5, alpha, a;
    struct biquad biquad;

    read_text("Filter 1: ON PK Fc 1000 Hz Gain 6 dB BW Oct 1.5");
    biquad = band_design(&eq.band[0][0], 48000);
    a = pow(10, 6.0 / 40);
    alpha = sin(w) * sinh(log(2) / 2 * b * w / sin(w));
    CHECK_NEAR(biquad.b0, (1 + alpha * a) / (1 + alpha / a), 1e-9);
    CHECK_NEAR(biquad.a2, (1 - alpha / a) / (1 + alpha / a), 1e-9);
}

/* A shelf with its corner: Equalizer APO's formula. */
static void corner(void)
{
    double gain = 14, q = 0.7, a = pow(10, gain / 40);
    double s = 1 / ((1 / (q * q) - 2) / (a + 1 / a) + 1);

    read_text("Filter 1: ON HS Fc 5000 Hz Gain 14 dB Q 0.7");
    CHECK_NEAR(eq.band[0][0].frequency_hz, 5000 / pow(10, gain / (80 * s)), 1e-6);
}

/* --- a curve of many points ---------------------------------------------------------------------
 */

static double sum_db(double hz)
{
    double db = eq.preamp_db[0];

    for (int b = 0; b < eq.count[0]; b++) {
        struct biquad biquad = band_design(&eq.band[0][b], 48000);

        db += 20 * log10(cabs(biquad_response(&biquad, hz, 48000)));
    }
    return db;
}

/* A curve as headphones need it, in 127 points: ten peaks come within 1 dB of it, and say how near.
 */
static void graphic(void)
{
    char text[4000] = "GraphicEQ: ";
    double most = 0, said_rms, said_most;

    for (int i = 0; i < 127; i++) {
        double hz = 20 * pow(1000, i / 126.0), x = log(hz / 1000);
        double db = -6 + 5 * exp(-x * x * 0.2) - 4 * exp(-(x + 2.2) * (x + 2.2) * 3) +
                    6 * exp(-(x - 1.1) * (x - 1.1) * 8) - 5 * exp(-(x - 2) * (x - 2) * 20);

        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%.1f %.2f", i ? "; " : "", hz,
                 db);
    }
    read_text(text);
    CHECK(eq.count[0] == 10 && eq.line[0].verdict == EQ_TEXT_CHANGED);
    for (int i = 0; i < 127; i++) {
        double hz = 20 * pow(1000, i / 126.0), x = log(hz / 1000);
        double db = -6 + 5 * exp(-x * x * 0.2) - 4 * exp(-(x + 2.2) * (x + 2.2) * 3) +
                    6 * exp(-(x - 1.1) * (x - 1.1) * 8) - 5 * exp(-(x - 2) * (x - 2) * 20);

        most = fmax(most, fabs(sum_db(hz) - db));
    }
    CHECK_MAX(most, 0.6);
    CHECK(sscanf(strstr(eq.line[0].said, "off by"), "off by %lf dB (RMS), %lf dB", &said_rms,
                 &said_most) == 2);
    CHECK_NEAR(said_most, most, 0.1);
    read_text("GraphicEQ: 20 -3; 20000 -3"); /* flat: only a gain */
    CHECK_NEAR(sum_db(1000), -3, 0.01);
    for (int b = 1; b < 10; b++)
        CHECK(eq.band[0][b].frequency_hz >= eq.band[0][b - 1].frequency_hz);
}

/* --- parameters ---------------------------------------------------------------------------------
 */

static uint32_t random_state = 1;

static double uniform(void)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (double)(random_state >> 8) / (1 << 24);
}

static void random_band(struct band_settings *band)
{
    static const enum band_type types[] = {
        BAND_PEAKING,         BAND_LOW_SHELF,        BAND_HIGH_SHELF,
        BAND_LOW_SHELF_SLOPE, BAND_HIGH_SHELF_SLOPE, BAND_LOW_PASS,
        BAND_HIGH_PASS,       BAND_BAND_PASS,        BAND_NOTCH,
        BAND_ALL_PASS,        BAND_LOW_PASS_1,       BAND_HIGH_PASS_1
    };

    band->on = true;
    band->type = types[(int)(uniform() * 12)];
    band->frequency_hz = round(100 * (10 + 9990 * uniform())) / 100;
    band->gain_db = round(100 * (uniform() * 60 - 30)) / 100;
    band->q = round(1000 * (0.1 + 19.9 * uniform())) / 1000;
    band->slope = round(100 * (0.1 + 0.9 * uniform())) / 100;
}

static bool same_filter(const struct band_settings *a, const struct band_settings *b)
{
    struct biquad x = band_design(a, 48000), y = band_design(b, 48000);

    return fabs(x.b0 - y.b0) < 1e-12 && fabs(x.a1 - y.a1) < 1e-12 && fabs(x.a2 - y.a2) < 1e-12 &&
           fabs(x.b1 - y.b1) < 1e-12;
}

/* What is written is read again as the same filters. */
static void there_and_back(void)
{
    static const char *const targets[] = { "eq", "mic.eq", "strip.headset", "strip.sub" };
    char why[EQ_TEXT_SAID];

    for (int round = 0; round < 200; round++) {
        const char *target = targets[round % 4];
        struct params params, again;
        char *text = NULL;
        size_t length;
        FILE *out;

        params_defaults(&params);
        params.eq.linked = round % 8 == 0;
        params.preamp.gain_db[0] = params.preamp.gain_db[1] = -6.5;
        params.strip[OUTPUT_HEADSET_2].delay_ms = 1.25;
        for (int b = 0; b < PARAMS_BANDS; b++) {
            random_band(&params.eq.band[0][b]);
            random_band(&params.eq.band[1][b]);
            random_band(&params.mic.eq.band[b]);
            for (int o = 0; o < OUTPUTS; o++)
                random_band(&params.strip[o].band[b]);
        }
        out = open_memstream(&text, &length);
        CHECK(eq_text_print(out, &params, target, why));
        fclose(out);
        eq_text_read(&eq, text, length, EQ_TEXT_AUTO);
        params_defaults(&again);
        CHECK(eq_text_apply(&eq, &again, target, why));
        for (int b = 0; b < PARAMS_BANDS; b++) {
            const struct band_settings *pairs[][2] = {
                { &params.eq.band[0][b], &again.eq.band[0][b] },
                { &params.eq.band[!params.eq.linked][b], &again.eq.band[1][b] },
                { &params.mic.eq.band[b], &again.mic.eq.band[b] },
                { &params.strip[OUTPUT_HEADSET_2].band[b], &again.strip[OUTPUT_HEADSET_2].band[b] },
                { &params.strip[OUTPUT_SUB].band[b], &again.strip[OUTPUT_SUB].band[b] },
            };
            static const int first[] = { 0, 2, 3, 4 }, last[] = { 1, 2, 3, 4 };

            for (int p = first[round % 4]; p <= last[round % 4]; p++)
                if (!same_filter(pairs[p][0], pairs[p][1]))
                    FAIL("%s, band %d:\n%s", target, b, text);
        }
        if (round % 4 == 0)
            CHECK(again.preamp.gain_db[1] == -6.5 && again.eq.linked == params.eq.linked);
        if (round % 4 == 2)
            CHECK(again.strip[OUTPUT_HEADSET_2].delay_ms == 1.25);
        free(text);
    }
}

static void applying(void)
{
    struct params params, before;
    char why[EQ_TEXT_SAID];

    params_defaults(&params);
    before = params;
    read_text("Preamp: -6 dB\nDelay: 5 ms\nFilter 1: ON PK Fc 100 Hz Gain 1 dB Q 1\n");
    CHECK(!eq_text_apply(&eq, &params, "nose", why) && strstr(why, "strip.headset"));
    CHECK(memcmp(&before, &params, sizeof params) == 0);
    CHECK(eq_text_apply(&eq, &params, "eq", why));
    CHECK(params.preamp.gain_db[1] == -6 && params.eq.band[0][0].gain_db == 1 && params.eq.linked);
    CHECK(strstr(eq.line[eq.line_count - 1].said, "no place for a delay"));
    read_text("Preamp: 20 dB\nFilter 1: ON PK Fc 100 Hz Gain 1 dB Q 1\n");
    before = params;
    CHECK(!eq_text_apply(&eq, &params, "strip.sub", why) && strstr(why, "-60 to 12 dB"));
    CHECK(memcmp(&before, &params, sizeof params) == 0);
    read_text("Filter 1: ON PK Fc 300 Hz Gain 2 dB Q 1\n"); /* what is not given is flat */
    CHECK(eq_text_apply(&eq, &params, "eq", why));
    CHECK(params.eq.band[0][0].gain_db == 2 && params.eq.band[0][1].type == BAND_FLAT);
    CHECK(params.preamp.gain_db[0] == 0);
}

/* --- anything -----------------------------------------------------------------------------------
 */

static void any_bytes(void)
{
    static const char good[] =
        "Preamp: -6.5 dB\nFilter 1: ON LSC 10.8 dB Fc 1,050 Hz Gain 4.4 dB Q "
        "0.70\nChannel: L\nGraphicEQ: 20 1; 200 2\nDelay: 3 samples\n";
    size_t size = EQ_TEXT_BYTES + 10000;
    char *text = malloc(size), bent[sizeof good];

    for (size_t i = 0; i < size; i++)
        text[i] = (char)(uniform() * 256);
    eq_text_read(&eq, text, size, EQ_TEXT_AUTO);
    memset(text, 'F', size);
    eq_text_read(&eq, text, size, EQ_TEXT_AUTO);
    CHECK(eq.used == 0 && eq.line_count == 1);
    for (size_t i = 0; i + 8 < size; i += 8)
        memcpy(text + i, "Copy: x\n", 8);
    eq_text_read(&eq, text, size, EQ_TEXT_AUTO);
    CHECK(eq.line_count == EQ_TEXT_LINES && eq.line_more == EQ_TEXT_BYTES / 8 - EQ_TEXT_LINES);
    for (int round = 0; round < 20000; round++) {
        size_t length = (size_t)(uniform() * sizeof good);

        memcpy(bent, good, sizeof good);
        for (int k = 0; k < 3 && round % 2; k++)
            bent[(size_t)(uniform() * (sizeof good - 1))] = (char)(uniform() * 256);
        if (strstr(bent, "Graphic") && round % 50)
            memcpy(strstr(bent, "Graphic"), "Xraphic", 7); /* the slow one */
        eq_text_read(&eq, bent, round % 2 ? sizeof good - 1 : length, EQ_TEXT_AUTO);
        CHECK(eq.count[0] <= PARAMS_BANDS && eq.count[1] <= PARAMS_BANDS);
    }
    free(text);
}

int main(int argc, char **argv)
{
    static const struct test tests[] = {
        { "lines", lines },       { "files", files },         { "bandwidth", bandwidth },
        { "corner", corner },     { "graphic", graphic },     { "there_and_back", there_and_back },
        { "applying", applying }, { "any_bytes", any_bytes }, { 0 }
    };

    return test_main(tests, argc, argv);
}
