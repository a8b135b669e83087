/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verbs that say how it is. */
#include "control.h"

#include "design.h"
#include "log.h"

#include <complex.h>
#include <math.h>
#include <string.h>

#ifndef VERSION
#define VERSION "unknown"
#endif

static const double level_least_db = -120, least_hz = 0.1;

/* --- meters -------------------------------------------------------------------------------------
 */

static double level_db(double linear)
{
    return linear > 1e-6 ? round(2000 * log10(linear)) / 100 : level_least_db;
}

static json_t *level(double linear)
{
    return json_real(level_db(linear));
}

/* One line's meters, or a pair's. */
static json_t *group(const struct control *control, const struct control_meters *mine,
                     enum process_meter first, int count)
{
    json_t *peak = json_array(), *rms = json_array(), *clips = json_array();

    for (int m = (int)first; m < (int)first + count; m++) {
        json_array_append_new(peak, level(mine->peak[m]));
        json_array_append_new(rms, level(control->now.rms[m]));
        json_array_append_new(clips, json_integer(control->now.clips[m]));
    }
    return json_pack("{so, so, so}", "peak_db", peak, "rms_db", rms, "clips", clips);
}

static json_t *reductions(const struct control_meters *mine)
{
    static const char *const names[REDUCERS] = {
        [REDUCER_COMPRESSOR] = "compressor",
        [REDUCER_DUCKING] = "ducking",
        [REDUCER_MIC_GATE] = "mic.gate",
        [REDUCER_MIC_COMPRESSOR] = "mic.compressor",
        [REDUCER_MIC_DEESSER] = "mic.deesser",
        [REDUCER_MIC_LIMITER] = "mic.limiter",
        [REDUCER_LIMITER_HEADSET] = "limiter.headset",
        [REDUCER_LIMITER_OUT] = "limiter.out",
        [REDUCER_LIMITER_SUB] = "limiter.sub",
    };
    json_t *all = json_object();

    for (int r = 0; r < REDUCERS; r++)
        json_object_set_new(all, names[r],
                            json_real(round(100 * (double)mine->reduction_db[r]) / 100));
    return all;
}

static json_t *lufs(double value)
{
    return isfinite(value) ? json_real(round(100 * value) / 100) : json_null();
}

static json_t *meters_json(struct control *control, const struct control_peer *peer)
{
    const struct engine_meters *now = &control->now;
    json_t *meters = json_pack("{so, so, so, so, so, so, so, s{so, so, so}, so, sI}", "in",
                               group(control, &peer->meters, METER_IN_1, 2), "headset",
                               group(control, &peer->meters, METER_HEADSET_1, 2), "mic",
                               group(control, &peer->meters, METER_MIC, 1), "talk",
                               group(control, &peer->meters, METER_TALK, 1), "out",
                               group(control, &peer->meters, METER_OUT_1, 2), "sub",
                               group(control, &peer->meters, METER_SUB, 1), "reduction_db",
                               reductions(&peer->meters), "lufs", "momentary",
                               lufs(now->momentary_lufs), "short_term", lufs(now->short_term_lufs),
                               "integrated", lufs(now->integrated_lufs), "load_percent",
                               answer_number(now->load), "xruns", (json_int_t)now->xruns);

    return meters;
}

json_t *control_meters_json(struct control *control, struct control_peer *peer)
{
    json_t *meters = meters_json(control, peer);

    memset(&peer->meters, 0, sizeof peer->meters);
    return meters;
}

json_t *verb_meters(struct verb_call *call)
{
    control_measure(call->control);
    return control_meters_json(call->control, call->peer);
}

json_t *verb_clear(struct verb_call *call)
{
    call->control->host->clear(call->control->context);
    return control_done(call->control);
}

/* --- status -------------------------------------------------------------------------------------
 */

static json_t *jack_json(const struct status *status)
{
    static const char *const states[] = {
        [ENGINE_WAITING] = "waiting", [ENGINE_RUNNING] = "running", [ENGINE_STOPPED] = "stopped"
    };
    const struct engine_report *engine = &status->engine;

    return json_pack("{ss, so, ss, sI, sI, sb, so, sI, sI, sI}", "state", states[engine->state],
                     "reason", answer_string(engine->reason), "server", status->server, "rate_hz",
                     (json_int_t)engine->rate_hz, "period", (json_int_t)engine->period, "realtime",
                     engine->realtime, "load_percent", answer_number(engine->load), "xruns",
                     (json_int_t)engine->xruns, "jumps", (json_int_t)engine->jumps, "connects",
                     (json_int_t)engine->connects);
}

static json_t *bridge_json(const struct status *status, const struct bridge_report *bridge)
{
    static const char *const formats[] = { [SAMPLE_S16_LE] = "S16_LE",
                                           [SAMPLE_S24_3LE] = "S24_3LE",
                                           [SAMPLE_S24_LE] = "S24_LE",
                                           [SAMPLE_S32_LE] = "S32_LE" };
    double rate_hz = status->engine.rate_hz;
    json_t *json = json_pack(
        "{ss, ss, so, ss, so, so, so, so, so}", "name", bridge->name, "direction",
        bridge->direction == BRIDGE_PLAYBACK ? "playback" : "capture", "device",
        answer_string(bridge->device), "state", bridge_state_name(bridge->state), "reason",
        answer_string(bridge->reason), "ppm", answer_number(bridge->ppm), "latency_ms",
        answer_number(rate_hz > 0 ? 1e3 * bridge->latency_frames / rate_hz : NAN), "fill_frames",
        answer_number(bridge->fill_frames), "margin_ms", answer_number(bridge->margin_ms));
    const struct {
        const char *name;
        uint32_t count;
    } counts[] = { { "rate_hz", bridge->rate_hz },
                   { "channels", bridge->channels },
                   { "xruns", bridge->xruns },
                   { "late", bridge->late },
                   { "lost_frames", bridge->lost_frames },
                   { "opens", bridge->opens },
                   { "restarts", bridge->restarts } };

    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        json_object_set_new(json, counts[i].name, json_integer(counts[i].count));
    json_object_set_new(json, "format",
                        bridge->rate_hz ? json_string(formats[bridge->format]) : json_null());
    return json;
}

static json_t *machine_json(const struct machine *machine)
{
    return json_pack(
        "{so, so, sI, sI, so, so, so}", "cpu_percent", answer_number(machine->cpu_percent),
        "memory_mb", answer_number(machine->rss_mb), "threads", (json_int_t)machine->threads,
        "files", (json_int_t)machine->fds, "temperature_c", answer_number(machine->temperature_c),
        "clock_mhz", answer_number(machine->clock_mhz), "throttled",
        machine->throttled < 0 ? json_null() : json_integer(machine->throttled));
}

static json_t *storage_json(const struct status *status)
{
    return json_pack("{ss, so, so}", "state", *status->storage ? "failing" : "ok", "message",
                     answer_string(status->storage), "saved_s", answer_number(status->saved_s));
}

static json_t *faults_json(const struct control *control, const struct status *status)
{
    const struct preset_faults *faults = &control->sound->side[control->sound->heard].faults;
    json_t *list = json_array();

    for (int i = 0; i < faults->count; i++)
        json_array_append_new(list, json_string(faults->text[i]));
    if (status->config_errors && strcmp(status->config_error, faults->text[0]) != 0)
        json_array_append_new(list, answer_string(status->config_error)); /* of the settings */
    if (*status->storage)
        json_array_append_new(list, answer_string(status->storage));
    return list;
}

json_t *control_status_json(struct control *control, struct control_peer *peer)
{
    static struct status status;
    const struct engine_report *engine = &status.engine;
    json_t *state = control_state_event(control->sound, ""), *json, *bridges = json_array();
    char sentence[768];

    control->host->status(control->context, &status);
    status_sentence(&status, sentence, sizeof sentence);
    json = json_pack("{si, ss, so, so}", "schema", 1, "version", VERSION, "up_s",
                     answer_number(status.machine.up_s), "sentence", answer_string(sentence));
    json_object_del(state, "event");
    json_object_del(state, "source");
    json_object_update(json, state);
    json_decref(state);
    for (int i = 0; i < engine->bridge_count; i++)
        json_array_append_new(bridges, bridge_json(&status, &engine->bridge[i]));
    json_object_set_new(json, "mute", json_boolean(sound_params(control->sound)->volume.mute));
    json_object_set_new(json, "faults", faults_json(control, &status));
    json_object_set_new(json, "jack", jack_json(&status));
    json_object_set_new(json, "callback",
                        json_pack("{so, so, sI}", "worst_us", answer_number(engine->worst_us),
                                  "mean_us", answer_number(engine->mean_us), "cycles",
                                  (json_int_t)engine->cycles));
    json_object_set_new(json, "latency_ms",
                        json_pack("{so, so}", "listen",
                                  answer_number(engine->listen_ms > 0 ? engine->listen_ms : NAN),
                                  "talk",
                                  answer_number(engine->talk_ms > 0 ? engine->talk_ms : NAN)));
    json_object_set_new(json, "bridges", bridges);
    json_object_set_new(json, "meters", meters_json(control, peer));
    json_object_set_new(json, "unfit", json_integer(engine->unfit));
    json_object_set_new(json, "machine", machine_json(&status.machine));
    json_object_set_new(json, "storage", storage_json(&status));
    return json;
}

json_t *verb_status(struct verb_call *call)
{
    control_measure(call->control);
    return control_status_json(call->control, call->peer);
}

json_t *verb_subscribe(struct verb_call *call)
{
    struct control_peer *peer = call->peer, next = *peer;

    if (!answer_bool(call->request, "changes", &next.changes, call->error) ||
        !answer_bool(call->request, "status", &next.status, call->error) ||
        !answer_real(call->request, "meters_hz", 0, 60, &next.meters_hz, call->error))
        return NULL;
    if (next.meters_hz > 0 && next.meters_hz < least_hz) {
        answer_wrong(call->error, ANSWER_INVALID, "meters_hz", "\"meters_hz\": 0, or %g to 60",
                     least_hz);
        return NULL;
    }
    *peer = next;
    return control_done(call->control);
}

/* --- events -------------------------------------------------------------------------------------
 */

json_t *verb_events(struct verb_call *call)
{
    static const char *const levels[] = {
        [LOG_ERROR] = "error", [LOG_WARNING] = "warning", [LOG_NOTICE] = "notice"
    };
    static struct log_entry entry[LOG_KEPT];
    json_t *list = json_array();
    double after = 0;
    int count;

    if (!answer_real(call->request, "after", 0, 1e15, &after, call->error)) {
        json_decref(list);
        return NULL;
    }
    count = log_recall((unsigned long)fmin(after, 4e9), entry, LOG_KEPT);
    for (int i = 0; i < count; i++)
        json_array_append_new(
            list, json_pack("{sI, so, ss, ss, ss}", "number", (json_int_t)entry[i].number, "time",
                            json_real(entry[i].time), "level", levels[entry[i].level], "area",
                            entry[i].cause, "text", entry[i].text));
    return json_pack("{so}", "events", list);
}

/* --- curves -------------------------------------------------------------------------------------
 */

static const struct {
    const char *name;
    enum design_curve curve;
} curves[] = { { "eq", CURVE_EQ },
               { "loudness", CURVE_LOUDNESS },
               { "crossfeed", CURVE_CROSSFEED },
               { "mic_highpass", CURVE_MIC_HIGHPASS },
               { "mic_eq", CURVE_MIC_EQ },
               { "headset", CURVE_STRIP_HEADSET },
               { "out", CURVE_STRIP_OUT },
               { "sub", CURVE_STRIP_SUB },
               { "listen", CURVE_LISTEN } };

static bool find_curve(const char *name, enum design_curve *curve, struct answer_error *error)
{
    for (size_t i = 0; name && i < sizeof curves / sizeof *curves; i++)
        if (strcmp(curves[i].name, name) == 0) {
            *curve = curves[i].curve;
            return true;
        }
    return answer_wrong(error, ANSWER_UNKNOWN, "curve",
                        "no curve \"%.60s\"; there are eq, loudness, crossfeed, mic_highpass, "
                        "mic_eq, headset, out, sub, listen",
                        name ? name : "");
}

json_t *verb_response(struct verb_call *call)
{
    static struct chain_coefs coefs;
    const char *name = NULL;
    double points = 128, rate_hz;
    enum design_curve curve = CURVE_EQ;
    json_t *hz, *lane[2];

    if (!answer_text(call->request, "curve", &name, call->error) ||
        !find_curve(name, &curve, call->error) ||
        !answer_real(call->request, "points", 2, 512, &points, call->error))
        return NULL;
    if (!call->control->host->coefs(call->control->context, &coefs, &rate_hz)) {
        answer_wrong(call->error, ANSWER_BUSY, NULL, "there is no JACK server yet, and no rate");
        return NULL;
    }
    hz = json_array();
    for (int l = 0; l < 2; l++)
        lane[l] = json_array();
    for (int i = 0; i < (int)points; i++) {
        double at = 20 * pow(1000, i / (floor(points) - 1));

        json_array_append_new(hz, json_real(at));
        for (int l = 0; l < 2; l++)
            json_array_append_new(
                lane[l],
                json_real(
                    fmax(level_least_db,
                         20 * log10(cabs(design_response(&coefs, curve, l, at, rate_hz)) + 1e-9))));
    }
    return json_pack("{so, s[o, o]}", "hz", hz, "lanes", lane[0], lane[1]);
}

/* --- what there is ------------------------------------------------------------------------------
 */

static json_t *row_json(const struct param *row)
{
    static const char *const types[] = { [PARAM_BOOL] = "bool",
                                         [PARAM_NUMBER] = "number",
                                         [PARAM_INT] = "int",
                                         [PARAM_CHOICE] = "choice" };
    json_t *json =
        json_pack("{ss, ss, ss, ss, ss, ss}", "key", row->key, "type", types[row->type], "unit",
                  row->unit, "help", row->help, "default", row->text, "rebuild", "now");
    json_t *choices;

    if (row->type == PARAM_NUMBER || row->type == PARAM_INT) {
        json_object_set_new(json, "min", json_real(row->min));
        json_object_set_new(json, "max", json_real(row->max));
    }
    if (row->extra)
        json_object_set_new(json, "also", json_string(row->extra));
    if (!row->choice)
        return json;
    choices = json_array();
    for (const struct param_choice *choice = row->choice; choice->name; choice++)
        json_array_append_new(choices, json_string(choice->name));
    json_object_set_new(json, "choices", choices);
    return json;
}

static json_t *group_json(const struct param_group *of)
{
    json_t *members = json_array(), *rows = json_array();

    for (int m = 0; m < of->count; m++)
        json_array_append_new(members, of->count == 1 ? json_string(of->name)
                                                      : json_sprintf("%s.%d", of->name, m + 1));
    for (int r = 0; r < of->row_count; r++)
        json_array_append_new(rows, row_json(&of->rows[r]));
    return json_pack("{ss, ss, so, sb, so}", "name", of->name, "help", of->help, "members", members,
                     "stage", of->is_stage, "parameters", rows);
}

json_t *verb_describe(struct verb_call *call)
{
    json_t *groups = json_array();

    for (int g = 0; g < param_group_count; g++)
        json_array_append_new(groups, group_json(&param_groups[g]));
    return json_pack("{ss, si, so, so}", "version", VERSION, "protocol", 1, "groups", groups,
                     "verbs", control_verbs(call->peer->access));
}
