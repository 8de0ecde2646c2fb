/* rehearse: the whole procedure at once, in virtual time, with the oracle's verdict and the
 * evidence. */
#include "base/file.h"
#include "base/text.h"
#include "cli/run/serve.h"
#include "cli/run/session.h"
#include "cli/verb/verbs.h"
#include "ui/evidence.h"

#include <stdio.h>

static void print_verdict(const struct sw_session *session, struct sw_arena *arena, int code)
{
    struct sw_verdict_of_world verdict;
    struct sw_error ignored = {0};

    sw_tell_accepted(session->store, session->run_id, session->world, &ignored);

    session->world->ops->judge(session->world, arena, &verdict);

    uint64_t lost = verdict.files_lost - verdict.files_accepted;

    printf("\nVerdict of the model world: %llu %s lost", (unsigned long long)lost,
           sw_plural(lost, "file", "files"));
    if (verdict.files_accepted > 0) {
        printf(", and %llu given up by name", (unsigned long long)verdict.files_accepted);
    }
    printf(".\n%s\n", verdict.text == NULL ? "" : verdict.text);
    if (code == SW_EXIT_PARKED) {
        printf("The run stands still and waits for a person; nothing changes meanwhile.\n");
    }
}

static int write_evidence(struct sw_session *session, const char *path)
{
    struct sw_buf out;
    struct sw_error err = {0};
    bool is_fine = false;

    sw_buf_init(&out, 256u * 1024u * 1024u);
    is_fine = sw_evidence_export(session->store, session->run_id, &out, &err) &&
              sw_file_write(path, out.bytes, out.length, 0600, &err);
    sw_buf_release(&out);
    if (!is_fine) {
        return sw_complain(&err);
    }
    printf("Evidence: %s (check it: stepwise evidence verify %s)\n", path, path);
    return SW_EXIT_DONE;
}

static int rehearse(struct sw_session *session, const struct sw_options *options,
                    struct sw_arena *arena)
{
    struct sw_store *store = NULL;
    struct sw_error err = {0};
    int code = sw_session_prepare(session, options, options->operands[0]);

    if (code != SW_EXIT_DONE) {
        return code;
    }
    if (options->serve != NULL) {
        return sw_serve(session, options);
    }
    if (!sw_store_open_memory(&store, &err)) {
        return sw_complain(&err);
    }
    if (!options->is_quiet) {
        printf("Rehearsal of %s %s in %s, seed %llu. Time is virtual; nothing real is touched.\n\n",
               session->runbook.runbook->name, session->runbook.runbook->version,
               options->world == NULL ? "the default model world" : options->world,
               (unsigned long long)session->seed);
    }
    code = sw_session_start(session, options, store, "rehearsal");
    if (code != SW_EXIT_DONE) {
        return code;
    }
    code = sw_session_drive(session, options);
    if (!options->is_quiet) {
        print_verdict(session, arena, code);
    }
    const char *path = options->evidence != NULL ? options->evidence : "rehearsal-evidence.json";
    int written = write_evidence(session, path);

    return code == SW_EXIT_DONE ? written : code;
}

int sw_cmd_rehearse(const struct sw_options *options, struct sw_arena *arena)
{
    struct sw_session session;
    int code = rehearse(&session, options, arena);

    sw_session_release(&session);
    return code;
}
