#pragma once
/** @file A run with everything around it: store, world, targets, driver; opened by rehearse, run,
 * resume. */
#include "cli/book/load.h"
#include "cli/run/drive.h"
#include "cli/run/live.h"
#include "cli/run/options.h"
#include "engine/store.h"

struct sw_session {
    struct sw_arena *arena;
    struct sw_loaded runbook, world_file;
    struct sw_world *world; /**< NULL: real wires by `site` */
    struct sw_loaded site_file;
    const struct sw_site *site;
    struct sw_live_anchor anchor;
    struct sw_world_port world_port;
    struct sw_port *port; /**< of the world or of the site */
    const struct sw_target *targets;
    const struct sw_value *params;
    const struct sw_value *origin; /**< of a new run: {commit, dirty} of its checkout, or NULL */
    struct sw_store *store;
    char run_id[SW_RUN_ID_BYTES];
    struct sw_lease lease;
    bool has_lease;
    struct sw_driver driver;
    struct sw_run *run;
    struct sw_tape *tape;
    uint64_t seed;
    uint64_t last_delivered; /**< newest message given to the run */
};

/** Load runbook and world or site file, bind parameters and targets. @return 0 or the exit code,
 * after telling why */
int sw_session_prepare(struct sw_session *session, const struct sw_options *options,
                       const char *runbook_path);

/** A new run in `store` (owned by the session from then on). @return 0 or the exit code */
int sw_session_start(struct sw_session *session, const struct sw_options *options,
                     struct sw_store *store, const char *run_id);

/** A run that is in the store: its kept runbook, and its kept world brought to where it was, or its
 * site file, which must be the same unless --site names one. */
int sw_session_resume(struct sw_session *session, const struct sw_options *options,
                      struct sw_store *store, const char *folder, const char *run_id);

/** Keep what a later process needs to go on: a tape of what the world is told, or where the site
 * file is. */
bool sw_session_record_tape(struct sw_session *session, const struct sw_options *options,
                            const char *folder, struct sw_error *err);
/** What was given for parameters, as `name=value`; what comes later is stronger. */
const struct sw_value *sw_session_given_params(const struct sw_session *session,
                                               const struct sw_options *options);
void sw_session_use_tape(struct sw_session *session);

/** Drive to the end or to where a person is needed. @return the exit code */
int sw_session_drive(struct sw_session *session, const struct sw_options *options);

void sw_session_release(struct sw_session *session);

/** One conversation with a target for a look (plans). */
enum sw_turn sw_session_look(struct sw_session *session, size_t target, const struct sw_call *call,
                             struct sw_arena *arena, uint64_t attempt, struct sw_answer *ret_answer,
                             struct sw_error *err);
