#pragma once
/**
 * @file One connection to the journal, its settings and its statements. Sole place, with sqlite.c,
 * that knows SQLite.
 */
#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

enum sw_sql_id {
    SW_SQL_BEGIN,
    SW_SQL_BEGIN_WRITE,
    SW_SQL_COMMIT,
    SW_SQL_ROLLBACK,
    SW_SQL_RUN_ADD,
    SW_SQL_CONTENT_ADD,
    SW_SQL_CONTENT,
    SW_SQL_RUN,
    SW_SQL_RUNS,
    SW_SQL_ACQUIRE,
    SW_SQL_ADVANCE,
    SW_SQL_PARK,
    SW_SQL_END,
    SW_SQL_YIELD,
    SW_SQL_RECORD_ADD,
    SW_SQL_RECORDS,
    SW_SQL_LOCK_ADD,
    SW_SQL_LOCK_HOLDER,
    SW_SQL_LOCKS_DROP,
    SW_SQL_SIGNAL_ADD,
    SW_SQL_SIGNALS,
    SW_SQL_SIGNAL_FIRST,
    SW_SQL_WAKE,
    SW_SQL_KEEP,
    SW_SQL_FORGET,
    SW_SQL_KEPT,
    SW_SQL_COUNT,
};

struct sw_sql {
    sqlite3 *db;
    sqlite3_stmt *cached[SW_SQL_COUNT];
    int64_t pid;    /**< who opened it: a connection must not cross a fork */
    bool is_broken; /**< a write or sync failed: nothing more until reopened */
};

/**
 * Open, set up and check: WAL and synchronous=FULL read back, no extensions, no triggers, schema of
 * our version (made in an empty file), quick_check.
 *
 * @errors SW_E_IO, SW_E_CORRUPT, SW_E_CONFLICT (a newer version's file)
 */
bool sw_sql_open(struct sw_sql *sql, const char *path, struct sw_error *err);
bool sw_sql_check(struct sw_sql *sql,
                  struct sw_error *err); /**< quick_check @errors SW_E_CORRUPT */
void sw_sql_close(struct sw_sql *sql);   /**< half-opened is fine */

/**
 * A statement, reset, with its parameters bound by `types`: t text or NULL, b bytes (pointer and
 * size_t), i int64_t.
 *
 * @return NULL when failed: pass on
 */
sqlite3_stmt *sw_sql_use(struct sw_sql *sql, enum sw_sql_id id, struct sw_error *err,
                         const char *types, ...);

/** Go to the next row. @param ret_has_row may be NULL where none is expected */
bool sw_sql_step(struct sw_sql *sql, sqlite3_stmt *statement, bool *ret_has_row,
                 struct sw_error *err);

/** use and step in one, for what returns no row. */
bool sw_sql_do(struct sw_sql *sql, enum sw_sql_id id, struct sw_error *err, const char *types, ...);

/** Begin a transaction. @errors SW_E_IO when broken, SW_E_BUSY after 10 s of another's writing */
bool sw_sql_begin(struct sw_sql *sql, bool is_write, struct sw_error *err);
/** Durable when it returns true; else the store is broken. */
bool sw_sql_commit(struct sw_sql *sql, struct sw_error *err);
/** Undo; keeps `err` as it is, so that a refusal can pass through. @return always false */
bool sw_sql_rollback(struct sw_sql *sql);
