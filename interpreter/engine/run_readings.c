/*
 * What was read for an approval, as a tired person reads it: by fact, each value with its name,
 * sizes rounded. It shows nothing that the approval is not bound to, so what moves by itself is
 * counted and left out; so is what only a program can read: marks and secrets.
 */
#include "engine/run_internal.h"

#include <stdio.h>

enum {
    LINE_COLUMNS = 100,
    VALUE_BYTES = 120,   /* a longer text is cut */
    LIST_ITEMS = 5,      /* more are counted */
    DEEPEST = 4,         /* maps in maps */
    READINGS_SHOWN = 40, /* of one fact or piece of evidence */
    FACTS_SHOWN = 60,
};

/** A paragraph of `name: value; name: value`, folded and indented. */
struct paragraph {
    struct sw_buf *out;
    struct sw_arena *arena;
    int indent;
    size_t column;
    size_t said;    /* readings shown */
    size_t more;    /* too many to show */
    size_t unknown; /* nobody said */
};

static void add_piece(struct paragraph *par, const char *piece)
{
    size_t length = strlen(piece);

    if (par->said > 0 && par->column + length + 2 > LINE_COLUMNS) {
        sw_buf_addf(par->out, ";\n%*s", par->indent, "");
        par->column = (size_t)par->indent;
    } else if (par->said > 0) {
        sw_buf_add_text(par->out, "; ");
        par->column += 2;
    }
    sw_buf_add_text(par->out, piece);
    par->column += length;
    par->said++;
}

/** To the second: nobody decides by nanoseconds. */
static void add_time(struct sw_buf *out, int64_t ns)
{
    char text[SW_TIME_TEXT_BYTES];

    sw_time_format(ns - ns % SW_NS_PER_S, text);
    sw_buf_add_text(out, text);
}

/** Of a path of ids with slashes its last two names; of any other text as much as fits. */
static void add_text(struct sw_buf *out, const char *text, bool is_resource)
{
    size_t length = strlen(text);
    struct sw_error ignored = {0};
    int64_t ns = 0;

    if (length >= 20 && text[4] == '-' && text[10] == 'T' && sw_time_parse(text, &ns, &ignored)) {
        add_time(out, ns);
        return;
    }
    if (is_resource) {
        size_t from = length;

        for (int slashes = 0; from > 0 && slashes < 2; from--) {
            slashes += text[from - 1] == '/' ? 1 : 0;
        }
        sw_buf_addf(out, "%s%s", from > 0 ? "..." : "", text + from);
        return;
    }
    if (length > VALUE_BYTES) {
        length = VALUE_BYTES;
        while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80) {
            length--; /* never in the middle of a character */
        }
        sw_buf_addf(out, "%.*s...", (int)length, text);
        return;
    }
    sw_buf_add_text(out, text);
}

/** A place in a log or journal of the target: only a program compares it. */
static bool is_mark(const struct sw_value *map)
{
    return sw_get(map, "record_id") != NULL || sw_get(map, "journal_id") != NULL;
}

static bool is_listing(const struct sw_value *map)
{
    return sw_get(map, "is_complete") != NULL && sw_get(map, "count") != NULL;
}

static void add_listing(struct sw_buf *out, const struct sw_value *listing)
{
    char size[SW_DURATION_TEXT_BYTES] = "size not known";
    int64_t count = 0;
    int64_t bytes = 0;

    if (sw_as_int(sw_get(listing, "bytes"), &bytes)) {
        sw_size_for_people(bytes, size);
    }
    if (sw_as_int(sw_get(listing, "count"), &count)) {
        sw_buf_addf(out, "%lld %s, %s", (long long)count,
                    sw_plural((uint64_t)count, "file", "files"), size);
    } else {
        sw_buf_add_text(out, "nobody knows how many files");
    }
}

static void add_value(struct sw_buf *out, const struct sw_value *value, bool is_resource,
                      int depth);

static void add_items(struct sw_buf *out, const struct sw_value *list, int depth)
{
    size_t count = sw_list_count(list);

    if (count == 0) {
        sw_buf_add_text(out, "none");
    }
    for (size_t i = 0; i < count && i < LIST_ITEMS; i++) {
        sw_buf_add_text(out, i == 0 ? "" : ", ");
        add_value(out, sw_list_at(list, i), false, depth + 1);
    }
    if (count > LIST_ITEMS) {
        sw_buf_addf(out, " and %zu more", count - LIST_ITEMS);
    }
}

static void add_value(struct sw_buf *out, const struct sw_value *value, bool is_resource, int depth)
{
    char text[SW_DURATION_TEXT_BYTES];
    bool is_first = true;

    if (!sw_is_known(value) || value->is_secret || depth > DEEPEST) {
        sw_buf_add_text(out, "?");
        return;
    }
    switch (value->kind) {
    case SW_V_SIZE:
        sw_size_for_people(value->as.integer, text);
        sw_buf_add_text(out, text);
        return;
    case SW_V_DURATION:
        sw_duration_for_people(value->as.integer, text);
        sw_buf_add_text(out, text);
        return;
    case SW_V_TIME:
        add_time(out, value->as.integer);
        return;
    case SW_V_TEXT:
        add_text(out, value->as.text, is_resource);
        return;
    case SW_V_LIST:
        add_items(out, value, depth);
        return;
    case SW_V_MAP:
        sw_buf_add_char(out, '(');
        for (size_t i = 0; i < value->as.map.count; i++) {
            const struct sw_entry *entry = &value->as.map.entries[i];

            if (sw_is_known(entry->value) && !is_mark(entry->value)) {
                sw_buf_addf(out, "%s%s ", is_first ? "" : ", ", entry->key);
                add_value(out, entry->value, false, depth + 1);
                is_first = false;
            }
        }
        sw_buf_add_char(out, ')');
        return;
    case SW_V_BOOL:
        sw_buf_add_text(out, value->as.boolean ? "yes" : "no");
        return;
    case SW_V_NULL:
    case SW_V_UNKNOWN:
    case SW_V_INT:
    case SW_V_FLOAT:
    case SW_V_PERCENT:
    case SW_V_VERSION:
        sw_value_print(out, value);
        return;
    }
}

/** One reading under its name; a map gives one for each of its keys, `a.b`. */
static void add_reading(struct paragraph *par, const char *name, const struct sw_value *value,
                        bool is_resource, int depth)
{
    struct sw_buf piece;

    if (value == NULL || value->is_secret || is_mark(value)) {
        return;
    }
    if (!sw_is_known(value)) {
        par->unknown++;
        return;
    }
    if (value->kind == SW_V_MAP && !is_listing(value) && depth < DEEPEST) {
        for (size_t i = 0; i < value->as.map.count; i++) {
            const struct sw_entry *entry = &value->as.map.entries[i];

            add_reading(par, sw_format(par->arena, "%s.%s", name, entry->key), entry->value, false,
                        depth + 1);
        }
        return;
    }
    if (par->said >= READINGS_SHOWN) {
        par->more++;
        return;
    }
    sw_buf_init(&piece, 4096);
    sw_buf_addf(&piece, "%s: ", name);
    if (is_listing(value)) {
        add_listing(&piece, value);
    } else {
        add_value(&piece, value, is_resource, depth);
    }
    add_piece(par, piece.bytes);
    sw_buf_release(&piece);
}

static void end_paragraph(struct paragraph *par)
{
    if (par->more > 0) {
        sw_buf_addf(par->out, "; and %zu more", par->more);
    }
    if (par->unknown > 0) {
        sw_buf_addf(par->out, "%s%zu not known%s", par->said == 0 ? "" : " (", par->unknown,
                    par->said == 0 ? "" : ")");
    }
    sw_buf_add_char(par->out, '\n');
}

void sw_run_add_readings(struct sw_run *run, struct sw_buf *out, const struct sw_value *reading)
{
    struct paragraph par = {.out = out, .arena = run->scratch, .indent = 6, .column = 6};
    size_t before = out->length;

    if (!sw_is_known(reading) || reading->kind != SW_V_MAP || reading->as.map.count == 0 ||
        sw_get(reading, "accepted_by") != NULL) {
        return; /* what was given up is told by name, above */
    }
    sw_buf_addf(out, "%6s", "");
    for (size_t i = 0; i < reading->as.map.count; i++) {
        const struct sw_entry *entry = &reading->as.map.entries[i];

        add_reading(&par, entry->key, entry->value, false, 0);
    }
    if (par.said == 0 && par.unknown == 0) {
        out->length = before; /* marks alone: nothing for people */
        out->bytes[before] = '\0';
        return;
    }
    end_paragraph(&par);
}

/** @return how many of its outputs move by themselves */
static size_t add_fact(struct sw_run *run, struct sw_buf *out, const struct sw_fact *fact,
                       const struct sw_value *outputs)
{
    struct paragraph par = {.out = out, .arena = run->scratch, .indent = 4};
    const struct sw_field *row = fact->use.action->outputs;
    size_t moving = 0;

    sw_buf_addf(out, "  %s\n    ", fact->key);
    par.column = 4;
    for (; row != NULL && row->name != NULL; row++) {
        const struct sw_value *value = sw_get(outputs, row->name);

        if ((row->flags & SW_FIELD_VOLATILE) != 0) {
            moving += value == NULL ? 0 : 1;
        } else {
            add_reading(&par, row->name, value, row->type->kind == SW_T_RESOURCE_ID, 0);
        }
    }
    if (par.said == 0 && par.unknown == 0) {
        sw_buf_add_text(out, "nothing that stands still");
    }
    end_paragraph(&par);
    return moving;
}

void sw_run_add_facts(struct sw_run *run, struct sw_buf *out, const struct sw_value *facts)
{
    size_t moving = 0;
    size_t shown = 0;
    size_t left = 0;

    for (size_t i = 0; i < run->runbook->fact_count; i++) {
        const struct sw_fact *fact = &run->runbook->facts[i];
        const struct sw_value *outputs = sw_get(facts, fact->key);

        if (!sw_run_is_in_chain(run, fact->frame)) {
            continue;
        }
        if (shown == FACTS_SHOWN) {
            left++;
            continue;
        }
        sw_buf_add_text(out, shown == 0 ? "Read again just now:\n" : "");
        shown++;
        if (sw_is_known(outputs)) {
            moving += add_fact(run, out, fact, outputs);
        } else {
            sw_buf_addf(out, "  %s\n    not known\n", fact->key);
        }
    }
    if (left > 0) {
        sw_buf_addf(out, "  and %zu more %s; the evidence file has them\n", left,
                    sw_plural(left, "fact", "facts"));
    }
    if (moving > 0) {
        sw_buf_addf(out, "  (not shown: %zu %s that may move at any time)\n", moving,
                    sw_plural(moving, "reading", "readings"));
    }
}
