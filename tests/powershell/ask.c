/*
 * The program's own ends of a script, for tests/powershell/run:
 *   ask input SCRIPT ARGUMENTS NONCE                 what goes into PowerShell's standard input
 *   ask judge SCRIPT NONCE OUT ERRORS EXIT-CODE      what the program makes of what came out
 */
#include "base/buf.h"
#include "base/text.h"
#include "sdk/json.h"
#include "stdlib/windows/powershell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST (32u << 20)

static const char *whole(struct sw_arena *arena, const char *name, size_t *ret_length)
{
    FILE *file = fopen(name, "r");
    char *text = sw_alloc(arena, MOST);

    *ret_length = file == NULL ? 0 : fread(text, 1, MOST, file);
    if (file != NULL) {
        (void)fclose(file);
    }
    return text;
}

static int input(struct sw_arena *arena, char **words)
{
    struct sw_powershell_script script;
    const struct sw_value *args = NULL;
    struct sw_error err = {0};

    if (!sw_powershell_find(arena, words[0], &script, &err) ||
        !sw_json_read(arena, words[1], strlen(words[1]), SW_JSON_PLAIN, &args, &err)) {
        (void)fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    (void)fputs(sw_powershell_input(arena, &script, words[2], args), stdout);
    return 0;
}

static int judge(struct sw_arena *arena, char **words)
{
    struct sw_powershell_end end = {.exit_code = (int)strtol(words[4], NULL, 10)};
    struct sw_answer answer = {0};
    struct sw_error err = {0};
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, MOST);
    end.out = whole(arena, words[2], &end.out_length);
    end.errors = whole(arena, words[3], &end.errors_length);
    if (!sw_powershell_judge(arena, words[0], words[1], &end, &answer, &err)) {
        (void)printf("%s: %s\n", sw_code_name(err.code), err.text);
        return 0;
    }
    sw_json_write(&buf, answer.body, SW_JSON_PLAIN);
    (void)printf("%s%.*s\n", answer.peer_time_ns == 0 ? "no time: " : "", (int)buf.length,
                 buf.bytes);
    return 0;
}

int main(int count, char **words)
{
    struct sw_arena *arena = sw_arena_new();
    int result = 2;

    if (count == 5 && sw_text_is(words[1], "input")) {
        result = input(arena, words + 2);
    } else if (count == 7 && sw_text_is(words[1], "judge")) {
        result = judge(arena, words + 2);
    }
    sw_arena_free(arena);
    return result;
}
