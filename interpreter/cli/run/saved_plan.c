#include "cli/run/saved_plan.h"

#include "base/digest.h"
#include "base/file.h"
#include "base/path.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/run/session.h"
#include "sdk/json.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PLAN_BYTES (64u * 1024u * 1024u)
#define HEAD "{\"stepwise_plan\":1,\"seal\":\""
#define MIDDLE "\",\"plan\":"
#define TAIL "}\n"

/** Where the file lies from wherever it is run; as it was given when that cannot be told. */
static const char *absolute(const char *path, struct sw_arena *arena)
{
    const char *real = NULL;
    struct sw_error ignored = {0};

    return path != NULL && sw_path_real(arena, path, &real, &ignored) ? real : path;
}

static const char *new_id(struct sw_arena *arena, const struct sw_value *document)
{
    struct timespec now;
    const char *digest = sw_as_text(sw_get(document, "digest"));

    clock_gettime(CLOCK_REALTIME, &now);
    return sw_format(arena, "%.8s-%llx-%lx-%lx", digest == NULL ? "" : digest,
                     (unsigned long long)now.tv_sec, (unsigned long)now.tv_nsec,
                     (unsigned long)getpid());
}

static void put_texts(struct sw_builder *map, const char *key, const char *const *texts)
{
    struct sw_builder list = sw_list_begin(map->arena);

    for (; texts != NULL && *texts != NULL; texts++) {
        sw_list_add(&list, sw_text(map->arena, *texts));
    }
    sw_map_put(map, key, sw_built(&list));
}

bool sw_saved_plan_write(const char *path, const struct sw_session *session,
                         const struct sw_options *options, const struct sw_value *document,
                         struct sw_error *err)
{
    struct sw_arena *arena = session->arena;
    struct sw_builder map = sw_map_begin(arena);
    struct sw_buf body;
    struct sw_buf file;
    char seal[SW_SHA256_HEX_BYTES];
    bool is_fine = false;

    sw_map_put_text(&map, "id", new_id(arena, document));
    sw_map_put_text(&map, "runbook", absolute(options->operands[0], arena));
    sw_map_put_text(&map, "world", absolute(options->world, arena));
    sw_map_put_text(&map, "site", absolute(options->site, arena));
    sw_map_put_text(&map, "seed", sw_format(arena, "%llu", (unsigned long long)options->seed));
    sw_map_put(&map, "params", sw_session_given_params(session, options));
    put_texts(&map, "libraries", options->libraries);
    sw_map_put(&map, "document", document);
    sw_buf_init(&body, PLAN_BYTES);
    sw_buf_init(&file, PLAN_BYTES + 1024u);
    sw_json_write(&body, sw_built(&map), SW_JSON_TYPED);
    sw_sha256_hex(body.bytes, body.length, seal);
    sw_buf_addf(&file, HEAD "%s" MIDDLE, seal);
    sw_buf_add(&file, body.bytes, body.length);
    sw_buf_add_text(&file, TAIL);
    is_fine = body.is_over || file.is_over
                  ? sw_fail(err, SW_E_LIMIT, "the plan is too large to be saved")
                  : sw_file_write(path, file.bytes, file.length, 0600, err);
    sw_buf_release(&file);
    sw_buf_release(&body);
    return is_fine;
}

static bool unseal(const struct sw_buf *file, const char **ret_body, size_t *ret_length,
                   struct sw_error *err)
{
    size_t head = strlen(HEAD);
    size_t before = head + SW_SHA256_HEX_BYTES - 1 + strlen(MIDDLE);
    size_t after = strlen(TAIL);
    char seal[SW_SHA256_HEX_BYTES];

    if (!sw_text_begins(file->bytes, HEAD)) {
        return sw_fail(err, SW_E_CORRUPT,
                       "it is no saved plan (stepwise plan --out FILE makes one)");
    }
    if (file->length < before + after) {
        return sw_fail(err, SW_E_CORRUPT, "it is cut short");
    }
    *ret_body = file->bytes + before;
    *ret_length = file->length - before - after;
    sw_sha256_hex(*ret_body, *ret_length, seal);
    if (memcmp(file->bytes + head, seal, strlen(seal)) != 0 ||
        memcmp(file->bytes + before - strlen(MIDDLE), MIDDLE, strlen(MIDDLE)) != 0 ||
        memcmp(*ret_body + *ret_length, TAIL, after) != 0) {
        return sw_fail(err, SW_E_CORRUPT, "it is not as it was written: its seal does not fit");
    }
    return true;
}

static const char **texts_of(const struct sw_value *list, struct sw_arena *arena, size_t *ret_count)
{
    size_t count = sw_list_count(list);
    const char **texts = sw_alloc_array(arena, count + 1, sizeof *texts);

    for (size_t i = 0; i < count; i++) {
        texts[i] = sw_as_text(sw_list_at(list, i));
    }
    *ret_count = count;
    return texts;
}

static void fill(struct sw_saved_plan *plan, const struct sw_value *map, struct sw_arena *arena)
{
    struct sw_options *options = &plan->options;
    const char *seed = sw_as_text(sw_get(map, "seed"));
    const char **operand = sw_alloc_array(arena, 2, sizeof *operand);

    operand[0] = sw_as_text(sw_get(map, "runbook"));
    *plan = (struct sw_saved_plan){.id = sw_as_text(sw_get(map, "id")),
                                   .document = sw_get(map, "document")};
    options->operands = operand;
    options->operand_count = 1;
    options->world = sw_as_text(sw_get(map, "world"));
    options->site = sw_as_text(sw_get(map, "site"));
    options->seed = seed == NULL ? 1 : strtoull(seed, NULL, 10);
    options->params = texts_of(sw_get(map, "params"), arena, &options->param_count);
    options->libraries = texts_of(sw_get(map, "libraries"), arena, &options->library_count);
}

bool sw_saved_plan_read(const char *path, struct sw_arena *arena, struct sw_saved_plan *ret,
                        struct sw_error *err)
{
    struct sw_buf file;
    const char *body = NULL;
    size_t length = 0;
    const struct sw_value *map = NULL;
    bool is_fine = false;

    sw_buf_init(&file, PLAN_BYTES + 1024u);
    is_fine = sw_file_read(path, &file, err) && unseal(&file, &body, &length, err) &&
              sw_json_read(arena, body, length, SW_JSON_TYPED, &map, err);
    sw_buf_release(&file);
    if (!is_fine) {
        return sw_fail_while(err, "the plan '%s'", path);
    }
    fill(ret, map, arena);
    if (ret->id == NULL || ret->options.operands[0] == NULL || !sw_is_known(ret->document)) {
        return sw_fail(err, SW_E_CORRUPT, "the plan '%s': something is missing in it", path);
    }
    return true;
}

bool sw_saved_plan_use(const struct sw_saved_plan *plan, const char *folder, const char *run,
                       struct sw_error *err)
{
    struct sw_arena *arena = sw_arena_new();
    const char *path = sw_format(arena, "%s/%s.used", folder, plan->id);
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool is_fine = true;

    if (file < 0 && errno == EEXIST) {
        struct sw_buf by;
        struct sw_error ignored = {0};

        sw_buf_init(&by, 256);
        sw_file_read(path, &by, &ignored);
        is_fine = sw_fail(err, SW_E_CONFLICT,
                          "the plan was used already%s%s: a plan is run once. Make a new one",
                          by.length == 0 ? "" : ", by run ", by.bytes);
        sw_buf_release(&by);
    } else if (file < 0) {
        is_fine = sw_fail(err, SW_E_IO, "write '%s': %s", path, strerror(errno));
    } else {
        is_fine = write(file, run, strlen(run)) == (ssize_t)strlen(run) && fsync(file) == 0;
        if (!is_fine) {
            sw_fail(err, SW_E_IO, "write '%s': %s", path, strerror(errno));
        }
        close(file);
    }
    sw_arena_free(arena);
    return is_fine;
}
