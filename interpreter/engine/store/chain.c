#include "engine/store/chain.h"

#include "base/digest.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"

#include <inttypes.h>
#include <string.h>

enum { KIND_BYTES = 63, NUMBER_BYTES = 21 };

static void add_text(struct sw_sha256 *hash, const char *text)
{
    sw_sha256_add(hash, text, strlen(text));
    sw_sha256_add(hash, "\n", 1);
}

static void add_number(struct sw_sha256 *hash, uint64_t number)
{
    char digits[NUMBER_BYTES];
    size_t at = sizeof digits;

    digits[--at] = '\n';
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    sw_sha256_add(hash, digits + at, sizeof digits - at);
}

static void end_hex(struct sw_sha256 *hash, char out[SW_SHA256_HEX_BYTES])
{
    uint8_t digest[SW_SHA256_BYTES];

    sw_sha256_end(hash, digest);
    sw_hex(digest, sizeof digest, out);
}

void sw_store_genesis(const char *run, const char *runbook, const char *digest, char out[65])
{
    struct sw_sha256 hash;

    sw_sha256_init(&hash);
    add_text(&hash, "stepwise run");
    add_text(&hash, run);
    add_text(&hash, runbook);
    add_text(&hash, digest);
    end_hex(&hash, out);
}

void sw_store_hash(const char *previous_hash, const struct sw_stored *record, char out[65])
{
    struct sw_sha256 hash;
    bool is_negative = record->time_ns < 0;

    sw_sha256_init(&hash);
    add_text(&hash, previous_hash);
    add_number(&hash, record->seq);
    add_number(&hash, record->fence);
    if (is_negative) {
        sw_sha256_add(&hash, "-", 1);
    }
    add_number(&hash, is_negative ? 0 - (uint64_t)record->time_ns : (uint64_t)record->time_ns);
    add_text(&hash, record->kind);
    add_number(&hash, record->length);
    sw_sha256_add(&hash, record->body, record->length);
    end_hex(&hash, out);
}

static bool is_one_of(char c, const char *others)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr(others, c) != NULL);
}

bool sw_store_check_run(const char *run, struct sw_error *err)
{
    size_t length = strlen(run);

    if (length == 0 || length >= SW_RUN_ID_BYTES) {
        return sw_fail(err, SW_E_INPUT, "a run's id has 1 to %d characters", SW_RUN_ID_BYTES - 1);
    }
    for (size_t i = 0; i < length; i++) {
        if (!is_one_of(run[i], "._/-")) {
            return sw_fail(
                err, SW_E_INPUT,
                "a run's id has only letters, digits and . _ / - in it; character %zu is "
                "another",
                i + 1);
        }
    }
    return true;
}

/* An evidence file holds all of this as JSON text, exactly as stored: so it must be text. */
static bool is_text(const char *bytes, size_t length, bool is_one_line)
{
    for (size_t i = 0; i < length;) {
        unsigned char c = (unsigned char)bytes[i];
        uint32_t point;
        size_t step = c < 0x80 ? 1 : sw_utf8_decode(bytes + i, length - i, &point);

        if (step == 0 || (is_one_line && (c < ' ' || c == 0x7f))) {
            return false;
        }
        i += step;
    }
    return true;
}

bool sw_store_check_enqueue(const char *run, const char *runbook, const char *content,
                            struct sw_error *err)
{
    if (!sw_store_check_run(run, err)) {
        return false;
    }
    if (!is_text(runbook, strlen(runbook), true) || !is_text(content, strlen(content), false)) {
        return sw_fail(err, SW_E_INPUT, "the runbook or its name is not UTF-8 text");
    }
    if (strlen(runbook) > SW_LIMIT_KEY_BYTES) {
        return sw_fail(err, SW_E_LIMIT, "the runbook's name is longer than %u bytes",
                       SW_LIMIT_KEY_BYTES);
    }
    if (strlen(content) > SW_LIMIT_RECORD_BYTES) {
        return sw_fail(err, SW_E_LIMIT, "the runbook of a run is larger than %u bytes",
                       SW_LIMIT_RECORD_BYTES);
    }
    return true;
}

static bool check_record(const struct sw_append *record, struct sw_error *err)
{
    size_t kind_length = strlen(record->kind);

    if (kind_length == 0 || kind_length > KIND_BYTES) {
        return sw_fail(err, SW_E_INTERNAL, "a record's kind has 1 to %d characters", KIND_BYTES);
    }
    for (size_t i = 0; i < kind_length; i++) {
        if (!is_one_of(record->kind[i], "._/-")) {
            return sw_fail(err, SW_E_INTERNAL, "a record's kind is not a word");
        }
    }
    if (record->length > SW_LIMIT_RECORD_BYTES) {
        return sw_fail(err, SW_E_LIMIT, "a record of kind '%s' is larger than %u bytes",
                       record->kind, SW_LIMIT_RECORD_BYTES);
    }
    if (!is_text(record->body, record->length, true)) {
        return sw_fail(err, SW_E_INTERNAL, "a record of kind '%s' is not one line of UTF-8",
                       record->kind);
    }
    return true;
}

bool sw_store_is_over(const char *state)
{
    return !sw_text_is(state, "ready") && !sw_text_is(state, "running") &&
           !sw_text_is(state, "parked");
}

bool sw_store_check_commit(const struct sw_lease *lease, const struct sw_commit *commit,
                           struct sw_error *err)
{
    if (commit->record_count > SW_LIMIT_RECORDS ||
        lease->seq > SW_LIMIT_RECORDS - commit->record_count) {
        return sw_fail(err, SW_E_LIMIT, "run '%s' would have more than %u records", lease->run,
                       SW_LIMIT_RECORDS);
    }
    if (commit->then == SW_THEN_END && (commit->end_state == NULL || *commit->end_state == '\0' ||
                                        !sw_store_is_over(commit->end_state))) {
        return sw_fail(err, SW_E_INTERNAL, "a run can't end as '%s'",
                       commit->end_state == NULL ? "" : commit->end_state);
    }
    for (size_t i = 0; i < commit->record_count; i++) {
        if (!check_record(&commit->records[i], err)) {
            return false;
        }
    }
    return true;
}

struct sw_stored sw_store_chain(const char *previous_hash, uint64_t seq, uint64_t fence,
                                const struct sw_append *append)
{
    struct sw_stored record = {
        .seq = seq,
        .fence = fence,
        .time_ns = append->time_ns,
        .kind = append->kind,
        .body = append->body,
        .length = append->length,
    };

    sw_store_hash(previous_hash, &record, record.hash);
    return record;
}

bool sw_store_verify(const struct sw_run_row *row, const struct sw_stored *records, size_t count,
                     struct sw_error *err)
{
    char previous[SW_SHA256_HEX_BYTES];
    char hash[SW_SHA256_HEX_BYTES];
    uint64_t fence = 0;

    sw_store_genesis(row->run, row->runbook, row->digest, previous);
    for (size_t i = 0; i < count; i++) {
        const struct sw_stored *record = &records[i];

        if (record->seq != i + 1) {
            return sw_fail(err, SW_E_CORRUPT,
                           "journal of run '%s': record %zu is missing, %" PRIu64
                           " stands in its place",
                           row->run, i + 1, record->seq);
        }
        if (record->fence < fence || record->fence > row->fence) {
            return sw_fail(err, SW_E_CORRUPT,
                           "journal of run '%s': record %zu has the fence %" PRIu64
                           ", which can't stand there",
                           row->run, i + 1, record->fence);
        }
        sw_store_hash(previous, record, hash);
        if (memcmp(hash, record->hash, sizeof hash) != 0) {
            return sw_fail(err, SW_E_CORRUPT,
                           "journal of run '%s': record %zu ('%s') was changed: its hash does not "
                           "match",
                           row->run, i + 1, record->kind);
        }
        fence = record->fence;
        memcpy(previous, hash, sizeof previous);
    }
    if (row->last_seq != count) {
        return sw_fail(err, SW_E_CORRUPT,
                       "journal of run '%s': it should have %" PRIu64
                       " records, %zu are there; the first one missing or too many is %zu",
                       row->run, row->last_seq, count,
                       (row->last_seq < count ? (size_t)row->last_seq : count) + 1);
    }
    if (!sw_text_is(previous, row->head)) {
        return sw_fail(err, SW_E_CORRUPT,
                       "journal of run '%s': record %zu is not the last one that was written",
                       row->run, count);
    }
    return true;
}

bool sw_store_fenced(const struct sw_lease *lease, const char *state, uint64_t fence,
                     uint64_t last_seq, struct sw_error *err)
{
    if (fence != lease->fence) {
        return sw_fail(err, SW_E_FENCED,
                       "run '%s' was taken over by another owner (its fence is %" PRIu64
                       ", ours %" PRIu64 ")",
                       lease->run, fence, lease->fence);
    }
    if (!sw_text_is(state, "running")) {
        return sw_fail(err, SW_E_FENCED, "run '%s' was given back before; it is %s now", lease->run,
                       state);
    }
    return sw_fail(err, SW_E_FENCED, "run '%s' has %" PRIu64 " records, this owner knows %" PRIu64,
                   lease->run, last_seq, lease->seq);
}

bool sw_store_locked(const char *lock, const struct sw_run_row *holder, struct sw_error *err)
{
    char since[SW_TIME_TEXT_BYTES];

    sw_time_format(holder->created_ns, since);
    if (holder->owner_pid != 0) {
        return sw_fail(err, SW_E_LOCKED,
                       "'%s' is held by run '%s' (%s, process %" PRId64 ", begun %s)", lock,
                       holder->run, holder->state, holder->owner_pid, since);
    }
    return sw_fail(err, SW_E_LOCKED, "'%s' is held by run '%s' (%s, begun %s)", lock, holder->run,
                   holder->state, since);
}

int64_t sw_store_due(int64_t signal_time_ns)
{
    return signal_time_ns > 0 ? signal_time_ns : 1;
}
