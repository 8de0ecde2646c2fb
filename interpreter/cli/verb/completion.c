/* completion: a script for a shell; what is offered, complete.c says. */
#include "base/text.h"
#include "cli/verb/verbs.h"

#include <stdio.h>

/* Bash takes words apart at = and :, so they are put together again, and what stands in front of
 * the last of them is not repeated. */
static const char bash[] =
    "# stepwise completion bash >~/.local/share/bash-completion/completions/stepwise\n"
    "_stepwise() {\n"
    "    local -a words=()\n"
    "    local i word before='' now keep one\n"
    "    for ((i = 1; i <= COMP_CWORD; i++)); do\n"
    "        word=${COMP_WORDS[i]}\n"
    "        if ((${#words[@]})) && [[ $word == [=:] || $before == [=:] ]]; then\n"
    "            words[${#words[@]}-1]+=$word\n"
    "        else\n"
    "            words+=(\"$word\")\n"
    "        fi\n"
    "        before=$word\n"
    "    done\n"
    "    now=${words[${#words[@]}-1]}\n"
    "    keep=\n"
    "    [[ $now == *[=:]* ]] && keep=${now%\"${now##*[=:]}\"}\n"
    "    COMPREPLY=()\n"
    "    while IFS=$'\\t' read -r one _; do\n"
    "        COMPREPLY+=(\"$(printf '%q' \"${one#\"$keep\"}\")\")\n"
    "    done < <(\"${COMP_WORDS[0]}\" __complete -- \"${words[@]}\" 2>/dev/null)\n"
    "    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=/] ]]; then\n"
    "        compopt -o nospace 2>/dev/null\n"
    "    fi\n"
    "}\n"
    "complete -F _stepwise stepwise\n";

static const char zsh[] =
    "#compdef stepwise\n"
    "# stepwise completion zsh >\"${fpath[1]}/_stepwise\"\n"
    "_stepwise() {\n"
    "    local line\n"
    "    local -a whole open shown_whole shown_open\n"
    "    for line in \"${(@f)$(\"${words[1]}\" __complete -- \"${(@)words[2,CURRENT]}\" "
    "2>/dev/null)}\"; do\n"
    "        [[ -z $line ]] && continue\n"
    "        if [[ ${line%%$'\\t'*} == *[=/] ]]; then\n"
    "            open+=(\"${line%%$'\\t'*}\")\n"
    "            shown_open+=(\"${line/$'\\t'/  -- }\")\n"
    "        else\n"
    "            whole+=(\"${line%%$'\\t'*}\")\n"
    "            shown_whole+=(\"${line/$'\\t'/  -- }\")\n"
    "        fi\n"
    "    done\n"
    "    (( ${#whole} )) && compadd -l -d shown_whole -a whole\n"
    "    (( ${#open} )) && compadd -l -S '' -d shown_open -a open\n"
    "}\n"
    "if [[ $funcstack[1] == _stepwise ]]; then\n"
    "    _stepwise \"$@\"\n"
    "else\n"
    "    compdef _stepwise stepwise\n"
    "fi\n";

static const char fish[] = "# stepwise completion fish >~/.config/fish/completions/stepwise.fish\n"
                           "function __stepwise_complete\n"
                           "    set -l words (commandline -opc)\n"
                           "    set -l program $words[1]\n"
                           "    set -e words[1]\n"
                           "    $program __complete -- $words (commandline -ct) 2>/dev/null\n"
                           "end\n"
                           "complete -c stepwise -f -a '(__stepwise_complete)'\n";

int sw_cmd_completion(const struct sw_options *options, struct sw_arena *arena)
{
    static const struct {
        const char *name, *script;
    } shells[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};

    (void)arena;
    for (size_t i = 0; i < SW_COUNT(shells); i++) {
        if (sw_text_is(options->operands[0], shells[i].name)) {
            fputs(shells[i].script, stdout);
            return SW_EXIT_DONE;
        }
    }
    fprintf(stderr, "stepwise completion: there is a script for bash, zsh and fish, not for '%s'\n",
            options->operands[0]);
    return SW_EXIT_USAGE;
}
