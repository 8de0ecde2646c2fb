#include "cli/book/load.h"

#include "base/limits.h"
#include "base/text.h"
#include "cli/book/files.h"
#include "cli/book/hook_file.h"
#include "cli/book/lock.h"
#include "cli/wire.h"
#include "lang/yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* More than a source may have, so that its own finding says so with a place. */
#define READ_BYTES (16u * SW_LIMIT_FILE_BYTES)

static void begin(struct sw_loaded *loaded)
{
    *loaded = (struct sw_loaded){.arena = sw_arena_new(), .diags = sw_diags_new()};
}

void sw_loaded_release(struct sw_loaded *loaded)
{
    sw_diags_free(loaded->diags);
    sw_arena_free(loaded->arena);
    *loaded = (struct sw_loaded){0};
}

static void load_bundle(struct sw_loaded *loaded)
{
    sw_bundle_use_hooks(loaded->bundle, sw_hook_reader(loaded->arena));
    loaded->runbook =
        sw_runbook_load_bundle(loaded->bundle, sw_wire_registry(), loaded->arena, loaded->diags);
    sw_diags_sort(loaded->diags);
}

void sw_load_runbook_found(struct sw_loaded *loaded, const struct sw_finder *finder)
{
    loaded->bundle = sw_bundle_new(loaded->arena, &loaded->source, finder);
    load_bundle(loaded);
}

/* The source is read; now all that belongs to it. */
static void load_from_disk(const char *const *libraries, struct sw_loaded *ret_loaded)
{
    /* In the arena, not in the struct: that may be copied while the bundle points to it. */
    struct sw_finder *finder = sw_alloc(ret_loaded->arena, sizeof *finder);
    struct sw_find *find = sw_alloc(ret_loaded->arena, sizeof *find);

    *find = (struct sw_find){.libraries = libraries};
    *finder = sw_find_on_disk(find);
    sw_load_runbook_found(ret_loaded, finder);
}

/* What differs from the lock is an error like any other. */
static void obey_lock(struct sw_loaded *loaded)
{
    size_t errors = sw_diags_error_count(loaded->diags);

    sw_lock_check(loaded, loaded->source.name);
    if (sw_diags_error_count(loaded->diags) > errors) {
        loaded->runbook = NULL;
    }
    sw_diags_sort(loaded->diags);
}

void sw_load_runbook_to_pin(const char *path, const char *bytes, size_t length,
                            const char *const *libraries, struct sw_loaded *ret_loaded)
{
    begin(ret_loaded);
    sw_source_from_text(ret_loaded->arena, path, bytes, length, &ret_loaded->source);
    load_from_disk(libraries, ret_loaded);
}

bool sw_load_runbook(const char *path, const char *const *libraries, struct sw_loaded *ret_loaded,
                     struct sw_error *err)
{
    begin(ret_loaded);
    if (!sw_source_read(ret_loaded->arena, path, READ_BYTES, &ret_loaded->source, err)) {
        sw_loaded_release(ret_loaded);
        return false;
    }
    enum sw_file_kind kind = sw_file_kind_of(ret_loaded->source.bytes);

    if (kind != SW_FILE_RUNBOOK && kind != SW_FILE_OTHER) {
        sw_loaded_release(ret_loaded);
        return sw_fail(err, SW_E_INPUT, "'%s' is a %s; name the runbook in its place", path,
                       sw_file_kind_name(kind));
    }
    load_from_disk(libraries, ret_loaded);
    obey_lock(ret_loaded);
    return true;
}

void sw_load_runbook_bytes(const char *path, const char *bytes, size_t length,
                           const char *const *libraries, struct sw_loaded *ret_loaded)
{
    sw_load_runbook_to_pin(path, bytes, length, libraries, ret_loaded);
    obey_lock(ret_loaded);
}

bool sw_load_runbook_text(const char *name, const char *text, struct sw_loaded *ret_loaded,
                          struct sw_error *err)
{
    begin(ret_loaded);
    if (!sw_bundle_read(ret_loaded->arena, name, text, &ret_loaded->bundle, err)) {
        sw_loaded_release(ret_loaded);
        return false;
    }
    ret_loaded->source = sw_bundle_at(ret_loaded->bundle, 0)->source;
    load_bundle(ret_loaded);
    return true;
}

struct sw_sources sw_loaded_sources(const struct sw_loaded *loaded)
{
    size_t count = loaded->bundle == NULL ? 0 : sw_bundle_count(loaded->bundle);
    struct sw_source *items = NULL;

    if (count == 0) {
        return (struct sw_sources){.items = &loaded->source, .count = 1};
    }
    items = sw_alloc_array(loaded->arena, count, sizeof *items);
    for (size_t i = 0; i < count; i++) {
        items[i] = sw_bundle_at(loaded->bundle, i)->source;
    }
    return (struct sw_sources){.items = items, .count = count};
}

bool sw_wants_colors(int file)
{
    const char *no = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");

    return isatty(file) && (no == NULL || no[0] == '\0') && !sw_text_is(terminal, "dumb");
}

void sw_print_findings(const struct sw_loaded *loaded)
{
    struct sw_sources sources = sw_loaded_sources(loaded);
    struct sw_buf out;
    bool is_colored = sw_wants_colors(STDERR_FILENO);

    sw_buf_init(&out, SW_LIMIT_REPLY_BYTES);
    sw_caret_all(&out, loaded->diags, &sources, is_colored);
    fputs(out.bytes, stderr);
    sw_buf_release(&out);
}

/* ---- worlds ---- */

const struct sw_value *sw_node_value(struct sw_arena *arena, const struct sw_node *node)
{
    const struct sw_value *value = NULL;

    if (node->kind == SW_NODE_SCALAR) {
        value = sw_text_n(arena, node->text, node->length);
    } else if (node->kind == SW_NODE_LIST) {
        struct sw_builder list = sw_list_begin(arena);

        for (size_t i = 0; i < node->count; i++) {
            sw_list_add(&list, sw_node_value(arena, node->items[i]));
        }
        value = sw_built(&list);
    } else {
        struct sw_builder map = sw_map_begin(arena);

        for (size_t i = 0; i < node->count; i++) {
            sw_map_put(&map, node->keys[i]->text, sw_node_value(arena, node->items[i]));
        }
        value = sw_built(&map);
    }
    return sw_with_mark(arena, value, &node->mark);
}

/** The world file's rows of trouble, and more of them. */
static const struct sw_value *with_trouble(const struct sw_value *config,
                                           const struct sw_value *trouble, struct sw_arena *arena)
{
    struct sw_builder map = sw_map_begin(arena);
    struct sw_builder rows = sw_list_begin(arena);
    const struct sw_value *own = sw_get(config, "trouble");

    for (size_t i = 0; i < config->as.map.count; i++) {
        sw_map_put(&map, config->as.map.entries[i].key, config->as.map.entries[i].value);
    }
    for (size_t i = 0; i < sw_list_count(own); i++) {
        sw_list_add(&rows, sw_list_at(own, i));
    }
    for (size_t i = 0; i < sw_list_count(trouble); i++) {
        sw_list_add(&rows, sw_list_at(trouble, i));
    }
    sw_map_put(&map, "trouble", sw_with_mark(arena, sw_built(&rows), trouble->mark));
    return sw_with_mark(arena, sw_built(&map), config->mark);
}

bool sw_make_world(const struct sw_value *config, const struct sw_value *trouble, uint64_t seed,
                   struct sw_loaded *loaded, struct sw_world **ret_world)
{
    const char *name = config->kind == SW_V_MAP ? sw_as_text(sw_get(config, "world")) : NULL;
    const struct sw_world_kind *kind = name == NULL ? NULL : sw_wire_world_kind(name);

    if (kind == NULL) {
        struct sw_diag *diag =
            sw_diag_add(loaded->diags, SW_ERROR, 808,
                        config->mark == NULL ? (struct sw_mark){0} : *config->mark,
                        name == NULL ? "this is no world file: the key `world` is missing"
                                     : "there is no kind of world with this name");

        sw_diag_hint(loaded->diags, diag, "write `world: %s`", sw_wire_default_world()->name);
        return false;
    }
    if (trouble != NULL) {
        config = with_trouble(config, trouble, loaded->arena);
    }
    *ret_world = kind->make(config, seed, loaded->diags);
    return *ret_world != NULL && sw_diags_error_count(loaded->diags) == 0;
}

bool sw_read_world(const char *path, const char *text, struct sw_loaded *loaded,
                   const struct sw_value **ret_config, struct sw_error *err)
{
    begin(loaded);
    if (path == NULL || path[0] == '\0') {
        struct sw_builder none = sw_map_begin(loaded->arena);

        sw_map_put_text(&none, "world", sw_wire_default_world()->name);
        *ret_config = sw_built(&none);
        return true;
    }
    if (text != NULL) {
        sw_source_from_text(loaded->arena, path, text, strlen(text), &loaded->source);
    } else if (!sw_source_read(loaded->arena, path, READ_BYTES, &loaded->source, err)) {
        return false;
    }
    struct sw_node *root = sw_yaml_read(&loaded->source, loaded->arena, loaded->diags);

    if (root != NULL) {
        *ret_config = sw_node_value(loaded->arena, root);
    }
    return root != NULL;
}

bool sw_load_world(const char *path, const char *text, uint64_t seed, struct sw_loaded *loaded,
                   struct sw_world **ret_world, struct sw_error *err)
{
    const struct sw_value *config = NULL;

    return sw_read_world(path, text, loaded, &config, err) &&
           sw_make_world(config, NULL, seed, loaded, ret_world);
}

/* ---- parameters and targets ---- */

static const char *flag_value(const char *const *flags, const char *name)
{
    const char *value = NULL;
    size_t length = strlen(name);

    for (; flags != NULL && *flags != NULL; flags++) {
        if (strncmp(*flags, name, length) == 0 && (*flags)[length] == '=') {
            value = *flags + length + 1;
        }
    }
    return value;
}

static const char *apart(const struct sw_buf *problems)
{
    return problems->length == 0 ? "" : "; ";
}

static void check_unknown_flags(const struct sw_runbook *runbook, const char *const *flags,
                                struct sw_arena *arena, struct sw_buf *problems)
{
    const char **names = sw_alloc_array(arena, runbook->param_count + 1, sizeof *names);

    for (size_t i = 0; i < runbook->param_count; i++) {
        names[i] = runbook->params[i].name;
    }
    for (; flags != NULL && *flags != NULL; flags++) {
        const char *equals = strchr(*flags, '=');
        const char *name =
            sw_copy(arena, *flags, equals == NULL ? strlen(*flags) : (size_t)(equals - *flags));
        bool is_known = false;

        for (size_t i = 0; i < runbook->param_count; i++) {
            is_known = is_known || strcmp(names[i], name) == 0;
        }
        if (equals == NULL) {
            sw_buf_addf(problems, "%s-p %s: write -p name=value", apart(problems), *flags);
        } else if (!is_known) {
            const char *close = sw_text_closest(name, names, runbook->param_count);

            sw_buf_addf(problems, "%s-p %s: the runbook has no such parameter%s%s%s",
                        apart(problems), name, close == NULL ? "" : "; did you mean '",
                        close == NULL ? "" : close, close == NULL ? "" : "'?");
        }
    }
}

static void bind_one(const struct sw_param *param, const char *const *flags,
                     const struct sw_value *suggested, struct sw_arena *arena,
                     struct sw_builder *params, struct sw_buf *problems)
{
    const char *text = flag_value(flags, param->name);
    const struct sw_value *value = NULL;
    struct sw_error err = {0};

    if (text == NULL) {
        text = getenv(sw_format(arena, "STEPWISE_PARAM_%s", param->name));
    }
    if (text == NULL) {
        text = sw_as_text(sw_get(suggested, param->name));
    }
    if (text != NULL) {
        if (!sw_param_accept(param, sw_text(arena, text), arena, &value, &err)) {
            sw_buf_addf(problems, "%s%s: %s", apart(problems), param->name, err.text);
            return;
        }
    } else if (param->preset != NULL) {
        value = param->preset;
    } else if (param->is_required) {
        sw_buf_addf(problems, "%s%s: is required (-p %s=...)%s%s", apart(problems), param->name,
                    param->name, param->description == NULL ? "" : ": ",
                    param->description == NULL ? "" : param->description);
        return;
    } else {
        value = sw_null(arena, "the parameter was not given");
    }
    sw_map_put(params, param->name, value);
}

bool sw_bind_params(const struct sw_runbook *runbook, const char *const *flags,
                    const struct sw_value *suggested, struct sw_arena *arena,
                    const struct sw_value **ret_params, struct sw_error *err)
{
    struct sw_builder params = sw_map_begin(arena);
    struct sw_buf problems;
    bool is_fine = false;

    sw_buf_init(&problems, SW_ERROR_TEXT_BYTES - 64);
    check_unknown_flags(runbook, flags, arena, &problems);
    for (size_t i = 0; i < runbook->param_count; i++) {
        bind_one(&runbook->params[i], flags, suggested, arena, &params, &problems);
    }
    is_fine = problems.length == 0;
    if (is_fine) {
        *ret_params = sw_built(&params);
    } else {
        sw_fail(err, SW_E_INPUT, "parameters: %s", problems.bytes);
    }
    sw_buf_release(&problems);
    return is_fine;
}

bool sw_bind_targets(const struct sw_runbook *runbook, const struct sw_world *world,
                     struct sw_arena *arena, const struct sw_target **ret_targets,
                     struct sw_error *err)
{
    const struct sw_value *offered = world->ops->bindings(world, arena);
    struct sw_target *targets = sw_alloc_array(arena, runbook->target_count + 1, sizeof *targets);

    for (size_t i = 0; i < runbook->target_count; i++) {
        const struct sw_target_decl *decl = &runbook->targets[i];
        const struct sw_value *own =
            sw_get(offered, sw_format(arena, "%s %s", decl->kind->name, decl->name));
        const struct sw_value *settings = own != NULL ? own : sw_get(offered, decl->kind->name);

        if (settings == NULL) {
            return sw_fail(err, SW_E_INPUT, "the world has nothing for target '%s' of kind %s",
                           decl->name, decl->kind->name);
        }
        targets[i] = (struct sw_target){
            .name = decl->name,
            .kind = decl->kind->name,
            .settings = settings,
            .transport = sw_wire_transport(decl->kind->name, NULL),
        };
        if (targets[i].transport == NULL) {
            return sw_fail(err, SW_E_INPUT, "there is no way yet to speak to a %s",
                           decl->kind->name);
        }
    }
    *ret_targets = targets;
    return true;
}
