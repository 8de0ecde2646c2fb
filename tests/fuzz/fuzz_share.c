/**
 * @file Any replies to the list of a share's files, range by range, and any two lists compared:
 * read or refused with a reason, never out of bounds, and a list that is taken has no difference to
 * itself.
 */
#include "fuzz/replies.h"
#include "stdlib/filesync/manifest.h"
#include "stdlib/filesync/share_list.h"

#include <string.h>

enum { RANGES = 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void count(void *context, enum sw_manifest_class class,
                  const struct sw_manifest_line *server, const struct sw_manifest_line *share)
{
    int64_t *differences = context;

    sw_require(class != SW_MANIFEST_SAME && (server != NULL || share != NULL));
    ++*differences;
}

static int64_t all(const struct sw_manifest_tally *tally)
{
    int64_t sum = 0;

    for (size_t i = 0; i < SW_MANIFEST_CLASSES; i++) {
        sum += tally->files[i];
    }
    return sum;
}

/* What a hostile share lists may be out of order; what is in order equals itself. */
static void compare_with_itself(const char *after, const struct sw_manifest_part *part)
{
    struct sw_manifest_tally tally = {0};
    const char *through = NULL;
    struct sw_error err = {0};
    int64_t differences = 0;

    if (sw_manifest_compare(after, part, part, count, &differences, &tally, &through, &err)) {
        sw_require(tally.files[SW_MANIFEST_MISSING] + tally.files[SW_MANIFEST_NEWER] +
                       tally.files[SW_MANIFEST_SIZE] + tally.files[SW_MANIFEST_OLDER] +
                       tally.files[SW_MANIFEST_ONLY_SHARE] ==
                   0);
        sw_require(differences == all(&tally) - tally.files[SW_MANIFEST_SAME]);
    } else {
        sw_require(err.text[0] != '\0');
    }
}

static void read_ranges(struct sw_arena *arena, int64_t max, const char *text, size_t length)
{
    struct sw_builder settings = sw_map_begin(arena);
    const struct sw_target target = {.name = "cloud",
                                     .kind = "azure.sync_group",
                                     .settings = sw_built(&settings),
                                     .secret = "token",
                                     .transport = &sw_filesync_cloud_transport};
    struct replies replies = {.arena = arena, .text = text, .length = length, .at = 0};
    const char *after = "";

    for (int i = 0; i < RANGES && after != NULL; i++) {
        struct sw_error err = {0};
        struct sw_talk talk = {
            .transport = &sw_filesync_cloud_transport,
            .target = &target,
            .call = sw_share_list(arena, "contosofiles", "team", after, max).call,
            .arena = arena,
        };

        if (replies_talk(&replies, &talk, &err) != SW_TURN_DONE) {
            return;
        }
        const char *lines = sw_as_text(sw_get(talk.answer.body, "lines"));
        const char *through = sw_as_text(sw_get(talk.answer.body, "through"));

        /* A name that is no text makes the lines null, which the caller refuses. */
        if (lines != NULL) {
            struct sw_manifest_part part = {
                .text = lines, .length = strlen(lines), .through = through};
            compare_with_itself(after, &part);
        }
        /* Else the next range would be this one, for ever. */
        sw_require(through == NULL ||
                   sw_manifest_order(through, strlen(through), after, strlen(after)) > 0);
        after = through;
    }
}

static void compare(struct sw_arena *arena, const char *text, size_t length)
{
    static const char cut[] = "\n----\n";
    const char *copy = sw_copy(arena, text, length);
    const char *at = strstr(copy, cut);
    size_t first = at == NULL ? strlen(copy) : (size_t)(at - copy) + 1;
    const char *second = at == NULL ? "" : at + sizeof cut - 1;
    struct sw_manifest_part a = {.text = copy, .length = first};
    struct sw_manifest_part b = {.text = second, .length = strlen(second)};
    struct sw_manifest_tally one = {0}, other = {0};
    const char *through = NULL;
    struct sw_error err = {0};
    int64_t differences = 0;
    bool is_read = sw_manifest_compare("", &a, &b, count, &differences, &one, &through, &err);

    sw_require(is_read || err.text[0] != '\0');
    sw_require(sw_manifest_compare("", &b, &a, count, &differences, &other, &through, &err) ==
               is_read);
    sw_require(!is_read || all(&one) == all(&other));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();

    if (data[0] % 2 != 0) {
        compare(arena, (const char *)data + 1, size - 1);
    } else {
        read_ranges(arena, 2 + data[0] / 2 % 32, (const char *)data + 1, size - 1);
    }
    return 0;
}
