#include "cli/verb/help.h"

#include "base/text.h"

#include <string.h>

/* One row a verb: a command line, then what it does. Tests run through all verbs. */
struct lesson {
    const char *verb;
    const char *const *lines;
};

#define LINES(...) ((const char *const[]){__VA_ARGS__, NULL})

static const struct lesson lessons[] = {
    {"lint", LINES("stepwise lint retire.yaml", "check one runbook", "stepwise lint .",
                   "check every runbook, site file and world below this folder",
                   "stepwise lint --strict -o sarif runbooks/ >lint.sarif",
                   "for code scanning; warnings fail, too")},
    {"fmt", LINES("stepwise fmt retire.yaml", "write the file anew in the canonical layout",
                  "stepwise fmt --check runbooks/",
                  "change nothing, name what is not laid out so, exit with 1",
                  "stepwise fmt - <draft.yaml", "from standard input to standard output")},
    {"schema", LINES("stepwise schema >.stepwise/runbook.json", "for editors: JSON Schema 2020-12",
                     "stepwise schema site", "that of site files")},
    {"doctor", LINES("stepwise doctor --site site.yaml",
                     "can each target be reached, and is anything missing?")},
    {"graph", LINES("stepwise graph -o dot retire.yaml | dot -Tsvg >retire.svg", "a picture",
                    "stepwise graph -o mermaid retire.yaml", "for a page in Markdown")},
    {"doc", LINES("stepwise doc retire.yaml >retire.md", "the reference page of a runbook",
                  "stepwise doc --language", "the reference of the language",
                  "stepwise doc --actions", "the reference of all actions")},
    {"new", LINES("stepwise new retire.yaml --name contoso/retire --from base.yaml -p max_wait=48h",
                  "a variant of base.yaml with another default, and retire.test.yaml beside it",
                  "stepwise new look.yaml --name contoso/look", "begin a runbook of your own")},
    {"completion", LINES("stepwise completion bash >~/.bash_completion.d/stepwise",
                         "completion of commands, files, parameters and runs in bash",
                         "stepwise completion zsh", "the same for zsh; fish goes, too")},
    {"pin", LINES("stepwise pin branch.yaml", "pin the base, and all files in stepwise.lock",
                  "stepwise pin --check runbooks/*.yaml",
                  "change nothing, exit with 1 where something moved: for CI")},
    {"diff",
     LINES("stepwise diff main:retire.yaml retire.yaml",
           "against what git has; exits with 0: nothing, 2: not where safety rests on it, 3: "
           "there",
           "stepwise diff -o md old.yaml new.yaml", "for a comment in a pull request")},
    {"show", LINES("stepwise show --resolved branch.yaml",
                   "a variant after all its changes, each line with where it comes from",
                   "stepwise show -o json branch.yaml", "the same for machines")},
    {"explain",
     LINES("stepwise explain SW0501", "a finding", "stepwise explain if_lapsed",
           "a key of the language", "stepwise explain NAME", "an action or a piece of evidence",
           "stepwise explain age", "a function of expressions")},
    {"actions", LINES("stepwise actions", "all of them", "stepwise actions NAME",
                      "one, with its inputs, outputs and evidence")},
    {"plan", LINES("stepwise plan retire.yaml --site site.yaml -p reason=migrate",
                   "preview against the live systems",
                   "stepwise plan retire.yaml --world clean.yaml -o json",
                   "against a model world, for machines")},
    {"test", LINES("stepwise test retire.test.yaml", "the tests beside a runbook",
                   "stepwise test runbooks -j4", "every NAME.test.yaml below a folder",
                   "stepwise test -o junit --min-coverage 90",
                   "for a pipeline: fails, too, when ways or paths were not taken")},
    {"rehearse", LINES("stepwise rehearse retire.yaml --world clean.yaml -p reason=migrate",
                       "the whole procedure in virtual time; you are asked what it asks",
                       "stepwise rehearse retire.yaml --world w.yaml --answer delete=approve",
                       "with an answer given beforehand",
                       "stepwise rehearse retire.yaml --world w.yaml --serve 127.0.0.1:0",
                       "serve the model world on a socket instead")},
    {"run", LINES("stepwise run retire.yaml --site site.yaml -p reason=migrate",
                  "run it against what the site file binds",
                  "stepwise run retire.yaml --rehearse clean.yaml -p reason=migrate --no-input",
                  "run it durably in a model world; questions stay open")},
    {"resume", LINES("stepwise resume RUN", "go on where the run stood")},
    {"ls", LINES("stepwise ls", "every run with what became of it")},
    {"status", LINES("stepwise status RUN", "what it waits for, and how to stop it")},
    {"log", LINES("stepwise log RUN", "the whole timeline")},
    {"decide", LINES("stepwise decide RUN review accept --reason 'locks only' --typed '2 ...'",
                     "answer a question")},
    {"approve", LINES("stepwise approve RUN delete --typed 5f0c9a52-...",
                      "approve a step that cannot be undone")},
    {"reject", LINES("stepwise reject RUN delete --reason 'still in use'", "refuse it")},
    {"retry", LINES("stepwise retry RUN", "let a parked run try its step again")},
    {"stop", LINES("stepwise stop RUN", "let it stand still at the next safe place")},
    {"rollback", LINES("stepwise rollback RUN", "put back what was changed, newest first")},
    {"evidence", LINES("stepwise evidence verify evidence.json", "does it prove itself?",
                       "stepwise evidence export RUN --evidence evidence.json",
                       "write the evidence file of a run")},
    {"version", LINES("stepwise version", "the version of the program and of the language")},
};

static const struct lesson forms[] = {
    {"lint", LINES("human", "json", "sarif")},
    {"plan", LINES("human", "json", "md", "html")},
    {"test", LINES("human", "tap", "junit", "json")},
    {"run", LINES("human", "json")},
    {"show", LINES("yaml", "json")},
    {"diff", LINES("human", "json", "md")},
    {"graph", LINES("mermaid", "dot")},
};

static const char *const *lines_of(const struct lesson *rows, size_t count, const char *verb)
{
    for (size_t i = 0; i < count; i++) {
        if (sw_text_is(rows[i].verb, verb)) {
            return rows[i].lines;
        }
    }
    return NULL;
}

/* NULL-ended: a command line, what it does, the next command line, ... NULL: the verb has none. */
static const char *const *examples_of(const char *verb)
{
    return lines_of(lessons, SW_COUNT(lessons), verb);
}

const char *const *sw_help_forms(const char *verb)
{
    return lines_of(forms, SW_COUNT(forms), verb);
}

/* KEEP IN STEP: README.md, "Exit codes"; tests/cli/usage.bats compares them. */
const struct sw_exit_row *sw_help_exits(void)
{
    static const struct sw_exit_row rows[] = {
        {SW_EXIT_DONE, "done", "Done, or nothing to do."},
        {SW_EXIT_FAILED, "failed",
         "Nothing irreversible happened. Also: evidence does not verify, `doctor` found something "
         "missing, a test failed, `--check` found something."},
        {SW_EXIT_CHANGES, "changes pending (plan --detailed-exitcode)",
         "`plan --detailed-exitcode`: a run would change something. `diff`: not where safety rests "
         "on it."},
        {SW_EXIT_PARKED, "parked: waits for a person",
         "It stands still and waits for a person. `diff`: safety rests on it."},
        {SW_EXIT_REFUSED, "refused",
         "A requirement, a policy or a person said no; what was changed is put back, or the output "
         "says what is not."},
        {SW_EXIT_STALE, "plan used or stale", "The saved plan was used, or something moved."},
        {SW_EXIT_LOCKED, "target locked",
         "Another run holds what it is about, or another process holds the run."},
        {7, "deadline passed", "A wait or a question came to its end without what it waited for."},
        {8, "outcome unknown",
         "It is unknown whether something irreversible happened; a person must look."},
        {9, "failed past the point of no return",
         "It failed behind the point of no return; a person must look."},
        {SW_EXIT_USAGE, "usage", "The command line is wrong."},
        {SW_EXIT_INVALID, "runbook invalid", "The runbook, world, site or test file is wrong."},
        {SW_EXIT_UNREACHABLE, "unreachable", "A peer cannot be reached."},
        {SW_EXIT_INTERNAL, "internal", "A fault of this program, or of the disk."},
        {SW_EXIT_DENIED, "not permitted", "A peer, or this machine, does not permit it."},
        {130, "interrupted (SIGINT)", "Ended in order by Ctrl-C; `resume` goes on."},
        {143, "terminated (SIGTERM)", "Ended in order by SIGTERM; `resume` goes on."},
        {0, NULL, NULL},
    };
    return rows;
}

void sw_help_exit_codes(FILE *to)
{
    fputs("What a command exits with. Scripts can rely on it.\n\n", to);
    for (const struct sw_exit_row *row = sw_help_exits(); row->doc != NULL; row++) {
        fprintf(to, "  %3d  %s: %s\n", row->code, row->doc, row->more);
    }
}

void sw_help_all(FILE *to, const struct sw_verb_row *verbs)
{
    const char *apart = "Exit codes: ";

    fputs("stepwise runs written procedures: proves them safe, previews them, runs them durably,\n"
          "asks people where a person must decide, and leaves evidence.\n\n",
          to);
    for (; verbs->name != NULL; verbs++) {
        if (verbs->name[0] != '_') {
            fprintf(to, "  %-10s %-24s  %s\n", verbs->name, verbs->operands, verbs->doc);
        }
    }
    fputs("\n`stepwise COMMAND --help` shows its options, with examples.\n", to);
    for (const struct sw_exit_row *row = sw_help_exits(); row->doc != NULL; row++) {
        bool is_fresh = row->code == 3 || row->code == 8 || row->code == 69 || row->code == 130;

        fprintf(to, "%s%d %s", is_fresh ? ",\n  " : apart, row->code, row->doc);
        apart = ", ";
    }
    fputs("\n", to);
}

static void print_option(FILE *to, const struct sw_option_row *row)
{
    char left[64];

    snprintf(left, sizeof left, "%s%s%s%s%s", row->name, row->other == NULL ? "" : ", ",
             row->other == NULL ? "" : row->other, row->value == NULL ? "" : " ",
             row->value == NULL ? "" : row->value);
    fprintf(to, "  %-28s  %s\n", left, row->doc);
}

void sw_help_verb(FILE *to, const struct sw_verb_row *verb)
{
    const char *const *line = examples_of(verb->name);
    const char *const *form = sw_help_forms(verb->name);

    fprintf(to, "stepwise %s%s%s\n  %s\n\nOptions\n", verb->name,
            verb->operands[0] == '\0' ? "" : " ", verb->operands, verb->doc);
    for (const struct sw_option_row *row = sw_option_rows(); row->name != NULL; row++) {
        if (row->bit == 0 || (row->bit & verb->options) != 0) {
            print_option(to, row);
        }
    }
    if (form != NULL && (verb->options & SW_OPT_OUTPUT) != 0) {
        fputs("\nForms of the output:", to);
        for (; *form != NULL; form++) {
            fprintf(to, " %s", *form);
        }
        fputs("\n", to);
    }
    for (bool is_first = true; line != NULL && *line != NULL; line += 2, is_first = false) {
        fprintf(to, "%s  %s\n      %s\n", is_first ? "\nExamples\n" : "", line[0], line[1]);
    }
}
