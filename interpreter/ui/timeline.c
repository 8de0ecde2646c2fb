#include "ui/timeline.h"

#include "base/text.h"
#include "base/time.h"

#include <string.h>

/** "19:00:02", and from the second day on "+1d 07:12:40". */
static void add_clock(struct sw_timeline *timeline, struct sw_buf *out, int64_t time_ns)
{
    char text[SW_TIME_TEXT_BYTES];
    int64_t day_ns = 24 * 3600 * SW_NS_PER_S;
    int64_t days = 0;

    if (timeline->start_ns == 0) {
        timeline->start_ns = time_ns;
    }
    days = time_ns / day_ns - timeline->start_ns / day_ns;
    sw_time_format(time_ns, text);
    if (days > 0) {
        sw_buf_addf(out, "+%lldd ", (long long)days);
    } else {
        sw_buf_add_text(out, "    ");
    }
    sw_buf_addf(out, "%.8s  ", text + 11);
}

static void begin(struct sw_timeline *timeline, struct sw_buf *out, int64_t time_ns,
                  const char *step)
{
    bool is_same = sw_text_is(step, timeline->step);

    add_clock(timeline, out, time_ns);
    sw_buf_addf(out, "%-16s ", is_same ? "" : step);
    if (!is_same && strlen(step) < sizeof timeline->step) {
        memcpy(timeline->step, step, strlen(step) + 1);
    }
}

/** Append text; further lines of it are put under the first. */
static void add_text(struct sw_buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        sw_buf_add_char(out, *text);
        if (*text == '\n' && text[1] != '\0') {
            sw_buf_addf(out, "%31s", "");
        }
    }
}

static const char *text_of(const struct sw_value *body, const char *key)
{
    const char *text = sw_as_text(sw_get(body, key));

    return text == NULL ? "" : text;
}

static int64_t int_of(const struct sw_value *body, const char *key)
{
    int64_t number = 0;

    sw_as_int(sw_get(body, key), &number);
    return number;
}

static void add_params(struct sw_buf *out, const struct sw_value *params)
{
    for (size_t i = 0; sw_is_known(params) && i < params->as.map.count; i++) {
        sw_buf_addf(out, "%s%s = ", i == 0 ? ": " : ", ", params->as.map.entries[i].key);
        sw_value_print(out, params->as.map.entries[i].value);
    }
}

static void add_names(struct sw_buf *out, const struct sw_value *list)
{
    for (size_t i = 0; i < sw_list_count(list); i++) {
        const char *name = sw_as_text(sw_list_at(list, i));

        sw_buf_addf(out, "%s%s", i == 0 ? "" : ", ", name == NULL ? "?" : name);
    }
}

/** From where the runbook was taken, if it lay in a checkout. */
static void add_origin(struct sw_timeline *timeline, struct sw_buf *out, int64_t time_ns,
                       const struct sw_value *body)
{
    const struct sw_value *origin = sw_get(body, "origin");
    bool is_dirty = false;

    if (!sw_is_known(origin)) {
        return;
    }
    sw_as_bool(sw_get(origin, "dirty"), &is_dirty);
    sw_buf_add_char(out, '\n');
    begin(timeline, out, time_ns, "start");
    sw_buf_addf(out, "runbook sha256 %.12s, of commit %.12s%s", text_of(body, "digest"),
                text_of(origin, "commit"), is_dirty ? ", but with changes not committed" : "");
}

/** Facts, locks and requirements are of the start, or of a call. */
static const char *place_of(const struct sw_value *body)
{
    const char *step = text_of(body, "step");

    return step[0] == '\0' ? "start" : step;
}

static bool tell_call(struct sw_timeline *timeline, struct sw_buf *out, const char *kind,
                      int64_t time_ns, const struct sw_value *body)
{
    if (strcmp(kind, "call") == 0) {
        begin(timeline, out, time_ns, text_of(body, "step"));
        if (int_of(body, "of") > 0) {
            sw_buf_addf(out, "item %lld of %lld: ", (long long)int_of(body, "item"),
                        (long long)int_of(body, "of"));
        }
        sw_buf_addf(out, "calls %s %s", text_of(body, "runbook"), text_of(body, "version"));
        add_params(out, sw_get(body, "params"));
    } else if (strcmp(kind, "return") == 0) {
        const char *why = text_of(body, "why");

        begin(timeline, out, time_ns, text_of(body, "step"));
        sw_buf_addf(out, "returns '%s'%s%s", text_of(body, "outcome"), why[0] == '\0' ? "" : ": ",
                    why);
    } else {
        return false;
    }
    sw_buf_add_char(out, '\n');
    return true;
}

/** Records of the start. @return false when `kind` is none of them */
static bool tell_start(struct sw_timeline *timeline, struct sw_buf *out, const char *kind,
                       int64_t time_ns, const struct sw_value *body)
{
    if (strcmp(kind, "run") == 0) {
        begin(timeline, out, time_ns, "start");
        sw_buf_addf(out, "%s begins %s %s", text_of(body, "by"), text_of(body, "runbook"),
                    text_of(body, "version"));
        add_params(out, sw_get(body, "params"));
        add_origin(timeline, out, time_ns, body);
    } else if (strcmp(kind, "facts") == 0) {
        const struct sw_value *facts = sw_get(body, "facts");

        if (facts == NULL || facts->as.map.count == 0) {
            return true;
        }
        begin(timeline, out, time_ns, place_of(body));
        sw_buf_addf(out, "%zu %s read%s", facts->as.map.count,
                    sw_plural(facts->as.map.count, "fact", "facts"),
                    int_of(body, "round") == 2 && text_of(body, "step")[0] == '\0'
                        ? " again, under the lock"
                        : "");
    } else if (strcmp(kind, "locks") == 0) {
        if (sw_list_count(sw_get(body, "names")) == 0) {
            return true;
        }
        begin(timeline, out, time_ns, place_of(body));
        sw_buf_add_text(out, "locked for this run: ");
        add_names(out, sw_get(body, "names"));
    } else if (strcmp(kind, "require") == 0) {
        size_t count = sw_list_count(sw_get(body, "rows"));

        if (count == 0 && text_of(body, "why")[0] == '\0') {
            return true;
        }
        begin(timeline, out, time_ns, place_of(body));
        if (text_of(body, "why")[0] == '\0') {
            sw_buf_addf(out, "%zu %s", count,
                        sw_plural(count, "requirement holds", "requirements hold"));
        } else {
            sw_buf_add_text(out, "required, but not so: ");
            add_text(out, text_of(body, "why"));
        }
    } else {
        return false;
    }
    sw_buf_add_char(out, '\n');
    return true;
}

static void tell_leave(struct sw_buf *out, const struct sw_value *body)
{
    const char *outcome = text_of(body, "outcome");

    if (strcmp(outcome, "skipped") == 0) {
        sw_buf_addf(out, "skipped: %s", text_of(body, "why"));
    } else if (strcmp(outcome, "failed") == 0) {
        sw_buf_add_text(out, "FAILED: ");
        add_text(out, text_of(body, "why"));
    } else if (text_of(body, "next")[0] != '\0') {
        const char *when = text_of(body, "when");

        add_text(out, when[0] == '\0' ? "none of its conditions holds" : when);
        sw_buf_addf(out, ": on to %s", text_of(body, "next"));
    } else if (text_of(body, "choice")[0] != '\0') {
        sw_buf_addf(out, "goes on with '%s'", text_of(body, "choice"));
    } else {
        sw_buf_add_text(out, strcmp(outcome, "ok") == 0 ? "done, and read back" : outcome);
    }
}

/** What a step did to the world. */
static bool tell_effect(struct sw_timeline *timeline, struct sw_buf *out, const char *kind,
                        int64_t time_ns, const struct sw_value *body)
{
    const char *step = text_of(body, "step");

    if (strcmp(kind, "intent") == 0 || strcmp(kind, "undo_intent") == 0) {
        timeline->has_intent = true;
        begin(timeline, out, time_ns, step);
        sw_buf_addf(out, "%s: %s", strcmp(kind, "intent") == 0 ? "does" : "puts back",
                    text_of(body, "does"));
    } else if (strcmp(kind, "accepted") == 0) {
        begin(timeline, out, time_ns, step);
        sw_buf_add_text(out, "accepted; the far end is at work on it");
    } else if (strcmp(kind, "effect") == 0 || strcmp(kind, "undo_effect") == 0) {
        if (strcmp(text_of(body, "status"), "ok") == 0 && !timeline->is_verbose) {
            return true;
        }
        begin(timeline, out, time_ns, step);
        sw_buf_addf(out, "%s%s%s", text_of(body, "status"),
                    text_of(body, "why")[0] == '\0' ? "" : ": ", text_of(body, "why"));
    } else if (strcmp(kind, "undone") == 0) {
        begin(timeline, out, time_ns, step);
        sw_buf_addf(out, "undone: %s", text_of(body, "how"));
    } else {
        return false;
    }
    sw_buf_add_char(out, '\n');
    return true;
}

static bool tell_proof(struct sw_timeline *timeline, struct sw_buf *out, const char *kind,
                       int64_t time_ns, const struct sw_value *body)
{
    if (strcmp(kind, "evidence") == 0) {
        begin(timeline, out, time_ns, text_of(body, "step"));
        sw_buf_addf(out, "proven: %s (%s)", text_of(body, "evidence"), text_of(body, "means"));
    } else if (strcmp(kind, "hook") == 0) {
        const struct sw_value *log = sw_get(body, "log");

        if (sw_list_count(log) == 0) {
            return true; /* it keeps something, and says nothing */
        }
        begin(timeline, out, time_ns, text_of(body, "step"));
        sw_buf_add_text(out, "says: ");
        add_names(out, log);
    } else if (strcmp(kind, "lapse") == 0) {
        begin(timeline, out, time_ns, text_of(body, "yielded_by"));
        sw_buf_add_text(out, "NO LONGER PROVEN: ");
        add_names(out, sw_get(body, "evidence"));
        sw_buf_addf(out, " (%s)", text_of(body, "why"));
    } else if (strcmp(kind, "edge") == 0) {
        begin(timeline, out, time_ns, text_of(body, "step"));
        sw_buf_addf(out, "point of no return: everything was read again%s",
                    int_of(body, "reading") == 2 ? " after the approval" : "");
    } else if (strcmp(kind, "void") == 0) {
        begin(timeline, out, time_ns, text_of(body, "step"));
        sw_buf_addf(out, "approvals are void: %s", text_of(body, "why"));
    } else {
        return false;
    }
    sw_buf_add_char(out, '\n');
    return true;
}

static bool tell_people(struct sw_timeline *timeline, struct sw_buf *out, const char *kind,
                        int64_t time_ns, const struct sw_value *body)
{
    const char *step = text_of(body, "step");

    if (strcmp(kind, "ask") == 0) {
        begin(timeline, out, time_ns, step);
        sw_buf_addf(out, "asks: %s", text_of(body, "title"));
    } else if (strcmp(kind, "answer") == 0) {
        begin(timeline, out, time_ns, step);
        sw_buf_addf(out, "%s answers '%s'", text_of(body, "by"), text_of(body, "choice"));
    } else if (strcmp(kind, "approve") == 0 || strcmp(kind, "reject") == 0) {
        begin(timeline, out, time_ns, step);
        sw_buf_addf(out, "%s %s it", text_of(body, "by"),
                    strcmp(kind, "approve") == 0 ? "approves" : "refuses");
    } else if (strcmp(kind, "park") == 0) {
        begin(timeline, out, time_ns, step[0] == '\0' ? "start" : step);
        sw_buf_add_text(out, "PARKED, nothing changes any more: ");
        add_text(out, text_of(body, "why"));
        if (text_of(body, "by_hand")[0] != '\0') {
            sw_buf_addf(out, "\n%31s", "");
            add_text(out, text_of(body, "by_hand"));
        }
    } else if (strcmp(kind, "unpark") == 0) {
        begin(timeline, out, time_ns, step[0] == '\0' ? "start" : step);
        sw_buf_addf(out, "%s says '%s'", text_of(body, "by"), text_of(body, "how"));
    } else {
        return false;
    }
    if (text_of(body, "reason")[0] != '\0') {
        sw_buf_addf(out, " (%s)", text_of(body, "reason"));
    }
    sw_buf_add_char(out, '\n');
    return true;
}

void sw_timeline_record(struct sw_timeline *timeline, struct sw_buf *out, uint64_t seq,
                        const char *kind, int64_t time_ns, const struct sw_value *body)
{
    (void)seq;
    if (tell_start(timeline, out, kind, time_ns, body) ||
        tell_call(timeline, out, kind, time_ns, body) ||
        tell_effect(timeline, out, kind, time_ns, body) ||
        tell_proof(timeline, out, kind, time_ns, body) ||
        tell_people(timeline, out, kind, time_ns, body)) {
        return;
    }
    if (strcmp(kind, "enter") == 0) {
        timeline->step[0] = '\0';
        timeline->has_intent = false;
        begin(timeline, out, time_ns, text_of(body, "step"));
        sw_buf_add_text(out, text_of(body, "title"));
        if (int_of(body, "visit") > 1) {
            sw_buf_addf(out, "  (visit %lld)", (long long)int_of(body, "visit"));
        }
        if (int_of(body, "deadline") > 0) {
            char until[SW_TIME_TEXT_BYTES];

            sw_time_format(int_of(body, "deadline"), until);
            sw_buf_addf(out, "; waits until %s at the latest", until);
        }
        sw_buf_add_char(out, '\n');
    } else if (strcmp(kind, "leave") == 0) {
        if (strcmp(text_of(body, "outcome"), "ok") != 0 || text_of(body, "choice")[0] != '\0' ||
            timeline->has_intent) {
            begin(timeline, out, time_ns, text_of(body, "step"));
            tell_leave(out, body);
            sw_buf_add_char(out, '\n');
        }
    } else if (strcmp(kind, "rollback") == 0) {
        begin(timeline, out, time_ns, text_of(body, "step"));
        sw_buf_add_text(out, "puts back what was changed, newest first\n");
    } else if (strcmp(kind, "end") == 0) {
        begin(timeline, out, time_ns, "end");
        sw_buf_add_text(out, text_of(body, "end"));
        sw_buf_add_text(out, text_of(body, "why")[0] == '\0' ? "" : ": ");
        add_text(out, text_of(body, "why"));
        sw_buf_add_char(out, '\n');
    }
}

void sw_timeline_note(struct sw_timeline *timeline, struct sw_buf *out, int64_t time_ns,
                      const char *step, const char *text)
{
    begin(timeline, out, time_ns, step);
    sw_buf_add_text(out, "  ");
    add_text(out, text);
    sw_buf_add_char(out, '\n');
}
