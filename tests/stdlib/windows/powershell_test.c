/* The embedded scripts as texts (they are never run here), and what comes out of PowerShell. */
#include "stdlib/windows/powershell.h"

#include "base/text.h"
#include "sdk/json.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

/* Cmdlets of a look may only read. Our own functions count by their first word too. */
static const char *const reading_verbs[] = {"Get",     "Test",      "Select",      "Where",
                                            "ForEach", "ConvertTo", "ConvertFrom", "Join",
                                            "Import",  "New-Object"};
/* Not a reading verb, but known: prints the answer; compiles our C#, which only reads. */
static const char *const known_words[] = {"Write-StepwiseAnswer", "Add-Type"};

static bool is_name_char(char c)
{
    return isalnum((unsigned char)c) || c == '-' || c == '_';
}

static bool is_allowed(const char *word)
{
    for (size_t i = 0; i < SW_COUNT(reading_verbs); i++) {
        size_t length = strlen(reading_verbs[i]);
        if (strncmp(word, reading_verbs[i], length) == 0 &&
            (word[length] == '-' || word[length] == '\0')) {
            return true;
        }
    }
    for (size_t i = 0; i < SW_COUNT(known_words); i++) {
        if (sw_text_is(word, known_words[i])) {
            return true;
        }
    }
    return false;
}

/* Verb-Noun outside of comments, quotes and here-strings. @return NULL at the end */
static const char *next_cmdlet(struct sw_arena *arena, const char **at)
{
    const char *p = *at;

    while (*p != '\0') {
        if (strncmp(p, "@'", 2) == 0) {
            p = strstr(p, "\n'@");
            assert_non_null(p);
            p += 3;
        } else if (*p == '#') {
            p += strcspn(p, "\n");
        } else if (*p == '\'' || *p == '"') {
            p = strchr(p + 1, *p);
            assert_non_null(p);
            p++;
        } else if (isalpha((unsigned char)*p)) {
            size_t length = 0;
            while (is_name_char(p[length])) {
                length++;
            }
            const char *word = sw_copy(arena, p, length);
            char before = p == *at ? ' ' : p[-1];
            p += length;
            const char *dash = strchr(word, '-');
            if (before != '-' && before != '$' && before != '.' && dash != NULL &&
                isupper((unsigned char)word[0]) && isupper((unsigned char)dash[1])) {
                *at = p;
                return word;
            }
        } else {
            p++;
        }
    }
    *at = p;
    return NULL;
}

static void a_look_holds_no_verb_that_changes_anything(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    size_t look_count = 0;

    for (const struct sw_embedded *at = sw_scripts; at->name != NULL; at++) {
        struct sw_powershell_script script;
        struct sw_error err = {0};
        if (!sw_powershell_find(arena, at->name, &script, &err) || script.is_act) {
            continue;
        }
        const char *place = script.body; /* with all its parts */
        for (const char *word = next_cmdlet(arena, &place); word != NULL;
             word = next_cmdlet(arena, &place)) {
            if (!is_allowed(word)) {
                fail_msg("look '%s' uses %s", at->name, word);
            }
        }
        look_count++;
    }
    assert_int_equal(look_count, 15);
}

static void the_lint_itself_finds_a_changing_verb(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    const char *place =
        "# Set-Comment\n$x = 'Stop-Text'; Get-Item -Set-X $y.Remove-Z | Remove-Item";

    assert_string_equal(next_cmdlet(arena, &place), "Get-Item");
    const char *word = next_cmdlet(arena, &place);
    assert_string_equal(word, "Remove-Item");
    assert_false(is_allowed(word));
    assert_null(next_cmdlet(arena, &place));
    assert_false(is_allowed("Start-ScheduledTask"));
    assert_false(is_allowed("Getaway-Car"));
}

static void every_script_says_what_it_is_and_what_it_never_was(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();

    for (const struct sw_embedded *at = sw_scripts; at->name != NULL; at++) {
        struct sw_powershell_script script;
        struct sw_error err = {0};
        const char *first = sw_format(arena, "# stepwise: %s ", at->name);
        assert_true(sw_text_begins(at->text, first));
        if (!sw_text_begins(at->text, sw_format(arena, "%spart", first)) &&
            !sw_powershell_find(arena, at->name, &script, &err)) {
            fail_msg("%s: %s", at->name, err.text);
        }
        assert_non_null(strstr(at->text, "Never run against a real server"));
        for (size_t i = 0; i < at->length; i++) {
            unsigned char c = (unsigned char)at->text[i];
            if (c > 126 || (c < 32 && c != '\n')) {
                fail_msg("%s: byte %u: only ASCII survives every code page", at->name, (unsigned)c);
            }
        }
    }
}

/* Read from standard input a blank line ends a statement, so none may stand inside a block. */
static void no_blank_line_stands_inside_a_block(void **state)
{
    (void)state;
    for (const struct sw_embedded *at = sw_scripts; at->name != NULL; at++) {
        int depth = 0;
        bool is_quoted = false, is_here = false;
        for (const char *p = at->text; *p != '\0'; p++) {
            if (!is_quoted && strncmp(p, "@'", 2) == 0) {
                is_here = true;
            }
            is_here = is_here && strncmp(p, "\n'@", 3) != 0;
            if (p[0] == '\n' && p[1] == '\n' && (depth > 0 || is_here)) {
                fail_msg("%s: a blank line inside a block at byte %zu", at->name,
                         (size_t)(p - at->text));
            }
            if (is_here) {
                continue;
            }
            if (!is_quoted && *p == '#') {
                p += strcspn(p, "\n") - 1;
                continue;
            }
            is_quoted = *p == '\'' ? !is_quoted : is_quoted && *p != '\n';
            depth += !is_quoted && *p == '{' ? 1 : 0;
            depth -= !is_quoted && *p == '}' ? 1 : 0;
        }
        assert_int_equal(depth, 0);
        assert_true(sw_text_ends(at->text, "}\n"));
    }
}

static void arguments_are_data_whatever_they_are(void **state)
{
    (void)state;
    static const char *const hostile[] = {"'; Stop-Computer #",
                                          "\xE2\x80\x98x\xE2\x80\x99",
                                          "$(rm -r /)",
                                          "`n\r\n\n'\n",
                                          "</rsp:Stream>",
                                          "\"",
                                          "%TEMP%",
                                          "D:\\[a]\\*.tmp"};

    for (size_t i = 0; i < SW_COUNT(hostile); i++) {
        SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
        struct sw_powershell_script script;
        struct sw_error err = {0};
        struct sw_builder args = sw_map_begin(arena);
        const struct sw_value *nonce = NULL, *back = NULL;
        const char *body = NULL;
        sw_map_put_text(&args, "path", hostile[i]);
        assert_true(sw_powershell_find(arena, "filesync/access-state", &script, &err));
        const char *input = sw_powershell_input(arena, &script, "N1", sw_built(&args));
        const char *first_end = strchr(input, '\n');
        const char *quote = strchr(input, '\'');
        assert_non_null(first_end);
        assert_int_equal(strspn(quote + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                           "0123456789+/="),
                         (size_t)(first_end - quote - 2));
        assert_string_equal(first_end + 1, script.body); /* the text never changes */
        assert_true(
            sw_powershell_take_apart(arena, input, strlen(input), &nonce, &back, &body, &err));
        assert_string_equal(sw_as_text(nonce), "N1");
        assert_string_equal(sw_as_text(sw_get(back, "path")), hostile[i]);
    }
}

static bool answer_of(const char *out, struct sw_arena *arena, struct sw_powershell_answer *answer,
                      struct sw_error *err)
{
    return sw_powershell_answer(arena, out, strlen(out), "N1", answer, err);
}

static void an_answer_is_whole_ours_and_of_this_call(void **state)
{
    (void)state;
    SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
    struct sw_powershell_answer answer = {0};
    struct sw_error err = {0};
    static const char *const bad[] = {
        "",
        "\r\n",
        "{\"stepwise\":1,\"nonce\":\"N1\",\"result\":{\"a\":1}",
        "{\"stepwise\":1,\"nonce\":\"N2\",\"result\":{}}",
        "{\"stepwise\":1,\"result\":{}}",
        "{\"stepwise\":2,\"nonce\":\"N1\",\"result\":{}}",
        "{\"nonce\":\"N1\",\"result\":{}}",
        "{\"stepwise\":1,\"nonce\":\"N1\"}",
        "{\"stepwise\":1,\"nonce\":\"N1\",\"result\":{},\"error\":{}}",
        "{\"stepwise\":1,\"nonce\":\"N1\",\"result\":{}}\nDone.",
        "[1]",
    };

    assert_true(answer_of("a warning\r\n{\"stepwise\":1,\"nonce\":\"N1\",\"time\":"
                          "\"2026-11-20T20:00:00.5Z\",\"result\":{\"a\":[]}}\r\n",
                          arena, &answer, &err));
    assert_non_null(answer.result);
    assert_int_equal(answer.time_ns, INT64_C(1795204800500000000));
    assert_true(answer_of("\xEF\xBB\xBF{\"stepwise\":1,\"nonce\":\"N1\",\"time\":null,\"error\":"
                          "{\"id\":\"X\",\"message\":\"m\"}}",
                          arena, &answer, &err));
    assert_null(answer.result);
    assert_string_equal(answer.id, "X");
    assert_int_equal(answer.time_ns, 0);
    for (size_t i = 0; i < SW_COUNT(bad); i++) {
        if (answer_of(bad[i], arena, &answer, &err)) {
            fail_msg("taken as an answer: %s", bad[i]);
        }
        assert_int_equal(err.code, SW_E_PROTOCOL);
    }
}

#define CLIXML(body)                                                                               \
    "#< CLIXML\r\n<Objs Version=\"1.1.0.1\" "                                                      \
    "xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">" body "</Objs>"

static void progress_records_on_the_error_stream_are_no_errors(void **state)
{
    (void)state;
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"", ""},
        {CLIXML("<Obj S=\"progress\" RefId=\"0\"><MS><S N=\"T\">Preparing modules</S></MS></Obj>"),
         ""},
        {CLIXML("<S S=\"Error\">a_x000D__x000A_</S><S S=\"verbose\">no</S><S "
                "S=\"Error\">b &lt;c&gt;</S>"),
         "a b <c>"},
        {CLIXML("<S S=\"Error\">_x005F_x000A_ _xD83D__xDE00_ _x12_ _xZZZZ_</S>"),
         "_x000A_ \xF0\x9F\x98\x80 _x12_ _xZZZZ_"},
        {"plain\r\n words\t", "plain words"},
        {"#< CLIXML\r\n<Objs", "#< CLIXML <Objs"},
    };

    for (size_t i = 0; i < SW_COUNT(cases); i++) {
        SW_CLEANUP(sw_arena_free_at) struct sw_arena *arena = sw_arena_new();
        assert_string_equal(sw_powershell_errors(arena, cases[i].text, strlen(cases[i].text)),
                            cases[i].said);
    }
}

static void error_ids_say_what_a_caller_may_do(void **state)
{
    (void)state;
    assert_int_equal(sw_powershell_code("Stepwise.Busy: x"), SW_E_BUSY);
    assert_int_equal(sw_powershell_code("UnauthorizedAccess,Get-Item"), SW_E_DENIED);
    assert_int_equal(sw_powershell_code("NoMatchingLogsFound,GetWinEvent"), SW_E_NOT_FOUND);
    /* The words of these are in the server's language; their numbers are not. */
    assert_int_equal(sw_powershell_code("Windows System Error 5,Get-SmbSession"), SW_E_DENIED);
    assert_int_equal(sw_powershell_code("Windows System Error 53,Get-SmbSession"), SW_E_REFUSED);
    assert_int_equal(sw_powershell_code("HRESULT 0x80070005,Get-ScheduledTask"), SW_E_DENIED);
    assert_int_equal(sw_powershell_code("Stepwise.Denied, ConstructorInvokedThrowException"),
                     SW_E_DENIED);
    assert_int_equal(sw_powershell_code("CmdletizationQuery_NotFound_TaskName,Get-ScheduledTask"),
                     SW_E_NOT_FOUND);
    assert_int_equal(sw_powershell_code(""), SW_E_REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_look_holds_no_verb_that_changes_anything),
        cmocka_unit_test(the_lint_itself_finds_a_changing_verb),
        cmocka_unit_test(every_script_says_what_it_is_and_what_it_never_was),
        cmocka_unit_test(no_blank_line_stands_inside_a_block),
        cmocka_unit_test(arguments_are_data_whatever_they_are),
        cmocka_unit_test(an_answer_is_whole_ours_and_of_this_call),
        cmocka_unit_test(progress_records_on_the_error_stream_are_no_errors),
        cmocka_unit_test(error_ids_say_what_a_caller_may_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
