/* The program: find the verb, read its options, call it. */
#include "base/arena.h"
#include "base/text.h"
#include "cli/verb/help.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#define PEOPLE (SW_OPT_STATE | SW_OPT_REASON)
#define TARGET (SW_OPT_PARAM | SW_OPT_WORLD | SW_OPT_SEED | SW_OPT_LIBRARY)
#define LIVE (TARGET | SW_OPT_SITE)

static const struct sw_verb_row verbs[] = {
    {"new", "FILE", "begin a runbook, or a variant of one, with a test beside it",
     SW_OPT_NEW | SW_OPT_PARAM | SW_OPT_LIBRARY | SW_OPT_NO_INPUT, 1, 1, sw_cmd_new},
    {"lint", "FILE|FOLDER...", "check runbooks, site files and worlds: every finding at once",
     SW_OPT_OUTPUT | SW_OPT_LINT | SW_OPT_LIBRARY, 1, 10000, sw_cmd_lint},
    {"fmt", "FILE|FOLDER...", "lay files out anew, with every comment; --check only names them",
     SW_OPT_DRY_RUN, 1, 10000, sw_cmd_fmt},
    {"schema", "[runbook|site|world|test]", "JSON Schema for editors", 0, 0, 1, sw_cmd_schema},
    {"pin", "RUNBOOK...", "write down which files it was tried with; --check only compares",
     SW_OPT_DRY_RUN | SW_OPT_LIBRARY, 1, 10000, sw_cmd_pin},
    {"diff", "OLD NEW", "what two versions ask for differently; REV:FILE is a file in git",
     SW_OPT_OUTPUT | SW_OPT_LIBRARY, 2, 2, sw_cmd_diff},
    {"show", "RUNBOOK", "the runbook after all changes, each line with its origin",
     SW_OPT_OUTPUT | SW_OPT_LIBRARY | SW_OPT_RESOLVED, 1, 1, sw_cmd_show},
    {"graph", "RUNBOOK", "draw its steps: Mermaid for a page, DOT for graphviz",
     SW_OPT_OUTPUT | SW_OPT_LIBRARY, 1, 1, sw_cmd_graph},
    {"doc", "RUNBOOK | --language | --actions", "reference pages in Markdown",
     SW_OPT_DOC | SW_OPT_LIBRARY, 0, 1, sw_cmd_doc},
    {"explain", "WORD", "what a finding, an action, a piece of evidence, a key or a function means",
     0, 1, 1, sw_cmd_explain},
    {"actions", "[NAME]", "what runbooks can do, read and wait for", 0, 0, 1, sw_cmd_actions},
    {"plan", "RUNBOOK", "preview against the live systems, without any means to change them",
     LIVE | SW_OPT_OUTPUT | SW_OPT_DETAILED | SW_OPT_SAVE, 1, 1, sw_cmd_plan},
    {"test", "[FILE|FOLDER...]", "run the tests of runbooks in model worlds, in virtual time",
     SW_OPT_OUTPUT | SW_OPT_TEST | SW_OPT_LIBRARY, 0, 10000, sw_cmd_test},
    {"rehearse", "RUNBOOK", "run it against a model world in virtual time",
     TARGET | SW_OPT_ANSWER | SW_OPT_PACE | SW_OPT_EVIDENCE | SW_OPT_NO_INPUT | SW_OPT_SERVE, 1, 1,
     sw_cmd_rehearse},
    {"run", "RUNBOOK | --plan FILE", "run it durably: --site FILE, or --rehearse WORLD",
     LIVE | SW_OPT_ANSWER | SW_OPT_PACE | SW_OPT_STATE | SW_OPT_NO_INPUT | SW_OPT_DRY_RUN |
         SW_OPT_OUTPUT | SW_OPT_DETAILED | SW_OPT_PLAN,
     0, 1, sw_cmd_run},
    {"resume", "RUN", "go on with a run after a stop, a crash or an answer",
     SW_OPT_STATE | SW_OPT_ANSWER | SW_OPT_PACE | SW_OPT_NO_INPUT | SW_OPT_SITE, 1, 1,
     sw_cmd_resume},
    {"ls", "", "list the runs", SW_OPT_STATE, 0, 0, sw_cmd_ls},
    {"status", "RUN", "what a run waits for, since when, and how to stop it", SW_OPT_STATE, 1, 1,
     sw_cmd_status},
    {"log", "RUN", "all that happened, as a timeline", SW_OPT_STATE, 1, 1, sw_cmd_log},
    {"decide", "RUN STEP CHOICE", "answer a question", PEOPLE | SW_OPT_TYPED, 3, 3, sw_cmd_decide},
    {"approve", "RUN STEP", "approve what cannot be undone", PEOPLE | SW_OPT_TYPED, 2, 2,
     sw_cmd_approve},
    {"reject", "RUN STEP", "refuse to approve it", PEOPLE, 2, 2, sw_cmd_reject},
    {"retry", "RUN", "let a parked run try its step again", PEOPLE, 1, 1, sw_cmd_retry},
    {"stop", "RUN", "let a run stand still at the next safe place", PEOPLE, 1, 1, sw_cmd_stop},
    {"rollback", "RUN", "put back what was changed, and stop", PEOPLE, 1, 1, sw_cmd_rollback},
    {"evidence", "verify FILE | export RUN", "check an evidence file, or write one",
     SW_OPT_STATE | SW_OPT_EVIDENCE, 2, 2, sw_cmd_evidence},
    {"doctor", "[RUNBOOK]", "look at what a site file binds and say what is missing: --site FILE",
     SW_OPT_SITE | SW_OPT_STATE | SW_OPT_OUTPUT | SW_OPT_LIBRARY, 0, 1, sw_cmd_doctor},
    {"completion", "bash|zsh|fish", "a script that lets the shell complete command lines", 0, 1, 1,
     sw_cmd_completion},
    {"__complete", "WORD...", "what could stand at the end of a command line", 0, 0, 10000,
     sw_cmd_complete},
    {"__man", "PAGE", "a manual page in roff", 0, 1, 1, sw_cmd_man},
    {"version", "", "print the version", 0, 0, 0, sw_cmd_version},
    {0},
};

/* A page of help that is no command. */
static const char exit_codes[] = "exit-codes";

static const struct sw_verb_row *find(const char *name)
{
    for (size_t i = 0; verbs[i].name != NULL; i++) {
        if (strcmp(verbs[i].name, name) == 0) {
            return &verbs[i];
        }
    }
    return NULL;
}

static int unknown_verb(const char *word)
{
    const char *names[SW_COUNT(verbs)];

    for (size_t i = 0; verbs[i].name != NULL; i++) {
        names[i] = verbs[i].name;
    }
    names[SW_COUNT(verbs) - 1] = exit_codes;
    const char *close = sw_text_closest(word, names, SW_COUNT(verbs));

    fprintf(stderr, "stepwise: there is no command '%s'%s%s%s (`stepwise help` lists them)\n", word,
            close == NULL ? "" : "; did you mean '", close == NULL ? "" : close,
            close == NULL ? "" : "'?");
    return SW_EXIT_USAGE;
}

/* `help`, `help COMMAND`, `help exit-codes`. */
static int help(int count, char **words)
{
    const struct sw_verb_row *about = count == 1 ? find(words[0]) : NULL;

    if (count > 1) {
        fputs("usage: stepwise help [COMMAND | exit-codes]\n", stderr);
        return SW_EXIT_USAGE;
    }
    if (count == 0) {
        sw_help_all(stdout, verbs);
    } else if (strcmp(words[0], exit_codes) == 0) {
        sw_help_exit_codes(stdout);
    } else if (about != NULL) {
        sw_help_verb(stdout, about);
    } else {
        return unknown_verb(words[0]);
    }
    return SW_EXIT_DONE;
}

static bool is_run(const struct sw_verb_row *verb)
{
    return verb->run == sw_cmd_run || verb->run == sw_cmd_resume;
}

/* What could not be printed is missed by whoever reads it. A run's exit code tells of the run, not
 * of its output, and its reader may go. */
static int close_output(const struct sw_verb_row *verb, int code)
{
    if (is_run(verb) || (fflush(stdout) == 0 && !ferror(stdout))) {
        return code;
    }
    fprintf(stderr,
            "stepwise %s: the output is not whole: it could not be written (is the disk full?)\n",
            verb->name);
    return code == SW_EXIT_DONE ? SW_EXIT_INTERNAL : code;
}

/* A file that may not grow any more is an error of that write, not the end of the process; nor does
 * a run end since nobody reads what it prints. */
static void ignore_signals(const struct sw_verb_row *verb)
{
    struct sigaction ignored = {.sa_handler = SIG_IGN};

    sigemptyset(&ignored.sa_mask);
    sigaction(SIGXFSZ, &ignored, NULL);
    if (is_run(verb)) {
        sigaction(SIGPIPE, &ignored, NULL);
    }
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        sw_help_all(stderr, verbs);
        return SW_EXIT_USAGE;
    }
    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 ||
        strcmp(argv[1], "-h") == 0) {
        return help(argc - 2, argv + 2);
    }
    const struct sw_verb_row *verb = find(strcmp(argv[1], "--version") == 0 ? "version" : argv[1]);

    if (verb == NULL) {
        return unknown_verb(argv[1]);
    }
    ignore_signals(verb);

    struct sw_arena *arena = sw_arena_new();
    struct sw_options options;
    struct sw_error err = {0};
    int code = SW_EXIT_USAGE;

    if (!sw_options_read(&options, arena, verb->options, argc - 2, argv + 2, &err)) {
        fprintf(stderr, "stepwise %s: %s\n", verb->name, err.text);
    } else if (options.wants_help) {
        sw_help_verb(stdout, verb);
        code = SW_EXIT_DONE;
    } else if (options.operand_count < verb->least || options.operand_count > verb->most) {
        fprintf(stderr,
                "usage: stepwise %s %s (`stepwise %s --help` shows its options, with examples)\n",
                verb->name, verb->operands, verb->name);
    } else {
        options.verbs = verbs;
        code = close_output(verb, verb->run(&options, arena));
    }
    sw_arena_free(arena);
    return code;
}
