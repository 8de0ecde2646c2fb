#pragma once
/**
 * @file The loop around a run: carries its commands to the world and brings back what came of them.
 * Time is the port's.
 */
#include "cli/run/port.h"
#include "engine/run.h"
#include "ui/timeline.h"

/** One `--answer STEP=CHOICE`; used once each time the step asks, the last for all further times.
 */
struct sw_prepared_answer {
    const char *step, *choice;
    int uses;
};

struct sw_driver {
    struct sw_run *run;
    struct sw_port *port;
    const struct sw_target *targets;
    const struct sw_runbook *runbook;
    const char *by;
    struct sw_prepared_answer *answers;
    size_t answer_count;
    bool is_interactive; /**< a terminal is there to ask at */
    bool is_quiet;
    bool is_silent; /**< nor say which prepared answer was not taken */
    struct sw_timeline timeline;
    const struct sw_value *approvers;   /**< map: role -> list of logins; NULL: anyone may answer */
    const struct sw_question *question; /**< that is open now, or NULL */
    /** Look for messages left in the store (decide, stop, ...); NULL: none can come. */
    bool (*take_signals)(struct sw_driver *driver);
    void *signals;
    /** Tell who is not here that it asks, is parked, or has ended; NULL: nobody. */
    void (*news)(struct sw_driver *driver, const char *event, const struct sw_command *command);
    char told[65];         /**< digest of the question that was told last */
    uint64_t max_commands; /**< 0: no bound; a run that needs more is stuck */
};

/** The listener that prints the timeline to standard output. */
struct sw_run_listener sw_driver_listener(struct sw_driver *driver);

/** May this login answer the open question? @errors SW_E_INPUT, a sentence who may */
bool sw_may_answer(const struct sw_driver *driver, const char *login, struct sw_error *err);

/** May this login stop or roll back a run? Who began it always may; of others, the operators.
 * @param operators list of logins; NULL: anyone @errors SW_E_INPUT */
bool sw_may_operate(const struct sw_value *operators, const char *started_by, const char *login,
                    struct sw_error *err);

/**
 * Drive until the run ends, parks with nobody to ask, or a question has nobody to answer.
 *
 * @return the exit code (promises.md 3); 128 + n when signal n asked the process to end: the run is
 * left in order and can be resumed
 */
int sw_drive(struct sw_driver *driver);

/** Tell the world's oracle which names people gave up, from the records of a run. @errors as load
 */
bool sw_tell_accepted(struct sw_store *store, const char *run, struct sw_world *world,
                      struct sw_error *err);

/** One conversation of a transport with a target. Exactly one of the three outcomes is reported by
 * the return value: DONE (answer in *talk), FOLLOW (talk->follow), FAIL (err). */
enum sw_turn sw_converse(struct sw_port *port, size_t target, struct sw_talk *talk,
                         const char *follow, struct sw_error *err);
