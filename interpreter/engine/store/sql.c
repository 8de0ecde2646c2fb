#include "engine/store/sql.h"

#include "base/macros.h"
#include "base/text.h"

#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BUSY_MS = 10000, SCHEMA_VERSION = 1 };

/* application_id, so that file(1) and we know a journal: "swJ1". */
#define APPLICATION_ID 0x73774a31

/* The run's row is rewritten by each commit: so what is long stands elsewhere. */
static const char *const schema =
    "CREATE TABLE run (run TEXT PRIMARY KEY, runbook TEXT NOT NULL, digest TEXT NOT NULL,"
    " state TEXT NOT NULL, created_ns INTEGER NOT NULL, wake_ns INTEGER NOT NULL DEFAULT 0,"
    " last_seq INTEGER NOT NULL DEFAULT 0, fence INTEGER NOT NULL DEFAULT 0, head TEXT NOT NULL,"
    " signals_seen INTEGER NOT NULL DEFAULT 0, owner_pid INTEGER NOT NULL DEFAULT 0,"
    " owner_start INTEGER NOT NULL DEFAULT 0, owner_boot TEXT NOT NULL DEFAULT '',"
    " CHECK ((owner_pid <> 0) = (state = 'running'))) STRICT, WITHOUT ROWID;"
    "CREATE TABLE content (run TEXT PRIMARY KEY REFERENCES run, body BLOB NOT NULL) STRICT;"
    "CREATE TABLE record (run TEXT NOT NULL REFERENCES run, seq INTEGER NOT NULL,"
    " fence INTEGER NOT NULL, time_ns INTEGER NOT NULL, kind TEXT NOT NULL, body BLOB NOT NULL,"
    " hash TEXT NOT NULL, PRIMARY KEY (run, seq)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE signal (id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " run TEXT NOT NULL REFERENCES run, dedup TEXT, kind TEXT NOT NULL, body TEXT NOT NULL,"
    " sender TEXT NOT NULL, time_ns INTEGER NOT NULL, UNIQUE (run, dedup)) STRICT;"
    "CREATE TABLE lock (name TEXT PRIMARY KEY, run TEXT NOT NULL REFERENCES run) STRICT,"
    " WITHOUT ROWID;"
    "CREATE TABLE kept (run TEXT PRIMARY KEY REFERENCES run, body TEXT NOT NULL) STRICT,"
    " WITHOUT ROWID;"
    "CREATE INDEX lock_run ON lock (run);"
    "CREATE INDEX signal_run ON signal (run, id);";

#define RUN_COLUMNS                                                                                \
    "run, runbook, digest, state, created_ns, wake_ns, last_seq, fence, head, signals_seen, "      \
    "owner_pid, owner_start, owner_boot"

/* KEEP IN STEP: enum sw_sql_id */
static const char *const texts[SW_SQL_COUNT] = {
    [SW_SQL_BEGIN] = "BEGIN",
    [SW_SQL_BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [SW_SQL_COMMIT] = "COMMIT",
    [SW_SQL_ROLLBACK] = "ROLLBACK",
    [SW_SQL_RUN_ADD] = "INSERT INTO run (run, runbook, digest, state, created_ns, head)"
                       " VALUES (?, ?, ?, 'ready', ?, ?)",
    [SW_SQL_CONTENT_ADD] = "INSERT INTO content (run, body) VALUES (?, ?)",
    [SW_SQL_CONTENT] = "SELECT body FROM content WHERE run = ?",
    [SW_SQL_RUN] = "SELECT " RUN_COLUMNS " FROM run WHERE run = ?",
    [SW_SQL_RUNS] = "SELECT " RUN_COLUMNS " FROM run ORDER BY created_ns, run",
    [SW_SQL_ACQUIRE] = "UPDATE run SET fence = fence + 1, state = 'running', wake_ns = 0,"
                       " owner_pid = ?2, owner_start = ?3, owner_boot = ?4 WHERE run = ?1",
    [SW_SQL_ADVANCE] = "UPDATE run SET last_seq = ?4, head = ?5,"
                       " signals_seen = max(signals_seen, ?6)"
                       " WHERE run = ?1 AND fence = ?2 AND last_seq = ?3 AND state = 'running'",
    [SW_SQL_PARK] = "UPDATE run SET state = 'parked', wake_ns = ?2, owner_pid = 0,"
                    " owner_start = 0, owner_boot = '' WHERE run = ?1",
    [SW_SQL_END] = "UPDATE run SET state = ?2, wake_ns = 0, owner_pid = 0, owner_start = 0,"
                   " owner_boot = '' WHERE run = ?1",
    [SW_SQL_YIELD] = "UPDATE run SET state = 'ready', owner_pid = 0, owner_start = 0,"
                     " owner_boot = '' WHERE run = ?1 AND fence = ?2 AND state = 'running'",
    [SW_SQL_RECORD_ADD] = "INSERT INTO record (run, seq, fence, time_ns, kind, body, hash)"
                          " VALUES (?, ?, ?, ?, ?, ?, ?)",
    [SW_SQL_RECORDS] = "SELECT seq, fence, time_ns, kind, body, hash FROM record WHERE run = ?"
                       " ORDER BY seq",
    [SW_SQL_LOCK_ADD] = "INSERT OR IGNORE INTO lock (name, run) VALUES (?, ?)",
    [SW_SQL_LOCK_HOLDER] = "SELECT run FROM lock WHERE name = ?",
    [SW_SQL_LOCKS_DROP] = "DELETE FROM lock WHERE run = ?",
    [SW_SQL_SIGNAL_ADD] = "INSERT OR IGNORE INTO signal (run, dedup, kind, body, sender, time_ns)"
                          " VALUES (?, ?, ?, ?, ?, ?)",
    [SW_SQL_SIGNALS] = "SELECT id, kind, body, sender, time_ns FROM signal"
                       " WHERE run = ? AND id > ? ORDER BY id",
    [SW_SQL_SIGNAL_FIRST] = "SELECT time_ns FROM signal WHERE run = ?1 AND id >"
                            " (SELECT signals_seen FROM run WHERE run = ?1) ORDER BY id LIMIT 1",
    [SW_SQL_WAKE] = "UPDATE run SET wake_ns = ?2 WHERE run = ?1 AND state = 'parked'",
    [SW_SQL_KEEP] = "INSERT OR REPLACE INTO kept (run, body) VALUES (?, ?)",
    [SW_SQL_FORGET] = "DELETE FROM kept WHERE run = ?",
    [SW_SQL_KEPT] = "SELECT body FROM kept WHERE run = ?",
};

/* BUSY is the only failure after which the connection is as good as before. */
static bool fail(struct sw_sql *sql, int rc, const char *what, struct sw_error *err)
{
    int os = sql->db == NULL ? 0 : sqlite3_system_errno(sql->db);

    switch (rc & 0xff) {
    case SQLITE_BUSY:
        return sw_fail(err, SW_E_BUSY,
                       "%s: another process has been writing to the journal for %d s", what,
                       BUSY_MS / 1000);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        sql->is_broken = true;
        return sw_fail(err, SW_E_CORRUPT, "%s: the journal's file is damaged (%s)", what,
                       sqlite3_errmsg(sql->db));
    case SQLITE_READONLY:
    case SQLITE_PERM:
        sql->is_broken = true;
        return sw_fail(
            err, SW_E_DENIED,
            "%s: the journal cannot be written; its folder and its files must be ours to "
            "write (chmod u+rwX)",
            what);
    default:
        sql->is_broken = true;
        return sw_fail(err, SW_E_IO,
                       "%s: the journal failed (%s%s%s); nothing more is written: make room on its "
                       "disk, or mend it, then `stepwise resume` goes on",
                       what, sqlite3_errmsg(sql->db), os == 0 ? "" : ": ",
                       os == 0 ? "" : strerror(os));
    }
}

static sqlite3_stmt *prepared(struct sw_sql *sql, enum sw_sql_id id, struct sw_error *err)
{
    if (sql->cached[id] != NULL) {
        (void)sqlite3_reset(sql->cached[id]);
        return sql->cached[id];
    }

    int rc = sqlite3_prepare_v3(sql->db, texts[id], -1, SQLITE_PREPARE_PERSISTENT, &sql->cached[id],
                                NULL);

    if (rc != SQLITE_OK) {
        (void)fail(sql, rc, "prepare", err);
        return NULL;
    }
    return sql->cached[id];
}

/* The bytes must stay as they are until the statement is reset; each caller steps at once. */
static int bind(sqlite3_stmt *statement, const char *types, va_list args)
{
    int rc = SQLITE_OK;

    for (int at = 1; *types != '\0' && rc == SQLITE_OK; types++, at++) {
        if (*types == 'i') {
            rc = sqlite3_bind_int64(statement, at, va_arg(args, int64_t));
        } else if (*types == 't') {
            rc = sqlite3_bind_text(statement, at, va_arg(args, const char *), -1, SQLITE_STATIC);
        } else {
            const void *bytes = va_arg(args, const void *);

            rc = sqlite3_bind_blob64(statement, at, bytes, va_arg(args, size_t), SQLITE_STATIC);
        }
    }
    return rc;
}

static sqlite3_stmt *use(struct sw_sql *sql, enum sw_sql_id id, struct sw_error *err,
                         const char *types, va_list args)
{
    sqlite3_stmt *statement = prepared(sql, id, err);

    if (statement == NULL) {
        return NULL;
    }

    int rc = bind(statement, types, args);

    if (rc != SQLITE_OK) {
        (void)fail(sql, rc, "bind", err);
        return NULL;
    }
    return statement;
}

sqlite3_stmt *sw_sql_use(struct sw_sql *sql, enum sw_sql_id id, struct sw_error *err,
                         const char *types, ...)
{
    va_list args;

    va_start(args, types);

    sqlite3_stmt *statement = use(sql, id, err, types, args);

    va_end(args);
    return statement;
}

bool sw_sql_step(struct sw_sql *sql, sqlite3_stmt *statement, bool *ret_has_row,
                 struct sw_error *err)
{
    int rc = sqlite3_step(statement);

    if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
        bool is_ok = fail(sql, rc, sqlite3_stmt_readonly(statement) ? "read" : "write", err);

        (void)sqlite3_reset(statement);
        return is_ok;
    }
    if (rc == SQLITE_DONE) {
        (void)sqlite3_reset(statement);
    }
    if (ret_has_row != NULL) {
        *ret_has_row = rc == SQLITE_ROW;
    }
    return true;
}

bool sw_sql_do(struct sw_sql *sql, enum sw_sql_id id, struct sw_error *err, const char *types, ...)
{
    va_list args;

    va_start(args, types);

    sqlite3_stmt *statement = use(sql, id, err, types, args);

    va_end(args);
    return statement != NULL && sw_sql_step(sql, statement, NULL, err);
}

bool sw_sql_begin(struct sw_sql *sql, bool is_write, struct sw_error *err)
{
    if (sql->is_broken) {
        return sw_fail(err, SW_E_IO, "the journal failed before; open it anew");
    }
    if (sql->pid != getpid()) {
        return sw_fail(err, SW_E_INTERNAL, "the journal was opened by process %ld, before a fork",
                       (long)sql->pid);
    }
    return sw_sql_do(sql, is_write ? SW_SQL_BEGIN_WRITE : SW_SQL_BEGIN, err, "");
}

bool sw_sql_commit(struct sw_sql *sql, struct sw_error *err)
{
    if (sw_sql_do(sql, SW_SQL_COMMIT, err, "")) {
        return true;
    }
    sql->is_broken = true;
    return sw_sql_rollback(sql);
}

bool sw_sql_rollback(struct sw_sql *sql)
{
    struct sw_error ignored = {0};

    for (size_t i = 0; i < SW_SQL_COUNT; i++) {
        (void)sqlite3_reset(sql->cached[i]);
    }
    /* SQLite may have rolled back by itself after an error. */
    if (sqlite3_get_autocommit(sql->db) == 0) {
        (void)sw_sql_do(sql, SW_SQL_ROLLBACK, &ignored, "");
    }
    return false;
}

/* @param ret_text first column of the first row, cut to fit; "" without a row */
static bool ask(struct sw_sql *sql, const char *text, char *ret_text, size_t size,
                struct sw_error *err)
{
    sqlite3_stmt *statement = NULL;
    int rc = sqlite3_prepare_v2(sql->db, text, -1, &statement, NULL);

    ret_text[0] = '\0';
    if (rc == SQLITE_OK) {
        rc = sqlite3_step(statement);
        if (rc == SQLITE_ROW && sqlite3_column_text(statement, 0) != NULL) {
            size_t length = (size_t)sqlite3_column_bytes(statement, 0);

            length = length < size ? length : size - 1;
            memcpy(ret_text, sqlite3_column_text(statement, 0), length);
            ret_text[length] = '\0';
        }
    }
    (void)sqlite3_finalize(statement);
    if (rc != SQLITE_OK && rc != SQLITE_ROW && rc != SQLITE_DONE) {
        return fail(sql, rc, text, err);
    }
    return true;
}

static bool expect(struct sw_sql *sql, const char *text, const char *wanted, struct sw_error *err)
{
    char got[64];

    if (!ask(sql, text, got, sizeof got, err)) {
        return false;
    }
    if (!sw_text_is(got, wanted)) {
        return sw_fail(err, SW_E_IO, "SQLite says '%s' to \"%s\" where '%s' was wanted", got, text,
                       wanted);
    }
    return true;
}

/* reliability.md 1: what a hostile file could use is off. */
static bool harden(struct sw_sql *sql, struct sw_error *err)
{
    static const struct {
        int option;
        int value;
    } settings[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
        {SQLITE_DBCONFIG_DQS_DML, 0},        {SQLITE_DBCONFIG_DQS_DDL, 0},
        {SQLITE_DBCONFIG_ENABLE_FKEY, 1},    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    };

    for (size_t i = 0; i < SW_COUNT(settings); i++) {
        int is_now = -1;

        if (sqlite3_db_config(sql->db, settings[i].option, settings[i].value, &is_now) !=
                SQLITE_OK ||
            is_now != settings[i].value) {
            return sw_fail(err, SW_E_IO, "SQLite does not take setting %d", settings[i].option);
        }
    }
    return true;
}

/* SQLite's own handler sleeps up to 100 ms at a time, so one busy writer starves all others. */
static int wait_a_little(void *context, int count)
{
    const struct timespec one_ms = {.tv_nsec = 1000000};

    (void)context;
    if (count >= BUSY_MS) {
        return 0;
    }
    (void)nanosleep(&one_ms, NULL);
    return 1;
}

static bool set_up(struct sw_sql *sql, struct sw_error *err)
{
    char got[64];

    return harden(sql, err) && sqlite3_busy_handler(sql->db, wait_a_little, NULL) == SQLITE_OK &&
           expect(sql, "PRAGMA journal_mode = WAL", "wal", err) &&
           ask(sql, "PRAGMA synchronous = FULL", got, sizeof got, err) &&
           expect(sql, "PRAGMA synchronous", "2", err) &&
           /* A signed address that is forgotten must not lie on in a free page. */
           expect(sql, "PRAGMA secure_delete = ON", "1", err) &&
           ask(sql, "PRAGMA cell_size_check = ON", got, sizeof got, err) &&
           /* With mmap an I/O error would be a SIGBUS. */
           ask(sql, "PRAGMA mmap_size = 0", got, sizeof got, err) &&
           ask(sql, "PRAGMA temp_store = MEMORY", got, sizeof got, err);
}

static bool make_schema(struct sw_sql *sql, struct sw_error *err)
{
    char marks[96];
    int rc;

    sqlite3_snprintf(sizeof marks, marks, "PRAGMA application_id = %d; PRAGMA user_version = %d",
                     APPLICATION_ID, SCHEMA_VERSION);
    if (!sw_sql_begin(sql, true, err)) {
        return false;
    }
    rc = sqlite3_exec(sql->db, schema, NULL, NULL, NULL);
    if (rc == SQLITE_OK) {
        rc = sqlite3_exec(sql->db, marks, NULL, NULL, NULL);
    }
    if (rc != SQLITE_OK) {
        (void)fail(sql, rc, "make the journal's tables", err);
        return sw_sql_rollback(sql);
    }
    return sw_sql_commit(sql, err);
}

static bool check_schema(struct sw_sql *sql, struct sw_error *err)
{
    char tables[24];
    char application[24];
    char version[24];
    char wanted[24];

    if (!ask(sql, "SELECT count(*) FROM sqlite_schema", tables, sizeof tables, err) ||
        !ask(sql, "PRAGMA application_id", application, sizeof application, err) ||
        !ask(sql, "PRAGMA user_version", version, sizeof version, err)) {
        return false;
    }
    if (sw_text_is(tables, "0") && sw_text_is(application, "0") && sw_text_is(version, "0")) {
        return make_schema(sql, err);
    }
    sqlite3_snprintf(sizeof wanted, wanted, "%d", APPLICATION_ID);
    if (!sw_text_is(application, wanted)) {
        return sw_fail(err, SW_E_CORRUPT, "the file is an SQLite database, but no journal");
    }
    sqlite3_snprintf(sizeof wanted, wanted, "%d", SCHEMA_VERSION);
    if (!sw_text_is(version, wanted)) {
        return sw_fail(err, SW_E_CONFLICT,
                       "the journal has format %s, this program reads format %s", version, wanted);
    }
    return true;
}

bool sw_sql_check(struct sw_sql *sql, struct sw_error *err)
{
    char found[200];

    if (!ask(sql, "PRAGMA quick_check(1)", found, sizeof found, err)) {
        return false;
    }
    if (!sw_text_is(found, "ok")) {
        return sw_fail(err, SW_E_CORRUPT, "the journal's file is damaged: %s", found);
    }
    return true;
}

bool sw_sql_open(struct sw_sql *sql, const char *path, struct sw_error *err)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE |
                SQLITE_OPEN_EXRESCODE;
    int rc = sqlite3_open_v2(path, &sql->db, flags, NULL);

    sql->pid = getpid();
    if (rc != SQLITE_OK) {
        return fail(sql, rc, "open", err);
    }
    return set_up(sql, err) && check_schema(sql, err);
}

void sw_sql_close(struct sw_sql *sql)
{
    if (sql->db == NULL || sql->pid != getpid()) {
        /* Behind a fork even closing is not ours to do (SQLite, "How To Corrupt", 2.6). */
        return;
    }
    for (size_t i = 0; i < SW_SQL_COUNT; i++) {
        (void)sqlite3_finalize(sql->cached[i]);
        sql->cached[i] = NULL;
    }
    if (sql->is_broken) {
        /* Closing would copy the write-ahead file into the journal and sync again: after a failed
         * sync that must wait for a fresh look at what the disk has. */
        (void)sqlite3_db_config(sql->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    }
    (void)sqlite3_close(sql->db);
    sql->db = NULL;
}
