#include "ui/findings.h"

#include "base/limits.h"
#include "lang/codes.h"
#include "sdk/json.h"

#include <ctype.h>
#include <string.h>

static const char *code_text(struct sw_arena *arena, unsigned code)
{
    return sw_format(arena, "SW%04u", code);
}

static void put_place(struct sw_builder *map, struct sw_mark mark)
{
    sw_map_put_text(map, "file", mark.file);
    if (mark.line > 0) {
        sw_map_put_int(map, "line", mark.line);
        sw_map_put_int(map, "column", mark.column);
        sw_map_put_int(map, "length", mark.length);
    }
}

static const struct sw_value *finding(struct sw_arena *arena, const struct sw_diag *diag)
{
    struct sw_builder item = sw_map_begin(arena);
    struct sw_builder notes = sw_list_begin(arena);
    const struct sw_code_doc *doc = sw_code_doc(diag->code);

    sw_map_put_text(&item, "code", code_text(arena, diag->code));
    if (doc != NULL) {
        sw_map_put_text(&item, "rule", sw_code_rule(doc, arena));
    }
    sw_map_put_text(&item, "severity", diag->severity == SW_ERROR ? "error" : "warning");
    put_place(&item, diag->mark);
    sw_map_put_text(&item, "message", diag->text);
    if (diag->hint != NULL) {
        sw_map_put_text(&item, "hint", diag->hint);
    }
    for (size_t n = 0; n < diag->note_count; n++) {
        struct sw_builder note = sw_map_begin(arena);

        put_place(&note, diag->notes[n].mark);
        sw_map_put_text(&note, "message", diag->notes[n].text);
        sw_list_add(&notes, sw_built(&note));
    }
    if (diag->note_count > 0) {
        sw_map_put(&item, "notes", sw_built(&notes));
    }
    return sw_built(&item);
}

void sw_findings_json(struct sw_buf *out, const struct sw_diags *const *lists, size_t count)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_builder top = sw_map_begin(arena);
    struct sw_builder list = sw_list_begin(arena);
    size_t errors = 0;
    size_t dropped = 0;

    for (size_t n = 0; n < count; n++) {
        errors += sw_diags_error_count(lists[n]);
        dropped += sw_diags_dropped(lists[n]);
        for (size_t i = 0; i < sw_diags_count(lists[n]); i++) {
            sw_list_add(&list, finding(arena, sw_diags_at(lists[n], i)));
        }
    }
    sw_map_put_int(&top, "schema_version", 1);
    sw_map_put_int(&top, "errors", (int64_t)errors);
    sw_map_put_int(&top, "not_shown", (int64_t)dropped);
    sw_map_put(&top, "findings", sw_built(&list));
    sw_json_write_pretty(out, sw_built(&top), SW_JSON_PLAIN);
    sw_buf_add_char(out, '\n');
    sw_arena_free(arena);
}

/* ---- SARIF ---- */

static const struct sw_value *one(struct sw_arena *arena, const char *key,
                                  const struct sw_value *value)
{
    struct sw_builder map = sw_map_begin(arena);

    sw_map_put(&map, key, value);
    return sw_built(&map);
}

static const struct sw_value *list_of_one(struct sw_arena *arena, const struct sw_value *value)
{
    struct sw_builder list = sw_list_begin(arena);

    sw_list_add(&list, value);
    return sw_built(&list);
}

struct sarif {
    struct sw_arena *arena;
    const char *folder;
    size_t rule_counts[10000]; /* by code: place among the rules, from 1; 0: no rule */
};

/* RFC 3986: what may stand in a path as it is. */
static bool is_plain(unsigned char c)
{
    return c < 128 && (isalnum(c) || (c != 0 && strchr("-._~/!$&'()*+,;=@", c) != NULL));
}

static const char *uri(const struct sarif *sarif, const char *file)
{
    size_t folder = sarif->folder == NULL ? 0 : strlen(sarif->folder);
    struct sw_buf out;

    if (folder > 0 && strncmp(file, sarif->folder, folder) == 0 && file[folder] == '/') {
        file += folder + 1;
    }
    while (strncmp(file, "./", 2) == 0) {
        file += 2 + strspn(file + 2, "/");
    }
    sw_buf_init(&out, SW_LIMIT_REPLY_BYTES);
    sw_buf_add_text(&out, file[0] == '/' ? "file://" : "");
    for (; *file != '\0'; file++) {
        unsigned char c = (unsigned char)*file;

        if (is_plain(c)) {
            sw_buf_add_char(&out, *file);
        } else {
            sw_buf_addf(&out, "%%%02X", c);
        }
    }
    const char *text = sw_copy(sarif->arena, out.bytes, out.length);

    sw_buf_release(&out);
    return text;
}

static const struct sw_value *location(const struct sarif *sarif, struct sw_mark mark)
{
    struct sw_arena *arena = sarif->arena;
    struct sw_builder physical = sw_map_begin(arena);
    struct sw_builder region = sw_map_begin(arena);

    sw_map_put(&physical, "artifactLocation",
               one(arena, "uri", sw_text(arena, uri(sarif, mark.file))));
    if (mark.line > 0) {
        sw_map_put_int(&region, "startLine", mark.line);
        sw_map_put_int(&region, "startColumn", mark.column);
        sw_map_put_int(&region, "endColumn", (int64_t)mark.column + mark.length);
        sw_map_put(&physical, "region", sw_built(&region));
    }
    return one(arena, "physicalLocation", sw_built(&physical));
}

static const struct sw_value *result(const struct sarif *sarif, const struct sw_diag *diag)
{
    struct sw_arena *arena = sarif->arena;
    struct sw_builder item = sw_map_begin(arena);
    const char *text =
        diag->hint == NULL ? diag->text : sw_format(arena, "%s. %s", diag->text, diag->hint);

    sw_map_put_text(&item, "ruleId", code_text(arena, diag->code));
    if (diag->code < SW_COUNT(sarif->rule_counts) && sarif->rule_counts[diag->code] > 0) {
        sw_map_put_int(&item, "ruleIndex", (int64_t)sarif->rule_counts[diag->code] - 1);
    }
    sw_map_put_text(&item, "level", diag->severity == SW_ERROR ? "error" : "warning");
    sw_map_put(&item, "message", one(arena, "text", sw_text(arena, text)));
    if (diag->mark.file != NULL) {
        sw_map_put(&item, "locations", list_of_one(arena, location(sarif, diag->mark)));
    }
    return sw_built(&item);
}

static const struct sw_value *rules(struct sarif *sarif)
{
    struct sw_arena *arena = sarif->arena;
    struct sw_builder list = sw_list_begin(arena);
    size_t count = 0;

    for (const struct sw_code_doc *row = sw_code_docs(); row->code != 0; row++) {
        struct sw_builder rule = sw_map_begin(arena);

        sarif->rule_counts[row->code] = ++count;
        sw_map_put_text(&rule, "id", code_text(arena, row->code));
        sw_map_put_text(&rule, "name", sw_code_rule(row, arena));
        sw_map_put(&rule, "shortDescription", one(arena, "text", sw_text(arena, row->title)));
        sw_map_put(&rule, "help", one(arena, "text", sw_text(arena, row->text)));
        sw_list_add(&list, sw_built(&rule));
    }
    return sw_built(&list);
}

void sw_findings_sarif(struct sw_buf *out, const struct sw_diags *const *lists, size_t count,
                       const char *folder, const char *tool_version)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_builder top = sw_map_begin(arena);
    struct sw_builder run = sw_map_begin(arena);
    struct sw_builder driver = sw_map_begin(arena);
    struct sw_builder results = sw_list_begin(arena);
    struct sarif *sarif = sw_alloc(arena, sizeof *sarif);

    *sarif = (struct sarif){.arena = arena, .folder = folder};
    sw_map_put_text(&driver, "name", "stepwise");
    sw_map_put_text(&driver, "version", tool_version);
    sw_map_put(&driver, "rules", rules(sarif));
    for (size_t n = 0; n < count; n++) {
        for (size_t i = 0; i < sw_diags_count(lists[n]); i++) {
            sw_list_add(&results, result(sarif, sw_diags_at(lists[n], i)));
        }
    }
    sw_map_put(&run, "tool", one(arena, "driver", sw_built(&driver)));
    sw_map_put_text(&run, "columnKind", "unicodeCodePoints");
    sw_map_put(&run, "results", sw_built(&results));
    sw_map_put_text(&top, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    sw_map_put_text(&top, "version", "2.1.0");
    sw_map_put(&top, "runs", list_of_one(arena, sw_built(&run)));
    sw_json_write_pretty(out, sw_built(&top), SW_JSON_PLAIN);
    sw_buf_add_char(out, '\n');
    sw_arena_free(arena);
}
