/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The control protocol without sockets: each verb, and each way to get it wrong. */
#include "control.h"

#include "design.h"
#include "log.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct sound sound;
static struct control control;
static struct control_peer peer, web;
static struct engine_meters fake_meters;
static int cleared, told_what;
static char told_source[64];
static struct params told_before;
static char folder[] = "/tmp/audioserver-control-XXXXXX";

/* --- the rest of the daemon, as far as it is wanted ---------------------------------------------
 */

static void host_status(void *context, struct status *status)
{
    (void)context;
    memset(status, 0, sizeof *status);
    status->machine.throttled = -1;
    status->engine.rate_hz = 48000;
    status->engine.bridge_count = 1;
    snprintf(status->engine.bridge[0].name, sizeof status->engine.bridge[0].name, "headset");
    snprintf(status->storage, sizeof status->storage, "the card is full");
}

static void host_meters(void *context, struct engine_meters *meters)
{
    (void)context;
    *meters = fake_meters;
}

static void host_clear(void *context)
{
    (void)context;
    cleared++;
}

static bool host_coefs(void *context, struct chain_coefs *coefs, double *rate_hz)
{
    static struct design design;

    (void)context;
    *rate_hz = 48000;
    design_chain(&design, sound_params(&sound), 48000, coefs);
    return true;
}

static const struct control_host host = { host_status, host_meters, host_clear, host_coefs };

static void on_changed(void *context, const struct params *before, int what, const char *source)
{
    (void)context;
    told_what = what;
    snprintf(told_source, sizeof told_source, "%s", source);
    if (before)
        told_before = *before;
}

static void begin(void)
{
    sound_finish(&sound);
    sound_init(&sound);
    sound.changed = on_changed;
    memset(&control, 0, sizeof control);
    control.sound = &sound;
    control.host = &host;
    snprintf(control.library.folder[LIBRARY_SHIPPED], 256, "%s/shipped", folder);
    snprintf(control.library.folder[LIBRARY_SAVED], 256, "%s/saved", folder);
    peer = (struct control_peer){ .access = CONTROL_FULL, .source = "test 1" };
    web = (struct control_peer){ .access = CONTROL_WEB, .source = "web 2" };
    control_attach(&control, &peer);
    control_attach(&control, &web);
    told_what = 0;
}

/* The answer to a request, with ' for ". Owned here. */
static json_t *ask_as(struct control_peer *who, const char *request)
{
    static json_t *answer;
    char line[4096];

    snprintf(line, sizeof line, "%s", request);
    for (char *at = line; *at; at++)
        *at = *at == '\'' ? '"' : *at;
    json_decref(answer);
    answer = control_answer(&control, who, line, strlen(line));
    return answer;
}

static json_t *ask(const char *request)
{
    return ask_as(&peer, request);
}

static bool is_ok(const json_t *answer)
{
    return json_is_true(json_object_get(answer, "ok"));
}

static void check_ok(const char *request)
{
    json_t *answer = ask(request);

    if (!is_ok(answer)) {
        char *text = json_dumps(answer, JSON_COMPACT);

        FAIL("%s: %s", request, text);
        free(text);
    }
}

static const char *text_of(const json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));

    return text ? text : "";
}

static double number_of(const char *path)
{
    char why[PARAM_WHY_BYTES];
    struct param_ref ref;

    CHECK(param_find(&ref, path, why));
    return param_number(sound_params(&sound), &ref);
}

/* --- what goes wrong ----------------------------------------------------------------------------
 */

/* Nothing of it changes anything; each says where, what, and what is allowed. */
static void wrong_requests(void)
{
    static const struct {
        const char *request, *code, *path, *message;
    } wrong[] = {
        { "", "syntax", "", "this is no JSON" },
        { "nonsense", "syntax", "", "this is no JSON" },
        { "[1]", "syntax", "", "a request is a JSON object" },
        { "{'do':'get'} x", "syntax", "", "this is no JSON" },
        { "{'do':'get','do':'set'}", "syntax", "", "duplicate" },
        { "{'do':'set','values':{'volume.level_db':NaN}}", "syntax", "", "this is no JSON" },
        { "{'do':'set','values':{'volume.level_db':1e999}}", "syntax", "", "this is no JSON" },
        { "{'do':'set','values':{'volume.level_db':-1,'volume.level_db':-2}}", "syntax", "",
          "duplicate" },
        { "{'do':'\\u0000'}", "syntax", "", "this is no JSON" },
        { "{'x':1}", "syntax", "do", "names no verb" },
        { "{'do':7}", "type", "do", "wants a string" },
        { "{'do':'sett'}", "unknown", "do", "did you mean \"set\"" },
        { "{'do':'get','id':[1]}", "type", "id", "a string or a number" },
        { "{'do':'status','x':1}", "unknown", "x", "status has no key \"x\"" },
        { "{'do':'get','path':'eq'}", "unknown", "path", "known: paths" },
        { "{'do':'get','paths':'eq'}", "type", "paths", "a list of strings" },
        { "{'do':'get','paths':[1]}", "type", "paths", "a list of strings" },
        { "{'do':'get','paths':['compresor']}", "unknown", "compresor", "" },
        { "{'do':'get','paths':['']}", "unknown", "", "an empty path" },
        { "{'do':'set'}", "syntax", "values", "wants \"values\"" },
        { "{'do':'set','values':[]}", "type", "values", "wants an object" },
        { "{'do':'set','values':{}}", "invalid", "values", "is empty" },
        { "{'do':'set','values':{'compressor.threshold_bd':-1}}", "unknown",
          "compressor.threshold_bd", "compressor.threshold_db" },
        { "{'do':'set','values':{'compressor.threshold_db':-70}}", "invalid",
          "compressor.threshold_db", "-70 is out of range; allowed: -60 to 0 dB" },
        { "{'do':'set','values':{'compressor.threshold_db':5}}", "invalid",
          "compressor.threshold_db", "5 is out of range" },
        { "{'do':'set','values':{'compressor.ratio':0}}", "invalid", "compressor.ratio",
          "allowed: 1 to 20, or inf" },
        { "{'do':'set','values':{'eq.left.1.frequency_hz':24000}}", "invalid",
          "eq.left.1.frequency_hz", "allowed: 10 to 20000 Hz" },
        { "{'do':'set','values':{'eq.left.1.q':0}}", "invalid", "eq.left.1.q", "allowed: 0.1" },
        { "{'do':'set','values':{'compressor.attack_ms':0}}", "invalid", "compressor.attack_ms",
          "out of range" },
        { "{'do':'set','values':{'compressor.threshold_db':'-60dB'}}", "invalid",
          "compressor.threshold_db", "is not a plain number" },
        { "{'do':'set','values':{'compressor.threshold_db':'1,5'}}", "invalid",
          "compressor.threshold_db", "is not a plain number" },
        { "{'do':'set','values':{'compressor.threshold_db':'0x10'}}", "invalid",
          "compressor.threshold_db", "is not a plain number" },
        { "{'do':'set','values':{'compressor.threshold_db':'inf'}}", "invalid",
          "compressor.threshold_db", "is not a plain number" },
        { "{'do':'set','values':{'compressor.threshold_db':''}}", "invalid",
          "compressor.threshold_db", "is not a plain number" },
        { "{'do':'set','values':{'compressor.threshold_db':true}}", "type",
          "compressor.threshold_db", "wants a number" },
        { "{'do':'set','values':{'compressor.threshold_db':null}}", "type",
          "compressor.threshold_db", "wants a number" },
        { "{'do':'set','values':{'compressor.threshold_db':[1]}}", "type",
          "compressor.threshold_db", "wants a number" },
        { "{'do':'set','values':{'compressor.on':1}}", "type", "compressor.on",
          "wants true or false" },
        { "{'do':'set','values':{'compressor.mode':1}}", "type", "compressor.mode",
          "wants a string" },
        { "{'do':'set','values':{'compressor.mode':'sideways'}}", "invalid", "compressor.mode",
          "allowed: downward, upward" },
        { "{'do':'set','values':{'strip.sub.lowpass.order':2.5}}", "invalid",
          "strip.sub.lowpass.order", "is not a whole number" },
        { "{'do':'set','values':{'strip.sub.lowpass.order':9007199254740993}}", "invalid",
          "strip.sub.lowpass.order", "out of range" },
        { "{'do':'set','values':{'volume.level_db':-20,'volume.mute':3}}", "type", "volume.mute",
          "wants true or false" },
        { "{'do':'toggle'}", "syntax", "path", "wants a \"path\"" },
        { "{'do':'toggle','path':'volume.level_db'}", "invalid", "volume.level_db",
          "is not a yes or no" },
        { "{'do':'mute','on':'yes'}", "type", "on", "wants true or false" },
        { "{'do':'bypass','stage':'reverb','on':true}", "unknown", "stage",
          "stages are all, compressor, " },
        { "{'do':'bypass','stage':'eq'}", "syntax", "on", "go together" },
        { "{'do':'ab','side':'c'}", "invalid", "side", "allowed: a, b, other" },
        { "{'do':'subscribe','meters_hz':61}", "invalid", "meters_hz", "allowed: 0 to 60" },
        { "{'do':'subscribe','meters_hz':'9'}", "type", "meters_hz", "wants a number" },
        { "{'do':'response','curve':'bass'}", "unknown", "curve", "mic_eq" },
        { "{'do':'response','curve':'eq','points':1}", "invalid", "points", "2 to 512" },
        { "{'do':'factory_reset'}", "invalid", "sure", "only with" },
        { "{'do':'preset.load'}", "syntax", "name", "is missing" },
        { "{'do':'preset.load','name':'../../etc/passwd'}", "invalid", "name", "" },
        { "{'do':'preset.load','name':'nowhere'}", "unknown", "name", "no preset \"nowhere\"" },
        { "{'do':'preset.load','name':'nihgt'}", "unknown", "name", "did you mean \"night\"" },
        { "{'do':'preset.delete','name':'night'}", "denied", "name", "not a saved preset" },
        { "{'do':'preset.save'}", "invalid", "name", "no preset is in use" },
        { "{'do':'preset.save','name':'night'}", "exists", "name", "already" },
        { "{'do':'preset.import','name':'x','text':'[volume]\\nlevel_db=7\\n'}", "invalid", "text",
          "x:2: [volume] level_db: \"7\" is out of range; allowed: -91 to 0 dB" },
        { "{'do':'eq.import','text':'Filter: ON PK Fc 100 Hz Gain 3 dB Q 1','to':'nose'}",
          "invalid", "to", "strip.headset" },
        { "{'do':'eq.import','text':'hello'}", "invalid", "text", "nothing in it" },
        { "{'do':'eq.import','text':'Preamp: 1 dB','shelf':'x'}", "invalid", "shelf", "corner" },
        { "{'do':'eq.export','from':'nose'}", "invalid", "from", "strip.headset" },
    };
    struct params before;

    begin();
    before = *sound_params(&sound);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        json_t *answer = ask(wrong[i].request), *error = json_object_get(answer, "error");

        if (is_ok(answer) || strcmp(text_of(error, "code"), wrong[i].code) != 0 ||
            strcmp(text_of(error, "path"), wrong[i].path) != 0 ||
            !strstr(text_of(error, "message"), wrong[i].message)) {
            char *text = json_dumps(answer, JSON_COMPACT);

            FAIL("%s: %s", wrong[i].request, text);
            free(text);
        }
    }
    CHECK(memcmp(&before, sound_params(&sound), sizeof before) == 0);
    CHECK(sound.sequence == 0 && told_what == 0);
}

/* Any bytes: an answer, and nothing changed. */
static void any_bytes(void)
{
    static char line[CONTROL_LINE_BYTES + 2];
    struct params before;
    uint32_t state = 1;

    begin();
    before = *sound_params(&sound);
    memset(line, '[', sizeof line);
    for (size_t length = sizeof line - 2; length <= sizeof line; length++) {
        json_t *answer = control_answer(&control, &peer, line, length);

        CHECK(!is_ok(answer));
        json_decref(answer);
    }
    for (int round = 0; round < 3000; round++) {
        char mutated[] = "{\"do\":\"set\",\"values\":{\"compressor.threshold_db\":-20},\"id\":1}";
        json_t *answer;

        for (int k = 0; k < 1 + round % 4; k++) {
            state = state * 1664525u + 1013904223u;
            mutated[(state >> 8) % (sizeof mutated - 1)] = (char)(state >> 24);
        }
        answer = control_answer(&control, &peer, mutated, sizeof mutated - 1);
        CHECK(json_is_object(answer) && json_object_get(answer, "ok"));
        json_decref(answer);
        sound_set(&sound, &before, "");
    }
}

/* --- what is asked and changed ------------------------------------------------------------------
 */

static void values(void)
{
    json_t *answer, *got;

    begin();
    answer = ask("{'id':'x','do':'set','values':{'compressor.on':true,'compressor.ratio':'inf',"
                 "'compressor.threshold_db':-24.5,'eq.left.3.type':'peaking','volume.mute':'yes',"
                 "'strip.sub.lowpass.order':2,'strip.out_1.delay_ms':'343 cm'}}");
    CHECK(is_ok(answer));
    CHECK_STR(text_of(answer, "id"), "x");
    CHECK(json_integer_value(json_object_get(answer, "sequence")) == 1 && sound.sequence == 1);
    CHECK(told_what == (SOUND_VALUES | SOUND_STATE)); /* a first change is one of state, too */
    CHECK_STR(told_source, "test 1");
    CHECK(number_of("compressor.threshold_db") == -24.5 && number_of("volume.mute") == 1);
    CHECK_NEAR(number_of("strip.out_1.delay_ms"), 10, 1e-9);
    got = json_object_get(ask("{'do':'get','paths':['compressor','eq.left.3.type']}"), "values");
    CHECK(json_object_size(got) == 20);
    CHECK(json_is_true(json_object_get(got, "compressor.on")));
    CHECK_STR(text_of(got, "compressor.ratio"), "inf");
    CHECK_STR(text_of(got, "eq.left.3.type"), "peaking");
    CHECK_STR(text_of(got, "compressor.mode"), "downward");
    CHECK(json_number_value(json_object_get(got, "compressor.threshold_db")) == -24.5);
    CHECK(json_object_size(json_object_get(ask("{'do':'get'}"), "values")) > 800);
    check_ok("{'do':'set','values':{'compressor.on':true}}"); /* as it is: no change */
    CHECK(sound.sequence == 1);
    got = json_object_get(ask("{'do':'toggle','path':'compressor.on'}"), "value");
    CHECK(json_is_false(got) && number_of("compressor.on") == 0);
    got = json_object_get(ask("{'do':'mute'}"), "on");
    CHECK(json_is_false(got) && number_of("volume.mute") == 0);
    CHECK(json_is_true(json_object_get(ask("{'do':'mute','on':true}"), "on")));
    check_ok("{'do':'reset','paths':['compressor']}");
    CHECK(number_of("compressor.threshold_db") == -20 && number_of("volume.mute") == 1);
    check_ok("{'do':'reset'}");
    CHECK(number_of("volume.mute") == 0 && !sound_is_changed(&sound));
}

/* What get says, set takes: every parameter's value in its JSON type. */
static void what_get_says_set_takes(void)
{
    json_t *values;
    struct params before;
    char *text, line[CONTROL_LINE_BYTES];
    const char *path;
    json_t *value;

    begin();
    check_ok("{'do':'set','values':{'compressor.ratio':'inf','volume.level_db':-33.3}}");
    before = *sound_params(&sound);
    values = json_incref(json_object_get(ask("{'do':'get'}"), "values"));
    check_ok("{'do':'reset'}");
    json_object_foreach(values, path, value)
    {
        text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
        snprintf(line, sizeof line, "{\"do\":\"set\",\"values\":{\"%s\":%s}}", path, text);
        check_ok(line);
        free(text);
    }
    json_decref(values);
    CHECK(memcmp(&before, sound_params(&sound), sizeof before) == 0);
}

static void describe(void)
{
    json_t *answer, *group, *groups;
    size_t i, parameters = 0;

    begin();
    answer = ask("{'do':'describe'}");
    groups = json_object_get(answer, "groups");
    json_array_foreach(groups, i, group)
    {
        json_t *rows = json_object_get(group, "parameters"), *row;
        size_t r;

        parameters += json_array_size(rows) * json_array_size(json_object_get(group, "members"));
        json_array_foreach(rows, r, row)
        {
            CHECK(*text_of(row, "help") && *text_of(row, "default") && *text_of(row, "type"));
            CHECK((strcmp(text_of(row, "type"), "choice") == 0) ==
                  json_is_array(json_object_get(row, "choices")));
        }
    }
    CHECK(parameters == json_object_size(json_object_get(ask("{'do':'get'}"), "values")));
    CHECK(json_array_size(json_object_get(ask("{'do':'describe'}"), "verbs")) == 25);
    CHECK(json_array_size(json_object_get(ask_as(&web, "{'do':'describe'}"), "verbs")) == 24);
    CHECK_STR(text_of(json_object_get(ask_as(&web, "{'do':'factory_reset','sure':true}"), "error"),
                      "code"),
              "denied");
}

static const char golden[] = "tests/golden/describe.json";

static char *description(void)
{
    json_t *answer = json_incref(ask("{'do':'describe'}"));
    char *text;

    json_object_del(answer, "version");
    text = json_dumps(answer, JSON_INDENT(1) | JSON_REAL_PRECISION(15));
    json_decref(answer);
    return text;
}

/* What a peer relies on does not change unseen; "control --write" renews it. */
static void description_as_before(void)
{
    static char before[1 << 18];
    FILE *file = fopen(golden, "r");
    size_t length = file ? fread(before, 1, sizeof before - 1, file) : 0;
    char *now;

    begin();
    now = description();
    before[length] = '\0';
    CHECK(strcmp(now, before) == 0);
    if (file)
        fclose(file);
    free(now);
}

static int write_golden(void)
{
    FILE *file = fopen(golden, "w");
    char *now;

    begin();
    now = description();
    fputs(now, file);
    free(now);
    return fclose(file);
}

/* --- stages and sides ---------------------------------------------------------------------------
 */

static void bypass(void)
{
    struct params params;
    double trim_db;
    json_t *answer;

    begin();
    check_ok("{'do':'set','values':{'compressor.on':true,'mic.gate.on':true,'eq.on':true}}");
    answer = ask("{'do':'bypass','stage':'compressor','on':true}");
    CHECK(json_array_size(json_object_get(answer, "bypassed")) == 1);
    sound_effective(&sound, &params, &trim_db);
    CHECK(!params.compressor.on && params.mic.gate.on && params.eq.on && trim_db == 0);
    CHECK(sound_params(&sound)->compressor.on); /* the value is as it was */
    check_ok("{'do':'bypass','stage':'all','on':true}");
    sound_effective(&sound, &params, &trim_db);
    CHECK(!params.compressor.on && !params.mic.gate.on && !params.eq.on);
    check_ok("{'do':'bypass','stage':'all','on':false}");
    sound_effective(&sound, &params, &trim_db);
    CHECK(memcmp(&params, sound_params(&sound), sizeof params) == 0);
    CHECK(json_array_size(json_object_get(ask("{'do':'bypass'}"), "stages")) == 10);
}

static void sides(void)
{
    struct params params;
    double trim_db;
    json_t *answer;

    begin();
    check_ok("{'do':'set','values':{'volume.level_db':-10}}");
    check_ok("{'do':'ab','copy':true,'side':'b'}");
    CHECK(number_of("volume.level_db") == -10);
    check_ok("{'do':'set','values':{'volume.level_db':-4}}");
    check_ok("{'do':'ab','side':'other'}");
    CHECK(sound.heard == 0 && number_of("volume.level_db") == -10);
    CHECK(told_what == (SOUND_VALUES | SOUND_STATE) && told_before.volume.level_db == -4);
    answer = ask("{'do':'ab','match':true}");
    CHECK_NEAR(json_number_value(json_object_get(json_object_get(answer, "match_db"), "a")), 0,
               1e-9);
    CHECK_NEAR(json_number_value(json_object_get(json_object_get(answer, "match_db"), "b")), -6,
               0.05);
    check_ok("{'do':'ab','side':'b'}");
    sound_effective(&sound, &params, &trim_db);
    CHECK_NEAR(trim_db, -6, 0.05);
    check_ok("{'do':'mute','on':true}"); /* silence is nothing to match */
    sound_effective(&sound, &params, &trim_db);
    CHECK(trim_db == 0);
    check_ok("{'do':'bypass','stage':'eq','on':true}");
    check_ok("{'do':'factory_reset','sure':true}");
    CHECK(sound.heard == 0 && !sound.match && !sound.bypassed && number_of("volume.level_db") == 0);
    /* the noise is as loud as music: a compressor at -30 dBFS has work to do */
    check_ok("{'do':'ab','copy':true,'side':'b','match':true}");
    check_ok("{'do':'set','values':{'compressor.on':true,'compressor.threshold_db':-30,"
             "'compressor.ratio':'inf'}}");
    answer = json_object_get(ask("{'do':'ab'}"), "match_db");
    CHECK_MAX(json_number_value(json_object_get(answer, "a")), -8);
}

/* --- meters and status --------------------------------------------------------------------------
 */

static double peak_of(const json_t *answer)
{
    return json_number_value(
        json_array_get(json_object_get(json_object_get(answer, "in"), "peak_db"), 0));
}

/* Each reader sees the peaks since it last looked, whoever else looks. */
static void meters(void)
{
    json_t *answer;

    begin();
    fake_meters = (struct engine_meters){
        .peak = { 0.5f, 1 },
        .rms = { 0.1f },
        .clips = { 0, 3 },
        .reduction_db = { [REDUCER_COMPRESSOR] = 4.25f, [REDUCER_MIC_COMPRESSOR] = -3 },
        .momentary_lufs = -23.456,
        .short_term_lufs = -INFINITY
    };
    CHECK_NEAR(peak_of(ask("{'do':'meters'}")), -6.02, 1e-9);
    memset(fake_meters.peak, 0, sizeof fake_meters.peak);
    memset(fake_meters.reduction_db, 0, sizeof fake_meters.reduction_db);
    CHECK_NEAR(peak_of(ask("{'do':'meters'}")), -120, 1e-9);
    answer = ask_as(&web, "{'do':'meters'}");
    CHECK_NEAR(peak_of(answer), -6.02, 1e-9);
    CHECK(json_integer_value(
              json_array_get(json_object_get(json_object_get(answer, "in"), "clips"), 1)) == 3);
    CHECK_NEAR(
        json_number_value(json_object_get(json_object_get(answer, "reduction_db"), "compressor")),
        4.25, 1e-6);
    CHECK_NEAR(json_number_value(
                   json_object_get(json_object_get(answer, "reduction_db"), "mic.compressor")),
               -3, 1e-6);
    CHECK(json_is_null(json_object_get(json_object_get(answer, "lufs"), "short_term")));
    CHECK_NEAR(json_number_value(json_object_get(json_object_get(answer, "lufs"), "momentary")),
               -23.46, 1e-9);
    check_ok("{'do':'clear'}");
    CHECK(cleared == 1);
}

static void status(void)
{
    json_t *answer, *machine;

    begin();
    check_ok("{'do':'bypass','stage':'eq','on':true}");
    answer = ask("{'do':'status'}");
    CHECK(json_integer_value(json_object_get(answer, "schema")) == 1);
    CHECK(json_array_size(json_object_get(answer, "bypassed")) == 1);
    CHECK(json_array_size(json_object_get(answer, "bridges")) == 1);
    CHECK_STR(json_string_value(json_array_get(json_object_get(answer, "faults"), 0)),
              "the card is full");
    machine = json_object_get(answer, "machine");
    CHECK(json_is_null(json_object_get(machine, "throttled")));
    check_ok("{'do':'subscribe','changes':true,'meters_hz':30}");
    CHECK(peer.changes && peer.meters_hz == 30 && !peer.status);
    check_ok("{'do':'subscribe','meters_hz':0}");
    CHECK(peer.changes && peer.meters_hz == 0);
    log_event(LOG_WARNING, "test", "one");
    log_event(LOG_WARNING, "test", "two");
    answer = json_object_get(ask("{'do':'events'}"), "events");
    CHECK(json_array_size(answer) == 2);
    CHECK_STR(text_of(json_array_get(answer, 1), "text"), "two");
    CHECK_STR(text_of(json_array_get(answer, 0), "level"), "warning");
    answer = json_object_get(ask("{'do':'events','after':1}"), "events");
    CHECK(json_array_size(answer) == 1);
    answer = control_state_event(&sound, "x");
    CHECK(json_is_false(json_object_get(answer, "match")));
    json_decref(answer);
    check_ok("{'do':'ab','match':true}");
    answer = control_state_event(&sound, "x");
    CHECK(json_is_true(json_object_get(answer, "match")));
    json_decref(answer);
}

static void response(void)
{
    json_t *answer, *lane;

    begin();
    check_ok("{'do':'set','values':{'eq.left.1.type':'peaking','eq.left.1.frequency_hz':20,"
             "'eq.left.1.gain_db':6}}");
    answer = ask("{'do':'response','curve':'eq','points':3}");
    lane = json_array_get(json_object_get(answer, "lanes"), 1);
    CHECK_NEAR(json_number_value(json_array_get(json_object_get(answer, "hz"), 2)), 20000, 1e-6);
    CHECK_NEAR(json_number_value(json_array_get(lane, 0)), 6, 1e-6);
    CHECK(json_array_size(lane) == 3);
}

static void write_file(const char *name, const char *text)
{
    char path[256];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
}

/* --- presets ------------------------------------------------------------------------------------
 */

static void presets(void)
{
    json_t *answer, *list;

    begin();
    answer = ask("{'do':'preset.load','name':'night'}");
    CHECK(is_ok(answer) && number_of("volume.level_db") == -30);
    CHECK(!sound_is_changed(&sound));
    check_ok("{'do':'set','values':{'volume.level_db':-25}}");
    CHECK(sound_is_changed(&sound));
    answer = ask("{'do':'preset.diff'}");
    CHECK(json_object_size(json_object_get(answer, "values")) == 1);
    answer = json_object_get(json_object_get(answer, "values"), "volume.level_db");
    CHECK(json_number_value(json_array_get(answer, 0)) == -30 &&
          json_number_value(json_array_get(answer, 1)) == -25);
    check_ok("{'do':'preset.save','name':'mine'}");
    CHECK(!sound_is_changed(&sound));
    CHECK_STR(sound.side[0].name, "mine");
    list = json_object_get(ask("{'do':'preset.list'}"), "presets");
    CHECK(json_array_size(list) == 2);
    CHECK_STR(text_of(json_array_get(list, 0), "name"), "mine");
    CHECK_STR(text_of(json_array_get(list, 0), "folder"), "saved");
    CHECK_STR(text_of(json_array_get(list, 1), "folder"), "shipped");
    CHECK_STR(text_of(json_array_get(list, 1), "title"), "For the night.");
    check_ok("{'do':'preset.rename','name':'mine','to':'my own'}");
    CHECK_STR(sound.side[0].name, "my own");
    check_ok("{'do':'preset.load','name':'my own'}");
    CHECK(number_of("volume.level_db") == -25);
    check_ok("{'do':'preset.save','name':'night','force':true}"); /* comes before the shipped one */
    check_ok("{'do':'preset.load','name':'night'}");
    CHECK(number_of("volume.level_db") == -25);
    check_ok("{'do':'preset.delete','name':'night'}");
    check_ok("{'do':'preset.load','name':'night'}");
    CHECK(number_of("volume.level_db") == -30);
    answer = ask("{'do':'preset.diff','name':'night','with':'my own'}");
    CHECK(json_object_size(json_object_get(answer, "values")) == 1);
    check_ok("{'do':'preset.import','name':'other','text':'[volume]\\nlevel_db = -3\\n'}");
    CHECK(number_of("volume.level_db") == -30); /* it is kept, not played */
    answer = ask("{'do':'preset.export','name':'other'}");
    CHECK(strstr(text_of(answer, "text"), "level_db = -3") != NULL);
    CHECK(strstr(text_of(answer, "text"), "[ducking]") == NULL);
    answer = ask("{'do':'preset.export','all':true}");
    CHECK(strstr(text_of(answer, "text"), "[ducking]") != NULL);
    CHECK(!is_ok(ask("{'do':'preset.rename','name':'other','to':'my own'}")));
    check_ok("{'do':'preset.rename','name':'other','to':'my own','force':true}");
    check_ok("{'do':'preset.import','name':'other','text':'[volume]\\nlevel_db = -3\\n'}");
    check_ok("{'do':'preset.delete','name':'other'}");
    check_ok("{'do':'preset.delete','name':'my own'}");
}

/* What is at fault in a preset makes nothing louder, and is told; what says nothing is none; a name
 * that is somebody else's is not taken. */
static void faulty_presets(void)
{
    json_t *answer;

    write_file("shipped/slip.ini", "[volume]\nlevel_db = -4O\n[compressor]\nratio = 3\n");
    write_file("shipped/nonsense.ini", "[volme]\nlevel_db = 0\n");
    begin();
    check_ok("{'do':'set','values':{'volume.level_db':-40,'compressor.knee_db':1}}");
    answer = ask("{'do':'preset.load','name':'slip'}");
    CHECK(is_ok(answer) && json_array_size(json_object_get(answer, "faults")) == 1);
    CHECK(number_of("volume.level_db") == -40 && number_of("compressor.ratio") == 3 &&
          number_of("compressor.knee_db") == 6);
    CHECK(sound.side[0].faults.count == 1);
    CHECK(!is_ok(ask("{'do':'preset.load','name':'nonsense'}")));
    CHECK_STR(sound.side[0].name, "slip");
    check_ok("{'do':'ab','side':'b'}");
    answer = json_object_get(ask("{'do':'status'}"), "faults");
    CHECK(json_array_size(answer) == 1); /* the storage's alone: those of a are not b's */
    check_ok("{'do':'ab','side':'a'}");
    check_ok("{'do':'preset.import','name':'day','text':'[volume]\\nlevel_db = -1\\n'}");
    snprintf(sound.side[0].name, sizeof sound.side[0].name, "day"); /* another file of that name */
    snprintf(sound.side[0].path, sizeof sound.side[0].path, "/elsewhere/day.ini");
    answer = json_object_get(ask("{'do':'preset.save'}"), "error");
    CHECK_STR(text_of(answer, "code"), "exists");
    check_ok("{'do':'preset.delete','name':'day'}");
    control.library.folder[LIBRARY_SAVED][0] = '\0';
    answer = json_object_get(ask("{'do':'preset.save','name':'x'}"), "error");
    CHECK_STR(text_of(answer, "code"), "storage");
}

/* An equalizer's text in, its bands heard; and out again. */
static void equalizers(void)
{
    static const char import[] =
        "{'do':'eq.import','text':'Preamp: -6 dB\\nFilter 1: ON PK Fc 100 Hz Gain -3 dB Q 2\\n"
        "Filter 2: ON PK Fc 5 Hz Gain 1 dB Q 1\\n'%s}";
    json_t *answer, *lines;
    char request[400];

    begin();
    snprintf(request, sizeof request, import, ",'dry':true");
    answer = ask(request);
    CHECK(is_ok(answer) && sound.sequence == 0);
    lines = json_object_get(answer, "report");
    CHECK(json_array_size(lines) == 3);
    CHECK_STR(text_of(json_array_get(lines, 1), "verdict"), "used");
    CHECK_STR(text_of(json_array_get(lines, 2), "verdict"), "dropped");
    CHECK(strstr(text_of(json_array_get(lines, 2), "message"), "10 to 20000") != NULL);
    snprintf(request, sizeof request, import, ",'to':'strip.sub'");
    check_ok(request);
    CHECK(number_of("strip.sub.eq.1.gain_db") == -3 && number_of("strip.sub.gain_db") == -6);
    snprintf(request, sizeof request, import, "");
    check_ok(request);
    CHECK(number_of("eq.left.1.gain_db") == -3 && number_of("preamp.gain_2_db") == -6);
    check_ok("{'do':'eq.import','text':'Filter: ON LS Fc 105 Hz Gain 14 dB Q 0.7','to':'mic.eq',"
             "'shelf':'centre'}");
    CHECK(number_of("mic.eq.1.frequency_hz") == 105);
    check_ok("{'do':'eq.import','text':'Filter: ON LS Fc 105 Hz Gain 14 dB Q 0.7','to':'mic.eq',"
             "'shelf':'corner'}");
    CHECK_NEAR(number_of("mic.eq.1.frequency_hz"), 158, 1);
    answer = ask("{'do':'eq.export'}");
    CHECK(strstr(text_of(answer, "text"), "Filter 1: ON PK Fc 100 Hz Gain -3 dB Q 2") != NULL);
}

int main(int argc, char **argv)
{
    static const struct test tests[] = { { "wrong_requests", wrong_requests },
                                         { "any_bytes", any_bytes },
                                         { "values", values },
                                         { "what_get_says_set_takes", what_get_says_set_takes },
                                         { "describe", describe },
                                         { "description_as_before", description_as_before },
                                         { "bypass", bypass },
                                         { "sides", sides },
                                         { "meters", meters },
                                         { "status", status },
                                         { "response", response },
                                         { "presets", presets },
                                         { "faulty_presets", faulty_presets },
                                         { "equalizers", equalizers },
                                         { 0 } };
    char command[300];
    int failed;

    if (!mkdtemp(folder))
        return 1;
    snprintf(command, sizeof command, "mkdir -p %s/shipped", folder);
    if (system(command) != 0)
        return 1;
    write_file("shipped/night.ini", "# For the night.\n[volume]\nlevel_db = -30\n");
    failed =
        argc > 1 && strcmp(argv[1], "--write") == 0 ? write_golden() : test_main(tests, argc, argv);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    if (system(command) != 0)
        return 1;
    json_decref(ask("{'do':'get','paths':['volume.mute']}")); /* and it keeps none */
    sound_finish(&sound);
    return failed;
}
