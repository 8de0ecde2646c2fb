#pragma once
/**
 * @file What goes into powershell.exe and what comes out of it: fixed texts with arguments as data
 * in, one line of JSON out.
 *
 * The first line of each embedded script says what it is:
 * `# stepwise: PACK/NAME look|act|part [with PART ...]`. Parts are sent in front of it.
 * Windows PowerShell reads `-Command -` like a keyboard: a statement over several lines ends at the
 * first blank line and runs only then. So a script is a few statements without blank lines inside,
 * each followed by one, and a test holds them to it.
 *
 * @source windows.md B4
 */
#include "base/arena.h"
#include "base/error.h"
#include "sdk/embedded.h"
#include "sdk/transport.h"
#include "sdk/value.h"

/** The command whose standard input gets the text. NULL-ended arguments. */
#define SW_POWERSHELL "powershell.exe"
extern const char *const sw_powershell_arguments[];

struct sw_powershell_script {
    const struct sw_embedded *embedded;
    bool is_act;
    const char *body; /**< its parts and itself: all that is sent but the line of arguments */
};

/** @errors SW_E_INTERNAL: no such script, or a first line that can't be read */
bool sw_powershell_find(struct sw_arena *arena, const char *name,
                        struct sw_powershell_script *ret_script, struct sw_error *err);

/** Standard input: `$StepwiseArguments = '<base64 of {"nonce":..,"args":{..}}>'` and the body. */
const char *sw_powershell_input(struct sw_arena *arena, const struct sw_powershell_script *script,
                                const char *nonce, const struct sw_value *args);

/** The reverse, for a model server: arguments and body of a text. @errors SW_E_INPUT */
bool sw_powershell_take_apart(struct sw_arena *arena, const char *input, size_t length,
                              const struct sw_value **ret_nonce, const struct sw_value **ret_args,
                              const char **ret_body, struct sw_error *err);

struct sw_powershell_answer {
    const struct sw_value *result; /**< NULL: the script's error branch, in id and message */
    const char *id, *message;
    int64_t time_ns; /**< the server's own clock; 0: it did not say */
};

/**
 * Read the envelope from standard output: the last line that is not empty.
 *
 * @errors SW_E_PROTOCOL: no envelope, cut short, or with another nonce
 */
bool sw_powershell_answer(struct sw_arena *arena, const char *out, size_t length, const char *nonce,
                          struct sw_powershell_answer *ret_answer, struct sw_error *err);

/**
 * What standard error says, as one line; "" when there is no error in it. CLIXML is taken apart
 * (progress records are no errors), other text is taken as it is.
 */
const char *sw_powershell_errors(struct sw_arena *arena, const char *text, size_t length);

/** The error that a script's error id stands for. */
enum sw_code sw_powershell_code(const char *id);

/** What a script that has ended left behind. */
struct sw_powershell_end {
    const char *out, *errors;
    size_t out_length, errors_length;
    int exit_code;
};

/**
 * Is there an answer that counts?
 *
 * @errors the script's own refusals by sw_powershell_code(); SW_E_PROTOCOL: no envelope that is
 * whole and carries the nonce, or an exit code other than 0
 */
bool sw_powershell_judge(struct sw_arena *arena, const char *script, const char *nonce,
                         const struct sw_powershell_end *end, struct sw_answer *ret_answer,
                         struct sw_error *err);

/** For a plan: where it runs, its name, its arguments, its text. */
const char *sw_powershell_preview(struct sw_arena *arena, const char *where,
                                  const struct sw_call *call);

/**
 * The script of a call, ready to be sent, and the nonce that its answer must carry.
 *
 * @errors SW_E_INTERNAL: not a script, no such script, or an act asked as a look
 */
bool sw_powershell_prepare(const struct sw_talk *talk, const char **ret_input,
                           const char **ret_nonce, struct sw_error *err);
