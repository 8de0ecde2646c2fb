#pragma once
/** @file Types and fields as data: one table row is input check, schema, reference page and name
 * list. */
#include "base/error.h"
#include "sdk/value.h"

/** The types of the language (language.md, "Expressions"). KEEP IN STEP: type_names in field.c. */
enum sw_type_kind {
    SW_T_ANY, /**< only inside the interpreter: matches everything */
    SW_T_BOOL,
    SW_T_INT,
    SW_T_FLOAT,
    SW_T_PERCENT,
    SW_T_STRING,
    SW_T_ENUM,
    SW_T_VERSION,
    SW_T_DURATION,
    SW_T_SIZE,
    SW_T_TIME,
    /* checked text */
    SW_T_PATH,
    SW_T_WIN_PATH,
    SW_T_UNC_PATH,
    SW_T_HOST,
    SW_T_URL,
    SW_T_GUID,
    SW_T_RESOURCE_ID,
    /* compound */
    SW_T_LIST,
    SW_T_MAP,    /**< free keys, values of `of` */
    SW_T_OBJECT, /**< keys of `fields` */
    /* opaque */
    SW_T_SECRET,
    SW_T_LISTING, /**< what can be lost: {count, bytes, newest, names, digest, is_complete} */
    SW_T_MARK,    /**< a place in a log of the target: {channel, record_id, time, ...} */
};

struct sw_field;

struct sw_type {
    enum sw_type_kind kind;
    const char *const *values;     /**< ENUM: NULL-ended */
    const struct sw_type *of;      /**< LIST, MAP */
    const struct sw_field *fields; /**< OBJECT: ends with a NULL name */
};

/* One shared instance for each type without parts. */
extern const struct sw_type sw_type_any, sw_type_bool, sw_type_int, sw_type_float, sw_type_percent,
    sw_type_string, sw_type_version, sw_type_duration, sw_type_size, sw_type_time, sw_type_path,
    sw_type_win_path, sw_type_unc_path, sw_type_host, sw_type_url, sw_type_guid,
    sw_type_resource_id, sw_type_secret, sw_type_listing, sw_type_mark;

enum {
    SW_FIELD_REQUIRED = 1 << 0,
    SW_FIELD_VOLATILE = 1 << 1, /**< output: moves by itself, does not make a saved plan stale */
    SW_FIELD_IDENTITY = 1 << 2, /**< output: part of the identity when this read is the subject */
};

/** One input, output or setting. Tables end with a NULL name. */
struct sw_field {
    const char *name;
    const struct sw_type *type;
    unsigned flags;
    const char *preset; /**< default in the type's plain form, or NULL */
    const char *doc;    /**< one sentence, with the unit where there is one */
};

const struct sw_field *sw_field_find(const struct sw_field *fields, const char *name);

/** "string", "list of enum(a, b)", ... for messages. */
const char *sw_type_text(struct sw_arena *arena, const struct sw_type *type);

/** The type for a keyword ("duration", ...). NULL when there is none, and for those with parts
 * (enum, list, map, object) and `any`. */
const struct sw_type *sw_type_by_name(const char *name);

/** Does equality of this type ignore ASCII case (win_path, unc_path, host, guid, resource_id)? */
bool sw_type_is_folded(const struct sw_type *type);

/**
 * Read the plain text form of a scalar type: `true|false`, integers `0|-?[1-9][0-9]*`, durations
 * with unit, enum values exactly, checked text by its rules (a path with a control character is
 * refused).
 *
 * @errors SW_E_INPUT, a sentence that says what was expected; SW_E_LIMIT for a duration or size too
 * large
 */
bool sw_type_parse(const struct sw_type *type, const char *text, struct sw_arena *arena,
                   const struct sw_value **ret_value, struct sw_error *err);

/**
 * Check a value against a type and give it that type's kind where the form differs: TEXT becomes
 * DURATION, TIME, VERSION, INT, ... by the rules of sw_type_parse(); INT becomes FLOAT, PERCENT,
 * SIZE (bytes), a whole FLOAT becomes INT. An enum value that is not listed stays TEXT (services
 * add values; comparisons then are simply false). Null and unknown pass; a NULL value becomes null.
 * Objects take only the keys of their table; a listing and a mark keep what else they hold.
 *
 * @errors SW_E_INPUT
 */
bool sw_type_accept(const struct sw_type *type, const struct sw_value *value,
                    struct sw_arena *arena, const struct sw_value **ret_value,
                    struct sw_error *err);
