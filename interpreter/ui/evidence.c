#include "ui/evidence.h"

#include "base/digest.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "sdk/json.h"

#include <string.h>

enum { SCHEMA_VERSION = 1 };

/* What stands between the sealed bytes and the end of a file: ,"seal":"<64 hex>"} */
#define SEAL_BEFORE ",\"seal\":\""
#define SEAL_BEHIND "\"}"
#define SEAL_BYTES (sizeof SEAL_BEFORE - 1 + SW_SHA256_HEX_BYTES - 1 + sizeof SEAL_BEHIND - 1)

/* Append all bytes but the white space outside strings. */
static void tighten(const char *text, size_t length, struct sw_buf *tight)
{
    bool is_in_string = false;
    size_t from = 0;

    for (size_t i = 0; i < length; i++) {
        if (is_in_string && text[i] == '\\') {
            i++;
        } else if (text[i] == '"') {
            is_in_string = !is_in_string;
        } else if (!is_in_string && text[i] != '\0' && strchr(" \t\r\n", text[i]) != NULL) {
            sw_buf_add(tight, text + from, i - from);
            from = i + 1;
        }
    }
    sw_buf_add(tight, text + from, length - from);
}

static void put(struct sw_builder *map, const char *key, const struct sw_value *value)
{
    sw_map_put(map, key, sw_is_known(value) ? value : sw_null(map->arena, ""));
}

/* KEEP IN STEP: record kinds "run", "locks" and "end" (engine/state.h). Only what the records say,
 * so that a verifier can make it again and compare. */
static bool summarize(struct sw_arena *arena, const struct sw_stored *records, size_t count,
                      const struct sw_value **ret_summary, struct sw_error *err)
{
    const struct sw_value *begin = NULL;
    const struct sw_value *locks = NULL;
    const struct sw_value *end = NULL;
    struct sw_builder summary = sw_map_begin(arena);
    char time[SW_TIME_TEXT_BYTES];

    for (size_t i = 0; i < count; i++) {
        const char *kind = records[i].kind;
        const struct sw_value **slot = sw_text_is(kind, "run")     ? &begin
                                       : sw_text_is(kind, "locks") ? &locks
                                       : sw_text_is(kind, "end")   ? &end
                                                                   : NULL;

        if (slot != NULL &&
            !sw_json_read(arena, records[i].body, records[i].length, SW_JSON_TYPED, slot, err)) {
            return sw_fail_while(err, "record %zu", i + 1);
        }
    }
    put(&summary, "title", sw_get(begin, "title"));
    put(&summary, "started_by", sw_get(begin, "by"));
    put(&summary, "rehearsal", sw_get(begin, "rehearsal"));
    if (sw_get(begin, "origin") != NULL) {
        put(&summary, "origin", sw_get(begin, "origin"));
    }
    put(&summary, "subject", sw_get(locks, "names"));
    put(&summary, "result", sw_get(end, "end"));
    put(&summary, "exit", sw_get(end, "exit"));
    put(&summary, "why", sw_get(end, "why"));
    sw_map_put_int(&summary, "record_count", (int64_t)count);
    if (count > 0) {
        sw_time_format(records[0].time_ns, time);
        sw_map_put_text(&summary, "first_record", time);
        sw_time_format(records[count - 1].time_ns, time);
        sw_map_put_text(&summary, "last_record", time);
    }
    *ret_summary = sw_built(&summary);
    return true;
}

static const struct sw_value *record_value(struct sw_arena *arena, const struct sw_stored *record)
{
    struct sw_builder map = sw_map_begin(arena);
    char time[SW_TIME_TEXT_BYTES];

    sw_time_format(record->time_ns, time);
    sw_map_put_int(&map, "seq", (int64_t)record->seq);
    sw_map_put_int(&map, "fence", (int64_t)record->fence);
    sw_map_put_text(&map, "time", time);
    sw_map_put_text(&map, "kind", record->kind);
    sw_map_put(&map, "body", sw_text_n(arena, record->body, record->length));
    sw_map_put_text(&map, "hash", record->hash);
    return sw_built(&map);
}

static void seal(struct sw_buf *out, size_t from)
{
    struct sw_buf tight;
    char hex[SW_SHA256_HEX_BYTES];

    /* The seal goes in front of the brace that closes the file. */
    while (out->length > from && out->bytes[out->length - 1] != '}') {
        out->length--;
    }
    out->length--;
    while (out->length > from && strchr(" \n", out->bytes[out->length - 1]) != NULL) {
        out->length--;
    }
    sw_buf_init(&tight, out->limit);
    tighten(out->bytes + from, out->length - from, &tight);
    sw_sha256_hex(tight.bytes, tight.length, hex);
    sw_buf_release(&tight);
    sw_buf_addf(out, ",\n  \"seal\": \"%s\"\n}\n", hex);
}

bool sw_evidence_export(struct sw_store *store, const char *run, struct sw_buf *out,
                        struct sw_error *err)
{
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_builder file = sw_map_begin(arena);
    struct sw_builder runbook = sw_map_begin(arena);
    struct sw_builder list = sw_list_begin(arena);
    const struct sw_stored *records;
    const struct sw_value *summary;
    const char *content;
    struct sw_run_row row;
    size_t count;
    size_t from = out->length;

    /* The row may be older than the records, but these parts of it never change. */
    if (!store->ops->find(store, run, arena, &row, err) ||
        !store->ops->content(store, run, arena, &content, err) ||
        !store->ops->load(store, run, arena, &records, &count, err) ||
        !summarize(arena, records, count, &summary, err)) {
        return false;
    }
    sw_map_put_text(&runbook, "name", row.runbook);
    sw_map_put_text(&runbook, "digest", row.digest);
    sw_map_put_text(&runbook, "text", content);
    for (size_t i = 0; i < count; i++) {
        sw_list_add(&list, record_value(arena, &records[i]));
    }
    sw_map_put_int(&file, "schema_version", SCHEMA_VERSION);
    sw_map_put_text(&file, "run", row.run);
    sw_map_put(&file, "runbook", sw_built(&runbook));
    sw_map_put(&file, "summary", summary);
    sw_map_put(&file, "records", sw_built(&list));
    sw_map_put_text(&file, "head", count == 0 ? row.head : records[count - 1].hash);
    sw_json_write_pretty(out, sw_built(&file), SW_JSON_PLAIN);
    if (!out->is_over) {
        seal(out, from);
    }
    if (out->is_over) {
        return sw_fail(err, SW_E_LIMIT, "the evidence of run '%s' is larger than %zu bytes", run,
                       out->limit);
    }
    return true;
}

static bool changed(struct sw_error *err, const char *what)
{
    return sw_fail(err, SW_E_CORRUPT, "the evidence was changed: %s", what);
}

/* @return NULL unless the map has a text there */
static const char *text_at(const struct sw_value *map, const char *key)
{
    const struct sw_value *value = sw_get(map, key);

    return value != NULL && value->kind == SW_V_TEXT ? sw_as_text(value) : NULL;
}

/* Nothing may stand in a file that nobody verifies. */
static bool has_keys(const struct sw_value *map, size_t count)
{
    return map != NULL && map->kind == SW_V_MAP && map->as.map.count == count;
}

static bool number_at(const struct sw_value *map, const char *key, uint64_t *ret)
{
    int64_t number;

    if (!sw_as_int(sw_get(map, key), &number) || number < 0) {
        return false;
    }
    *ret = (uint64_t)number;
    return true;
}

static bool read_record(const struct sw_value *value, size_t index, struct sw_stored *ret_record,
                        struct sw_error *err)
{
    const char *time = text_at(value, "time");
    const char *hash = text_at(value, "hash");
    struct sw_stored record = {.kind = text_at(value, "kind"), .body = text_at(value, "body")};

    if (!has_keys(value, 6) || !number_at(value, "seq", &record.seq) ||
        !number_at(value, "fence", &record.fence) || time == NULL || record.kind == NULL ||
        record.body == NULL || hash == NULL || strlen(hash) != SW_SHA256_HEX_BYTES - 1) {
        return sw_fail(err, SW_E_CORRUPT, "record %zu of the evidence is not whole", index + 1);
    }
    if (!sw_time_parse(time, &record.time_ns, err)) {
        err->code = SW_E_CORRUPT;
        return sw_fail_while(err, "record %zu of the evidence", index + 1);
    }
    record.length = strlen(record.body);
    memcpy(record.hash, hash, sizeof record.hash);
    *ret_record = record;
    return true;
}

static bool verify_records(const struct sw_value *list, const char *genesis, struct sw_arena *arena,
                           struct sw_stored **ret_records, struct sw_error *err)
{
    size_t count = sw_list_count(list);
    struct sw_stored *records = sw_alloc_array(arena, count + 1, sizeof *records);
    const char *previous = genesis;
    char hash[SW_SHA256_HEX_BYTES];

    for (size_t i = 0; i < count; i++) {
        struct sw_stored *record = &records[i];

        if (!read_record(sw_list_at(list, i), i, record, err)) {
            return false;
        }
        if (record->seq != i + 1) {
            return sw_fail(err, SW_E_CORRUPT,
                           "record %zu of the evidence is missing: number %llu stands there", i + 1,
                           (unsigned long long)record->seq);
        }
        if (i > 0 && record->fence < records[i - 1].fence) {
            return sw_fail(err, SW_E_CORRUPT, "record %zu of the evidence: its fence fell", i + 1);
        }
        sw_store_hash(previous, record, hash);
        if (!sw_text_is(hash, record->hash)) {
            return sw_fail(err, SW_E_CORRUPT,
                           "record %zu of the evidence ('%s') was changed: its hash does not match",
                           i + 1, record->kind);
        }
        previous = record->hash;
    }
    *ret_records = records;
    return true;
}

static bool verify_seal(const char *text, size_t length, struct sw_error *err)
{
    char expected[SEAL_BYTES + 1];
    char hex[SW_SHA256_HEX_BYTES];
    struct sw_buf tight;
    bool is_whole;

    sw_buf_init(&tight, length);
    tighten(text, length, &tight);
    is_whole = tight.length > SEAL_BYTES;
    if (is_whole) {
        sw_sha256_hex(tight.bytes, tight.length - SEAL_BYTES, hex);
        memcpy(expected, SEAL_BEFORE, sizeof SEAL_BEFORE - 1);
        memcpy(expected + sizeof SEAL_BEFORE - 1, hex, sizeof hex - 1);
        memcpy(expected + SEAL_BYTES - (sizeof SEAL_BEHIND - 1), SEAL_BEHIND, sizeof SEAL_BEHIND);
        is_whole = memcmp(tight.bytes + tight.length - SEAL_BYTES, expected, SEAL_BYTES) == 0;
    }
    sw_buf_release(&tight);
    return is_whole || changed(err, "its seal does not match");
}

static bool is_same_json(const struct sw_value *a, const struct sw_value *b)
{
    struct sw_buf one;
    struct sw_buf other;
    bool is_same;

    sw_buf_init(&one, SW_LIMIT_RECORD_BYTES);
    sw_buf_init(&other, SW_LIMIT_RECORD_BYTES);
    if (b != NULL) {
        sw_json_write(&one, a, SW_JSON_PLAIN);
        sw_json_write(&other, b, SW_JSON_PLAIN);
    }
    is_same = b != NULL && !one.is_over && !other.is_over && sw_text_is(one.bytes, other.bytes);
    sw_buf_release(&one);
    sw_buf_release(&other);
    return is_same;
}

static bool verify_parts(const struct sw_value *file, struct sw_arena *arena,
                         struct sw_evidence_report *ret, struct sw_error *err)
{
    const struct sw_value *runbook = sw_get(file, "runbook");
    const struct sw_value *list = sw_get(file, "records");
    const struct sw_value *summary;
    const char *content = text_at(runbook, "text");
    struct sw_evidence_report report = {
        .run = text_at(file, "run"),
        .runbook = text_at(runbook, "name"),
        .digest = text_at(runbook, "digest"),
        .head = text_at(file, "head"),
        .record_count = sw_list_count(list),
    };
    struct sw_stored *records = NULL;
    char digest[SW_SHA256_HEX_BYTES];
    char genesis[SW_SHA256_HEX_BYTES];

    if (report.run == NULL || report.runbook == NULL || report.digest == NULL ||
        report.head == NULL || content == NULL || list == NULL || list->kind != SW_V_LIST ||
        !has_keys(file, 7) || !has_keys(runbook, 3)) {
        return sw_fail(err, SW_E_CORRUPT,
                       "the evidence was changed: a part is missing or does not belong there");
    }
    sw_store_genesis(report.run, report.runbook, report.digest, genesis);
    if (!verify_records(list, genesis, arena, &records, err)) {
        return false;
    }
    sw_sha256_hex(content, strlen(content), digest);
    if (!sw_text_is(digest, report.digest)) {
        return changed(err, "its runbook is not the one that ran");
    }
    if (!sw_text_is(report.head,
                    report.record_count == 0 ? genesis : records[report.record_count - 1].hash)) {
        return changed(err, "its last record is missing, or its head is not that record's");
    }
    if (!summarize(arena, records, report.record_count, &summary, err)) {
        err->code = SW_E_CORRUPT;
        return false;
    }
    if (!is_same_json(summary, sw_get(file, "summary"))) {
        return changed(err, "its summary is not what its records say");
    }
    report.end = text_at(summary, "result");
    report.by = text_at(summary, "started_by");
    *ret = report;
    return true;
}

bool sw_evidence_verify(const char *text, size_t length, struct sw_arena *arena,
                        struct sw_evidence_report *ret, struct sw_error *err)
{
    const struct sw_value *file;
    struct sw_evidence_report report;
    int64_t version;

    if (!sw_json_read(arena, text, length, SW_JSON_PLAIN, &file, err)) {
        err->code = SW_E_CORRUPT;
        return sw_fail_while(err, "the evidence is cut or was changed");
    }
    if (!sw_as_int(sw_get(file, "schema_version"), &version)) {
        return sw_fail(err, SW_E_INPUT, "this is no evidence file: it has no schema_version");
    }
    if (version != SCHEMA_VERSION) {
        return sw_fail(err, SW_E_INPUT, "evidence of schema %lld; this program reads %d",
                       (long long)version, SCHEMA_VERSION);
    }
    if (!verify_parts(file, arena, &report, err) || !verify_seal(text, length, err)) {
        return false;
    }
    *ret = report;
    return true;
}
