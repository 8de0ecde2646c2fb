#include "lang/bundle.h"

#include "base/limits.h"
#include "base/text.h"
#include "sdk/json.h"

#include <string.h>

#define FORM "{\"stepwise_bundle\":1,"

/** Who refers to a part, and how: several references may lead to one file. */
struct link {
    const char *from, *reference;
    const struct sw_part *part;
};

struct sw_bundle {
    struct sw_arena *arena;
    const struct sw_finder *finder;
    const struct sw_hook_reader *hooks;
    struct sw_part *parts[SW_LIMIT_PARTS];
    size_t count;
    struct link *links;
    size_t link_count, link_room;
    bool is_recorded;
};

static const struct sw_part *take(struct sw_bundle *bundle, const struct sw_part *part)
{
    struct sw_part *kept = sw_alloc(bundle->arena, sizeof *kept);

    *kept = *part;
    sw_sha256_hex(kept->source.bytes, kept->source.length, kept->digest);
    bundle->parts[bundle->count++] = kept;
    return kept;
}

static void link_to(struct sw_bundle *bundle, const char *from, const char *reference,
                    const struct sw_part *part)
{
    if (bundle->link_count == bundle->link_room) {
        struct link *links =
            sw_alloc_array(bundle->arena, 2 * bundle->link_room + 8, sizeof *links);

        if (bundle->link_count > 0) {
            memcpy(links, bundle->links, bundle->link_count * sizeof *links);
        }
        bundle->links = links;
        bundle->link_room = 2 * bundle->link_room + 8;
    }
    bundle->links[bundle->link_count++] = (struct link){
        .from = sw_copy_text(bundle->arena, from),
        .reference = sw_copy_text(bundle->arena, reference),
        .part = part,
    };
}

struct sw_bundle *sw_bundle_new(struct sw_arena *arena, const struct sw_source *root,
                                const struct sw_finder *finder)
{
    struct sw_bundle *bundle = sw_alloc(arena, sizeof *bundle);

    *bundle = (struct sw_bundle){.arena = arena, .finder = finder};
    take(bundle, &(struct sw_part){.kind = SW_PART_RUNBOOK, .reference = "", .source = *root});
    return bundle;
}

void sw_bundle_use_hooks(struct sw_bundle *bundle, const struct sw_hook_reader *reader)
{
    bundle->hooks = reader;
}

const struct sw_hook_reader *sw_bundle_hooks(const struct sw_bundle *bundle)
{
    return bundle == NULL ? NULL : bundle->hooks;
}

bool sw_bundle_is_recorded(const struct sw_bundle *bundle)
{
    return bundle->is_recorded;
}

size_t sw_bundle_count(const struct sw_bundle *bundle)
{
    return bundle->count;
}

const struct sw_part *sw_bundle_at(const struct sw_bundle *bundle, size_t index)
{
    return index < bundle->count ? bundle->parts[index] : NULL;
}

static const struct sw_part *linked(const struct sw_bundle *bundle, const char *from,
                                    const char *reference, enum sw_part_kind kind)
{
    for (size_t i = 0; i < bundle->link_count; i++) {
        const struct link *link = &bundle->links[i];

        if (link->part->kind == kind && sw_text_is(link->from, from) &&
            sw_text_is(link->reference, reference)) {
            return link->part;
        }
    }
    return NULL;
}

static const struct sw_part *named(const struct sw_bundle *bundle, const char *name,
                                   enum sw_part_kind kind)
{
    for (size_t i = 0; i < bundle->count; i++) {
        if (bundle->parts[i]->kind == kind && sw_text_is(bundle->parts[i]->source.name, name)) {
            return bundle->parts[i];
        }
    }
    return NULL;
}

const struct sw_part *sw_bundle_part(struct sw_bundle *bundle, const struct sw_source *from,
                                     const char *reference, enum sw_part_kind kind,
                                     struct sw_error *err)
{
    const struct sw_part *part = linked(bundle, from->name, reference, kind);
    struct sw_part found = {.kind = kind};

    if (part != NULL) {
        return part;
    }
    if (bundle->finder == NULL) {
        sw_fail(err, SW_E_NOT_FOUND, "'%s' cannot be looked up here", reference);
        return NULL;
    }
    if (!bundle->finder->find(bundle->finder->context, from, reference, kind, bundle->arena,
                              &found.source, err)) {
        return NULL;
    }
    part = named(bundle, found.source.name, kind);
    if (part == NULL) {
        if (bundle->count == SW_LIMIT_PARTS) {
            sw_fail(err, SW_E_LIMIT, "a runbook is made of at most %d files", SW_LIMIT_PARTS);
            return NULL;
        }
        found.from = sw_copy_text(bundle->arena, from->name);
        found.reference = sw_copy_text(bundle->arena, reference);
        part = take(bundle, &found);
    }
    link_to(bundle, from->name, reference, part);
    return part;
}

/* ---- as text ---- */

static const char *kind_word(enum sw_part_kind kind)
{
    return kind == SW_PART_HOOK ? "hook" : "runbook";
}

bool sw_bundle_write(const struct sw_bundle *bundle, struct sw_buf *out, struct sw_error *err)
{
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_builder all = sw_map_begin(arena);
    struct sw_builder parts = sw_list_begin(arena);
    struct sw_builder links = sw_list_begin(arena);

    if (bundle->count == 1) {
        sw_buf_add(out, bundle->parts[0]->source.bytes, bundle->parts[0]->source.length);
        return !out->is_over || sw_fail(err, SW_E_LIMIT, "the runbook is too large to be kept");
    }
    for (size_t i = 0; i < bundle->count; i++) {
        const struct sw_source *source = &bundle->parts[i]->source;
        struct sw_builder part = sw_map_begin(arena);

        sw_map_put_text(&part, "kind", kind_word(bundle->parts[i]->kind));
        sw_map_put_text(&part, "name", source->name);
        sw_map_put(&part, "text", sw_text_n(arena, source->bytes, source->length));
        sw_list_add(&parts, sw_built(&part));
    }
    for (size_t i = 0; i < bundle->link_count; i++) {
        struct sw_builder link = sw_map_begin(arena);

        sw_map_put_text(&link, "kind", kind_word(bundle->links[i].part->kind));
        sw_map_put_text(&link, "from", bundle->links[i].from);
        sw_map_put_text(&link, "reference", bundle->links[i].reference);
        sw_map_put_text(&link, "name", bundle->links[i].part->source.name);
        sw_list_add(&links, sw_built(&link));
    }
    sw_map_put_int(&all, "stepwise_bundle", 1);
    sw_map_put(&all, "parts", sw_built(&parts));
    sw_map_put(&all, "links", sw_built(&links));
    sw_json_write(out, sw_built(&all), SW_JSON_PLAIN);
    return !out->is_over ||
           sw_fail(err, SW_E_LIMIT, "the %zu files of the runbook are too large to be kept",
                   bundle->count);
}

static enum sw_part_kind kind_of(const struct sw_value *row)
{
    return sw_text_is(sw_as_text(sw_get(row, "kind")), "hook") ? SW_PART_HOOK : SW_PART_RUNBOOK;
}

static bool read_rows(struct sw_bundle *bundle, const struct sw_value *parts,
                      const struct sw_value *links)
{
    for (size_t i = 1; i < sw_list_count(parts); i++) {
        const struct sw_value *row = sw_list_at(parts, i);
        const char *name = sw_as_text(sw_get(row, "name"));
        const char *text = sw_as_text(sw_get(row, "text"));
        struct sw_part part = {.kind = kind_of(row)};

        if (name == NULL || text == NULL || i >= SW_LIMIT_PARTS) {
            return false;
        }
        sw_source_from_text(bundle->arena, name, text, strlen(text), &part.source);
        take(bundle, &part);
    }
    for (size_t i = 0; i < sw_list_count(links); i++) {
        const struct sw_value *row = sw_list_at(links, i);
        const char *from = sw_as_text(sw_get(row, "from"));
        const char *reference = sw_as_text(sw_get(row, "reference"));
        const struct sw_part *part = named(bundle, sw_as_text(sw_get(row, "name")), kind_of(row));

        if (from == NULL || reference == NULL || part == NULL) {
            return false;
        }
        link_to(bundle, from, reference, part);
    }
    for (size_t i = 1; i < bundle->count; i++) {
        for (size_t k = bundle->link_count; k > 0; k--) {
            if (bundle->links[k - 1].part == bundle->parts[i]) {
                bundle->parts[i]->from = bundle->links[k - 1].from;
                bundle->parts[i]->reference = bundle->links[k - 1].reference;
            }
        }
    }
    return true;
}

bool sw_bundle_read(struct sw_arena *arena, const char *name, const char *text,
                    struct sw_bundle **ret_bundle, struct sw_error *err)
{
    struct sw_source root;
    const struct sw_value *all = NULL;

    if (!sw_text_begins(text, FORM)) {
        sw_source_from_text(arena, name, text, strlen(text), &root);
        *ret_bundle = sw_bundle_new(arena, &root, NULL);
        (*ret_bundle)->is_recorded = true;
        return true;
    }
    if (!sw_json_read(arena, text, strlen(text), SW_JSON_PLAIN, &all, err)) {
        err->code = SW_E_CORRUPT;
        return sw_fail_while(err, "the kept files of the runbook");
    }
    const struct sw_value *first = sw_list_at(sw_get(all, "parts"), 0);
    const char *root_name = sw_as_text(sw_get(first, "name"));
    const char *root_text = sw_as_text(sw_get(first, "text"));

    if (root_name == NULL || root_text == NULL) {
        return sw_fail(err, SW_E_CORRUPT, "the kept files of the runbook have no first one");
    }
    sw_source_from_text(arena, root_name, root_text, strlen(root_text), &root);
    *ret_bundle = sw_bundle_new(arena, &root, NULL);
    (*ret_bundle)->is_recorded = true;
    return read_rows(*ret_bundle, sw_get(all, "parts"), sw_get(all, "links")) ||
           sw_fail(err, SW_E_CORRUPT, "the kept files of the runbook are not whole");
}

void sw_bundle_digest(const struct sw_bundle *bundle, char ret_hex[SW_SHA256_HEX_BYTES])
{
    struct sw_sha256 hash;
    uint8_t digest[SW_SHA256_BYTES];

    if (bundle->count == 1) {
        memcpy(ret_hex, bundle->parts[0]->digest, SW_SHA256_HEX_BYTES);
        return;
    }
    sw_sha256_init(&hash);
    for (size_t i = 0; i < bundle->count; i++) {
        sw_sha256_add(&hash, bundle->parts[i]->digest, SW_SHA256_HEX_BYTES - 1);
        sw_sha256_add(&hash, "\n", 1);
    }
    sw_sha256_end(&hash, digest);
    sw_hex(digest, sizeof digest, ret_hex);
}
