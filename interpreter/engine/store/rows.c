#include "engine/store/rows.h"

#include "base/text.h"

#include <string.h>

/* What has a NUL inside was not written by us; "" then fails wherever it is checked. */
static const char *column_text(struct sw_arena *arena, sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    size_t length = (size_t)sqlite3_column_bytes(statement, column);

    return text == NULL || strlen(text) != length ? "" : sw_copy(arena, text, length);
}

/* @param ret_owner may be NULL; copies go to `arena` */
static void read_run(sqlite3_stmt *row, struct sw_arena *arena, struct sw_run_row *ret_row,
                     struct sw_owner *ret_owner)
{
    struct sw_owner owner = {
        .pid = sqlite3_column_int64(row, 10),
        .start = (uint64_t)sqlite3_column_int64(row, 11),
    };
    const char *boot = column_text(arena, row, 12);

    memcpy(owner.boot, boot, strnlen(boot, sizeof owner.boot - 1));
    *ret_row = (struct sw_run_row){
        .run = column_text(arena, row, 0),
        .runbook = column_text(arena, row, 1),
        .digest = column_text(arena, row, 2),
        .state = column_text(arena, row, 3),
        .created_ns = sqlite3_column_int64(row, 4),
        .wake_ns = sqlite3_column_int64(row, 5),
        .last_seq = (uint64_t)sqlite3_column_int64(row, 6),
        .fence = (uint64_t)sqlite3_column_int64(row, 7),
        .head = column_text(arena, row, 8),
        .signals_seen = (uint64_t)sqlite3_column_int64(row, 9),
        .owner_pid = owner.pid,
    };
    if (ret_owner != NULL) {
        *ret_owner = owner;
    }
}

bool sw_rows_find(struct sw_sql *sql, const char *run, struct sw_arena *arena,
                  struct sw_run_row *ret_row, struct sw_owner *ret_owner, struct sw_error *err)
{
    bool has_row;
    sqlite3_stmt *row = sw_sql_use(sql, SW_SQL_RUN, err, "t", run);

    if (row == NULL || !sw_sql_step(sql, row, &has_row, err)) {
        return false;
    }
    if (!has_row) {
        return sw_fail(err, SW_E_NOT_FOUND, "there is no run '%s'; `stepwise ls` lists them", run);
    }
    read_run(row, arena, ret_row, ret_owner);
    (void)sqlite3_reset(row);
    return true;
}

void sw_rows_show_liveness(struct sw_run_row *row, const struct sw_owner *owner)
{
    if (row->owner_pid != 0 && !sw_owner_is_alive(owner)) {
        row->owner_pid = 0;
        row->state = "ready";
    }
}

bool sw_rows_holder(struct sw_sql *sql, const char *lock, struct sw_arena *arena,
                    const char **ret_run, struct sw_error *err)
{
    bool has_row;
    sqlite3_stmt *row = sw_sql_use(sql, SW_SQL_LOCK_HOLDER, err, "t", lock);

    if (row == NULL || !sw_sql_step(sql, row, &has_row, err)) {
        return false;
    }
    *ret_run = has_row ? column_text(arena, row, 0) : NULL;
    (void)sqlite3_reset(row);
    return true;
}

bool sw_rows_records(struct sw_sql *sql, const char *run, struct sw_arena *arena,
                     const struct sw_stored **ret_records, size_t *ret_count, struct sw_error *err)
{
    struct sw_stored *records = NULL;
    size_t capacity = 0;
    size_t count = 0;
    bool has_row;
    sqlite3_stmt *row = sw_sql_use(sql, SW_SQL_RECORDS, err, "t", run);

    if (row == NULL) {
        return false;
    }
    for (;;) {
        if (!sw_sql_step(sql, row, &has_row, err)) {
            return false;
        }
        if (!has_row) {
            break;
        }
        records = sw_grow(arena, records, count, &capacity, sizeof *records);

        struct sw_stored *record = &records[count++];
        const void *body = sqlite3_column_blob(row, 4);
        const char *hash = (const char *)sqlite3_column_text(row, 5);

        record->seq = (uint64_t)sqlite3_column_int64(row, 0);
        record->fence = (uint64_t)sqlite3_column_int64(row, 1);
        record->time_ns = sqlite3_column_int64(row, 2);
        record->kind = column_text(arena, row, 3);
        record->length = (size_t)sqlite3_column_bytes(row, 4);
        record->body = sw_copy(arena, body == NULL ? "" : body, record->length);
        if (hash != NULL && strlen(hash) == sizeof record->hash - 1) {
            memcpy(record->hash, hash, sizeof record->hash);
        }
    }
    *ret_records = records;
    *ret_count = count;
    return true;
}

bool sw_rows_signals(struct sw_sql *sql, const char *run, uint64_t after, struct sw_arena *arena,
                     struct sw_signal **ret_signals, size_t *ret_count, struct sw_error *err)
{
    size_t capacity = 0;
    bool has_row;
    struct sw_run_row row;
    sqlite3_stmt *found;

    *ret_signals = NULL;
    *ret_count = 0;
    if (!sw_rows_find(sql, run, arena, &row, NULL, err)) {
        return false;
    }
    found = sw_sql_use(sql, SW_SQL_SIGNALS, err, "ti", run, (int64_t)after);
    if (found == NULL) {
        return false;
    }
    for (;;) {
        if (!sw_sql_step(sql, found, &has_row, err)) {
            return false;
        }
        if (!has_row) {
            return true;
        }
        *ret_signals = sw_grow(arena, *ret_signals, *ret_count, &capacity, sizeof **ret_signals);
        (*ret_signals)[(*ret_count)++] = (struct sw_signal){
            .id = (uint64_t)sqlite3_column_int64(found, 0),
            .kind = column_text(arena, found, 1),
            .body = column_text(arena, found, 2),
            .sender = column_text(arena, found, 3),
            .time_ns = sqlite3_column_int64(found, 4),
        };
    }
}

bool sw_rows_runs(struct sw_sql *sql, struct sw_arena *arena, struct sw_run_row **ret_rows,
                  size_t *ret_count, struct sw_error *err)
{
    size_t capacity = 0;
    bool has_row;
    sqlite3_stmt *row = sw_sql_use(sql, SW_SQL_RUNS, err, "");

    *ret_rows = NULL;
    *ret_count = 0;
    if (row == NULL) {
        return false;
    }
    for (;;) {
        struct sw_owner owner;

        if (!sw_sql_step(sql, row, &has_row, err)) {
            return false;
        }
        if (!has_row) {
            return true;
        }
        *ret_rows = sw_grow(arena, *ret_rows, *ret_count, &capacity, sizeof **ret_rows);
        read_run(row, arena, &(*ret_rows)[*ret_count], &owner);
        sw_rows_show_liveness(&(*ret_rows)[*ret_count], &owner);
        (*ret_count)++;
    }
}
