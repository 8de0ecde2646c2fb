#include "lang/bundle.h"

#include "base/limits.h"
#include "base/text.h"

#include <string.h>

struct sw_bundle {
    struct sw_arena *arena;
    const struct sw_finder *finder;
    struct sw_part *parts[SW_LIMIT_PARTS];
    size_t count;
};

static void take(struct sw_bundle *bundle, const struct sw_part *part)
{
    struct sw_part *kept = sw_alloc(bundle->arena, sizeof *kept);

    *kept = *part;
    sw_sha256_hex(kept->source.bytes, kept->source.length, kept->digest);
    bundle->parts[bundle->count++] = kept;
}

struct sw_bundle *sw_bundle_new(struct sw_arena *arena, const struct sw_source *root,
                                const struct sw_finder *finder)
{
    struct sw_bundle *bundle = sw_alloc(arena, sizeof *bundle);

    *bundle = (struct sw_bundle){.arena = arena, .finder = finder};
    take(bundle, &(struct sw_part){.kind = SW_PART_RUNBOOK, .reference = "", .source = *root});
    return bundle;
}

size_t sw_bundle_count(const struct sw_bundle *bundle)
{
    return bundle->count;
}

const struct sw_part *sw_bundle_at(const struct sw_bundle *bundle, size_t index)
{
    return index < bundle->count ? bundle->parts[index] : NULL;
}

static const struct sw_part *known(const struct sw_bundle *bundle, const char *from,
                                   const char *reference, const char *name, enum sw_part_kind kind)
{
    for (size_t i = 0; i < bundle->count; i++) {
        const struct sw_part *part = bundle->parts[i];
        bool is_asked = part->from != NULL && sw_text_is(part->from, from) &&
                        sw_text_is(part->reference, reference);

        if (part->kind == kind && (name == NULL ? is_asked : sw_text_is(part->source.name, name))) {
            return part;
        }
    }
    return NULL;
}

const struct sw_part *sw_bundle_part(struct sw_bundle *bundle, const struct sw_source *from,
                                     const char *reference, enum sw_part_kind kind,
                                     struct sw_error *err)
{
    const struct sw_part *part = known(bundle, from->name, reference, NULL, kind);
    struct sw_part found = {.kind = kind, .from = from->name, .reference = reference};

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
    part = known(bundle, NULL, NULL, found.source.name, kind);
    if (part != NULL) {
        return part;
    }
    if (bundle->count == SW_LIMIT_PARTS) {
        sw_fail(err, SW_E_LIMIT, "a runbook is made of at most %d files", SW_LIMIT_PARTS);
        return NULL;
    }
    take(bundle, &found);
    return bundle->parts[bundle->count - 1];
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
