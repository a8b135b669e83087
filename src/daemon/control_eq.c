#include "control.h"
json_t *verb_eq_import(struct verb_call *call) { answer_wrong(call->error, ANSWER_UNKNOWN, "to", "no"); return NULL; }
json_t *verb_eq_export(struct verb_call *call) { answer_wrong(call->error, ANSWER_UNKNOWN, "to", "no"); return NULL; }
