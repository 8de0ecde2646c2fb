#include "cli/test/read.h"

#include "base/limits.h"
#include "base/path.h"
#include "base/text.h"
#include "lang/yaml.h"

#include <stdlib.h>
#include <string.h>

enum { SEEDS_MOST = 10000 };

const struct sw_test_key sw_test_keys_top[] = {
    {"test", "1", "Version of this form of file."},
    {"runbook", "a file", "The runbook, as seen from here; NAME.test.yaml tests NAME.yaml."},
    {"world", "a file, or a map", "The model world of every case that names none."},
    {"params", "a map", "Parameters of every case."},
    {"cases", "a list", "The cases, each with the keys of a case."},
    {NULL, NULL, NULL},
};

const struct sw_test_key sw_test_keys_case[] = {
    {"name", "a text", "What the case shows; unique in its file."},
    {"world", "a file, or a map", "The model world; without it the default one."},
    {"trouble", "a list", "Rows of trouble that come on top of those of the world."},
    {"params", "a map", "Parameters, over those of the file."},
    {"answers", "a map",
     "Step -> choice, or a list of choices for each time that it asks; "
     "`parked` for a run that stands still."},
    {"seed", "a whole number", "Chance of the world; 1 when left out."},
    {"seeds", "a whole number", "Run it with so many seeds, from `seed` on."},
    {"expect", "a map", "What must come of it."},
    {NULL, NULL, NULL},
};

const struct sw_test_key sw_test_keys_expect[] = {
    {"exit", "a whole number", "Exit code."},
    {"end", "done, stopped, failed, refused or parked", "How it ends."},
    {"asks", "a step", "It waits for a person there; `parked` when the run stands still."},
    {"path", "a list of steps", "All steps that are entered, in their order."},
    {"passes", "a list of steps", "These steps in this order; others may lie between."},
    {"takes", "a list of STEP.WAY", "Outcomes, choices, rows that are taken: upload.clean."},
    {"never", "a list of steps", "Steps that are never entered."},
    {"evidence", "a list of evidence", "Held when the irreversible step acts, else at the end."},
    {"lapsed", "a list of evidence", "Evidence that lapses under way."},
    {"undone", "a list of steps", "Steps that are put back."},
    {"sends", "a map", "Step -> number of changing requests that it sends."},
    {"says", "a list of texts", "Texts of the timeline or of a question."},
    {"lost", "a whole number", "Files lost without anybody's word."},
    {"given_up", "a whole number", "Files lost that a person gave up by name."},
    {"deletes", "a whole number", "Irreversible effects in the world."},
    {"writes", "a whole number", "Changing requests that took effect in the world."},
    {NULL, NULL, NULL},
};

/* ---- forms ---- */

static bool check_keys(struct sw_test_reader *reader, const struct sw_node *node, const char *what,
                       const struct sw_test_key *keys)
{
    const char *names[32];
    size_t count = 0;

    if (node->kind != SW_NODE_MAP) {
        sw_test_complain(reader, SW_TEST_BAD_VALUE, &node->mark,
                         sw_format(reader->arena, "%s is a map of keys", what));
        return false;
    }
    for (; keys[count].name != NULL; count++) {
        names[count] = keys[count].name;
    }
    for (size_t i = 0; i < node->count; i++) {
        const char *key = node->keys[i]->text;
        bool is_known = strncmp(key, "x-", 2) == 0;

        for (size_t n = 0; n < count; n++) {
            is_known = is_known || strcmp(names[n], key) == 0;
        }
        if (!is_known) {
            sw_test_closest(
                reader,
                sw_test_complain(reader, SW_TEST_UNKNOWN_KEY, &node->keys[i]->mark,
                                 sw_format(reader->arena, "%s has no key `%s`", what, key)),
                key, names, count);
        }
    }
    return true;
}

static void wrong_form(struct sw_test_reader *reader, const struct sw_node *node,
                       const struct sw_test_key *keys, const char *key)
{
    while (!sw_text_is(keys->name, key)) {
        keys++;
    }
    sw_test_complain(reader, SW_TEST_BAD_VALUE, &node->mark,
                     sw_format(reader->arena, "`%s` is %s", key, keys->form));
}

static const char *word_of(struct sw_test_reader *reader, const struct sw_node *map,
                           const struct sw_test_key *keys, const char *key)
{
    const struct sw_node *node = sw_node_get(map, key);

    if (node != NULL && node->kind != SW_NODE_SCALAR) {
        wrong_form(reader, node, keys, key);
    }
    return node == NULL || node->kind != SW_NODE_SCALAR ? NULL : node->text;
}

static int64_t number_of(struct sw_test_reader *reader, const struct sw_node *map,
                         const struct sw_test_key *keys, const char *key, int64_t otherwise)
{
    const struct sw_node *node = sw_node_get(map, key);
    const struct sw_value *value = NULL;
    struct sw_error ignored = {0};
    int64_t number = -1;

    if (node == NULL) {
        return otherwise;
    }
    if (node->kind != SW_NODE_SCALAR ||
        !sw_type_parse(&sw_type_int, node->text, reader->arena, &value, &ignored) ||
        !sw_as_int(value, &number) || number < 0) {
        wrong_form(reader, node, keys, key);
    }
    return number;
}

/** A list of texts; one text alone is not a list of one. */
static const struct sw_value *list_of(struct sw_test_reader *reader, const struct sw_node *map,
                                      const char *key)
{
    const struct sw_node *node = sw_node_get(map, key);

    if (node == NULL) {
        return NULL;
    }
    for (size_t i = 0; node->kind == SW_NODE_LIST && i < node->count; i++) {
        if (node->items[i]->kind != SW_NODE_SCALAR) {
            wrong_form(reader, node->items[i], sw_test_keys_expect, key);
            return NULL;
        }
    }
    if (node->kind != SW_NODE_LIST) {
        wrong_form(reader, node, sw_test_keys_expect, key);
        return NULL;
    }
    return sw_node_value(reader->arena, node);
}

/* ---- parts of a case ---- */

static void add_answer(struct sw_test_reader *reader, struct sw_test_case *one, size_t room,
                       const char *step, const struct sw_node *node)
{
    if (node->kind != SW_NODE_SCALAR) {
        wrong_form(reader, node, sw_test_keys_case, "answers");
        return;
    }
    sw_test_check_choice(reader, step, node);
    if (one->answer_count < room) {
        one->answers[one->answer_count++] =
            (struct sw_prepared_answer){.step = step, .choice = node->text};
    }
}

static void read_answers(struct sw_test_reader *reader, const struct sw_node *node,
                         struct sw_test_case *one)
{
    size_t room = 0;

    if (node == NULL) {
        return;
    }
    if (node->kind != SW_NODE_MAP) {
        wrong_form(reader, node, sw_test_keys_case, "answers");
        return;
    }
    for (size_t i = 0; i < node->count; i++) {
        room += node->items[i]->kind == SW_NODE_LIST ? node->items[i]->count : 1;
    }
    one->answers = sw_alloc_array(reader->arena, room + 1, sizeof *one->answers);
    for (size_t i = 0; i < node->count; i++) {
        const char *step = node->keys[i]->text;

        if (!sw_text_is(step, "parked") &&
            !sw_test_check_step(reader, step, &node->keys[i]->mark)) {
            continue;
        }
        if (node->items[i]->kind != SW_NODE_LIST) {
            add_answer(reader, one, room, step, node->items[i]);
        }
        for (size_t n = 0; node->items[i]->kind == SW_NODE_LIST && n < node->items[i]->count; n++) {
            add_answer(reader, one, room, step, node->items[i]->items[n]);
        }
    }
}

static size_t add_params(struct sw_test_reader *reader, const struct sw_node *node,
                         const char **flags, size_t count)
{
    for (size_t i = 0; node != NULL && i < node->count; i++) {
        const char *name = node->keys[i]->text;
        bool is_there = reader->runbook == NULL;

        for (size_t n = 0; reader->runbook != NULL && n < reader->runbook->param_count; n++) {
            is_there = is_there || sw_text_is(reader->runbook->params[n].name, name);
        }
        if (!is_there) {
            sw_test_complain(reader, SW_TEST_NOT_THERE, &node->keys[i]->mark,
                             sw_format(reader->arena, "the runbook has no parameter '%s'", name));
        } else if (node->items[i]->kind != SW_NODE_SCALAR) {
            sw_test_complain(reader, SW_TEST_BAD_VALUE, &node->items[i]->mark,
                             "write the value of a parameter as it stands behind -p NAME=");
        } else {
            flags[count++] = sw_format(reader->arena, "%s=%s", name, node->items[i]->text);
        }
    }
    return count;
}

static void read_params(struct sw_test_reader *reader, const struct sw_node *node,
                        struct sw_test_case *one)
{
    size_t room = (reader->params == NULL ? 0 : reader->params->count) + 1;

    if (node != NULL && node->kind != SW_NODE_MAP) {
        wrong_form(reader, node, sw_test_keys_case, "params");
        node = NULL;
    }
    room += node == NULL ? 0 : node->count;
    one->params = sw_alloc_array(reader->arena, room, sizeof *one->params);
    size_t count = add_params(reader, reader->params, one->params, 0);

    add_params(reader, node, one->params, count);
}

/** The world must load by itself, with the trouble of the case. */
static void try_world(struct sw_test_reader *reader, const struct sw_node *node,
                      const struct sw_test_case *one)
{
    struct sw_loaded own = {0};
    struct sw_world *world = NULL;
    struct sw_error err = {0};
    const struct sw_value *config = one->world_config;
    bool is_fine =
        one->world_config != NULL || sw_read_world(one->world, NULL, &own, &config, &err);

    if (is_fine && one->world_config != NULL) {
        is_fine = sw_make_world(config, one->trouble, 1, reader->loaded, &world);
    } else if (is_fine) {
        /* Findings about the added trouble stand in this file, others in the world's own. */
        is_fine = sw_make_world(config, NULL, 1, &own, &world);
        if (is_fine && one->trouble != NULL) {
            world->ops->free(world);
            world = NULL;
            (void)sw_make_world(config, one->trouble, 1, reader->loaded, &world);
        }
    }
    if (!is_fine && one->world_config == NULL) {
        sw_diag_hint(reader->diags,
                     sw_test_complain(
                         reader, SW_TEST_BAD_FILE, &node->mark,
                         err.code != SW_E_NONE
                             ? err.text
                             : sw_format(reader->arena, "the world '%s' has errors", one->world)),
                     "`stepwise lint %s` tells them", one->world == NULL ? "FILE" : one->world);
    }
    if (world != NULL) {
        world->ops->free(world);
    }
    if (own.arena != NULL) {
        sw_loaded_release(&own);
    }
}

static void read_world(struct sw_test_reader *reader, const struct sw_node *map,
                       struct sw_test_case *one)
{
    const struct sw_node *node = sw_node_get(map, "world");
    const struct sw_node *trouble = sw_node_get(map, "trouble");

    node = node == NULL ? reader->world : node;
    if (trouble != NULL && trouble->kind != SW_NODE_LIST) {
        wrong_form(reader, trouble, sw_test_keys_case, "trouble");
    } else if (trouble != NULL) {
        one->trouble = sw_node_value(reader->arena, trouble);
    }
    if (node != NULL && node->kind == SW_NODE_LIST) {
        wrong_form(reader, node, sw_test_keys_case, "world");
        return;
    }
    if (node != NULL && node->kind == SW_NODE_MAP) {
        one->world_config = sw_node_value(reader->arena, node);
    } else if (node != NULL) {
        one->world = sw_path_join(reader->arena, sw_path_folder(reader->arena, reader->file->path),
                                  node->text);
    }
    try_world(reader, node == NULL ? map : node, one);
}

static void read_sends(struct sw_test_reader *reader, const struct sw_node *node,
                       struct sw_test_expect *expect)
{
    struct sw_builder map = sw_map_begin(reader->arena);

    for (size_t i = 0; node != NULL && node->kind == SW_NODE_MAP && i < node->count; i++) {
        const struct sw_value *value = NULL;
        struct sw_error ignored = {0};

        sw_test_check_step(reader, node->keys[i]->text, &node->keys[i]->mark);
        if (node->items[i]->kind != SW_NODE_SCALAR ||
            !sw_type_parse(&sw_type_int, node->items[i]->text, reader->arena, &value, &ignored)) {
            wrong_form(reader, node->items[i], sw_test_keys_expect, "sends");
            continue;
        }
        sw_map_put(&map, node->keys[i]->text, value);
    }
    if (node != NULL && node->kind != SW_NODE_MAP) {
        wrong_form(reader, node, sw_test_keys_expect, "sends");
    }
    expect->sends = sw_built(&map);
}

static void check_end(struct sw_test_reader *reader, const struct sw_node *node)
{
    static const char *const ends[] = {"done", "stopped", "failed", "refused", "parked"};

    for (size_t i = 0; node != NULL && node->kind == SW_NODE_SCALAR && i < SW_COUNT(ends); i++) {
        if (sw_text_is(ends[i], node->text)) {
            return;
        }
    }
    if (node != NULL && node->kind == SW_NODE_SCALAR) {
        sw_test_closest(reader,
                        sw_test_complain(reader, SW_TEST_BAD_VALUE, &node->mark,
                                         "`end` is done, stopped, failed, refused or parked"),
                        node->text, ends, SW_COUNT(ends));
    }
}

static void read_expect(struct sw_test_reader *reader, const struct sw_node *map,
                        struct sw_test_expect *expect)
{
    const struct sw_test_key *keys = sw_test_keys_expect;
    const struct sw_node *asks = sw_node_get(map, "asks");

    expect->exit = number_of(reader, map, keys, "exit", -1);
    expect->lost = number_of(reader, map, keys, "lost", -1);
    expect->given_up = number_of(reader, map, keys, "given_up", -1);
    expect->deletes = number_of(reader, map, keys, "deletes", -1);
    expect->writes = number_of(reader, map, keys, "writes", -1);
    expect->end = word_of(reader, map, keys, "end");
    check_end(reader, sw_node_get(map, "end"));
    expect->asks = word_of(reader, map, keys, "asks");
    if (expect->asks != NULL && !sw_text_is(expect->asks, "parked")) {
        sw_test_check_step(reader, expect->asks, &asks->mark);
    }
    expect->path = list_of(reader, map, "path");
    expect->passes = list_of(reader, map, "passes");
    expect->takes = list_of(reader, map, "takes");
    expect->never = list_of(reader, map, "never");
    expect->evidence = list_of(reader, map, "evidence");
    expect->lapsed = list_of(reader, map, "lapsed");
    expect->undone = list_of(reader, map, "undone");
    expect->says = list_of(reader, map, "says");
    sw_test_check_steps(reader, expect->path);
    sw_test_check_steps(reader, expect->passes);
    sw_test_check_steps(reader, expect->never);
    sw_test_check_steps(reader, expect->undone);
    sw_test_check_ways(reader, expect->takes);
    sw_test_check_evidence(reader, expect->evidence);
    sw_test_check_evidence(reader, expect->lapsed);
    read_sends(reader, sw_node_get(map, "sends"), expect);
}

static void read_case(struct sw_test_reader *reader, const struct sw_node *node,
                      struct sw_test_case *one)
{
    const struct sw_test_key *keys = sw_test_keys_case;
    const struct sw_node *expect = sw_node_get(node, "expect");
    const char *name = word_of(reader, node, keys, "name");

    one->mark = &node->mark;
    one->name = name == NULL ? "" : name;
    if (!check_keys(reader, node, "a case", keys)) {
        return;
    }
    if (one->name[0] == '\0') {
        sw_test_complain(reader, SW_TEST_MISSING_KEY, &node->mark, "a case lacks the key `name`");
    }
    if (expect == NULL || (expect->kind == SW_NODE_MAP && expect->count == 0)) {
        sw_test_complain(reader, SW_TEST_MISSING_KEY, &node->mark,
                         "a case lacks the key `expect`: it could not fail");
    } else if (check_keys(reader, expect, "`expect`", sw_test_keys_expect)) {
        read_expect(reader, expect, &one->expect);
    }
    one->seed = (uint64_t)number_of(reader, node, keys, "seed", 1);
    one->seed_count = (uint64_t)number_of(reader, node, keys, "seeds", 1);
    if (one->seed_count == 0 || one->seed_count > SEEDS_MOST) {
        sw_test_complain(reader, SW_TEST_BAD_VALUE, &node->mark,
                         sw_format(reader->arena, "`seeds` is 1 to %d", SEEDS_MOST));
        one->seed_count = 1;
    }
    read_answers(reader, sw_node_get(node, "answers"), one);
    read_params(reader, sw_node_get(node, "params"), one);
    read_world(reader, node, one);
}

static void read_cases(struct sw_test_reader *reader, const struct sw_node *root)
{
    const struct sw_node *node = sw_node_get(root, "cases");
    struct sw_test_file *file = reader->file;

    if (node == NULL || node->kind != SW_NODE_LIST || node->count == 0) {
        sw_test_complain(reader, SW_TEST_MISSING_KEY, node == NULL ? &root->mark : &node->mark,
                         "a test file has `cases`, a list of at least one");
        return;
    }
    file->cases = sw_alloc_array(reader->arena, node->count, sizeof *file->cases);
    file->case_count = node->count;
    for (size_t i = 0; i < node->count; i++) {
        read_case(reader, node->items[i], &file->cases[i]);
        for (size_t n = 0; n < i; n++) {
            if (file->cases[i].name[0] != '\0' &&
                sw_text_is(file->cases[n].name, file->cases[i].name)) {
                sw_test_complain(reader, SW_TEST_SAME_NAME, &node->items[i]->mark,
                                 sw_format(reader->arena, "a case above is called '%s' already",
                                           file->cases[i].name));
            }
        }
    }
}

/* ---- the file ---- */

/** "a/b.test.yaml" -> "a/b.yaml" */
static const char *runbook_beside(const char *path, struct sw_arena *arena)
{
    const char *end = strstr(path, ".test.");

    return end == NULL ? path
                       : sw_format(arena, "%.*s%s", (int)(end - path), path, end + strlen(".test"));
}

static void load_runbook(struct sw_test_reader *reader, const struct sw_node *root,
                         const char *const *libraries, struct sw_loaded *ret_runbook)
{
    const struct sw_node *node = sw_node_get(root, "runbook");
    const char *path = word_of(reader, root, sw_test_keys_top, "runbook");
    struct sw_error err = {0};

    path = path == NULL ? runbook_beside(reader->file->path, reader->arena)
                        : sw_path_join(reader->arena,
                                       sw_path_folder(reader->arena, reader->file->path), path);
    reader->file->runbook_path = path;
    if (!sw_load_runbook(path, libraries, ret_runbook, &err)) {
        sw_test_complain(reader, SW_TEST_BAD_FILE, node == NULL ? &root->mark : &node->mark,
                         err.text);
        return;
    }
    reader->runbook = ret_runbook->runbook;
    if (reader->runbook == NULL) {
        sw_diag_hint(
            reader->diags,
            sw_test_complain(reader, SW_TEST_BAD_FILE, node == NULL ? &root->mark : &node->mark,
                             sw_format(reader->arena, "the runbook '%s' does not load", path)),
            "`stepwise lint %s` tells why", path);
        return;
    }
    reader->flow = sw_flow_new(reader->runbook, reader->arena);
}

static bool check_root(struct sw_test_reader *reader, const struct sw_node *root)
{
    const struct sw_node *version = sw_node_get(root, "test");

    if (root->kind != SW_NODE_MAP || version == NULL) {
        sw_test_complain(reader, SW_TEST_NO_TEST, &root->mark,
                         "this is no test file: the key `test` is missing");
        return false;
    }
    if (version->kind != SW_NODE_SCALAR || !sw_text_is(version->text, "1")) {
        sw_test_complain(reader, SW_TEST_BAD_VALUE, &version->mark,
                         "this program reads test files of version 1: test: 1");
    }
    return check_keys(reader, root, "a test file", sw_test_keys_top);
}

const struct sw_test_file *sw_test_file_load(const char *path, const char *text,
                                             const char *const *libraries, struct sw_loaded *loaded,
                                             struct sw_loaded *ret_runbook, struct sw_error *err)
{
    *loaded = (struct sw_loaded){.arena = sw_arena_new(), .diags = sw_diags_new()};
    *ret_runbook = (struct sw_loaded){0};
    struct sw_test_reader reader = {.loaded = loaded,
                                    .arena = loaded->arena,
                                    .diags = loaded->diags,
                                    .file = sw_alloc(loaded->arena, sizeof *reader.file)};

    reader.file->path = path;
    if (text != NULL) {
        sw_source_from_text(loaded->arena, path, text, strlen(text), &loaded->source);
    } else if (!sw_source_read(loaded->arena, path, 16u * SW_LIMIT_FILE_BYTES, &loaded->source,
                               err)) {
        return NULL;
    }
    const struct sw_node *root = sw_yaml_read(&loaded->source, loaded->arena, loaded->diags);

    if (root == NULL || !check_root(&reader, root)) {
        return NULL;
    }
    reader.world = sw_node_get(root, "world");
    reader.params = sw_node_get(root, "params");
    if (reader.params != NULL && reader.params->kind != SW_NODE_MAP) {
        wrong_form(&reader, reader.params, sw_test_keys_top, "params");
        reader.params = NULL;
    }
    load_runbook(&reader, root, libraries, ret_runbook);
    read_cases(&reader, root);
    sw_diags_sort(loaded->diags);
    return sw_diags_error_count(loaded->diags) == 0 ? reader.file : NULL;
}
