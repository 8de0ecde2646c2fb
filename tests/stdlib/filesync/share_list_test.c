/* The share's files, folder by folder, as the service tells them. */
#include "stdlib/filesync/share_list.h"

#include "base/buf.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#define HEAD "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults><Entries>"
#define TAIL "</Entries><NextMarker /></EnumerationResults>"
#define FILE_OF(name, bytes)                                                                       \
    "<File><Name>" name "</Name><FileId>1</FileId><Properties><Content-Length>" bytes              \
    "</Content-Length><LastWriteTime>2022-09-13T01:57:39.5824156Z</LastWriteTime></Properties>"    \
    "</File>"
#define FOLDER(name) "<Directory><Name>" name "</Name><Properties /></Directory>"
#define TICKS "133075078595824156"

/* What each folder answers, by the end of its path; the last row is for all others. */
struct folder {
    const char *ends;
    int status;
    const char *body;
};

struct told {
    enum sw_turn turn;
    const char *lines, *through;
    struct sw_error err;
    int requests;
    const char *first_url;
    struct sw_request first;
};

static struct told list(struct sw_arena *arena, const struct folder *folders, const char *after,
                        int64_t max)
{
    struct sw_look look = sw_share_list(arena, "contosofiles", "team", after, max);
    struct sw_talk talk = {
        .transport = &sw_filesync_cloud_transport, .call = look.call, .arena = arena};
    struct told told = {0};

    told.turn = talk.transport->open(&talk, &told.err);
    while (told.turn == SW_TURN_SEND) {
        const char *url = talk.out.url;
        const char *path = sw_copy(arena, url, strcspn(url, "?"));
        const struct folder *folder = folders;
        bool is_second = strstr(url, "&marker=") != NULL;

        if (told.requests++ == 0) {
            told.first_url = url;
            told.first = talk.out;
        }
        while (folder->ends != NULL && !sw_text_ends(is_second ? url : path, folder->ends)) {
            folder++;
        }
        struct sw_reply reply = {
            .status = folder->status, .body = folder->body, .body_length = strlen(folder->body)};

        assert_true(told.requests < 50);
        told.turn = talk.transport->feed(&talk, &reply, &told.err);
    }
    if (told.turn == SW_TURN_DONE) {
        told.lines = sw_as_text(sw_get(talk.answer.body, "lines"));
        told.through = sw_as_text(sw_get(talk.answer.body, "through"));
    }
    return told;
}

static void files_of_all_folders_come_sorted(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    const struct folder folders[] = {
        {"/team", 200, HEAD FOLDER("b") FILE_OF("a.txt", "1") FOLDER("A") TAIL},
        {"/A", 200, HEAD FILE_OF("z", "2") FILE_OF("Y &amp; x", "3") TAIL},
        {"/b", 200, HEAD TAIL},
        {NULL, 500, ""},
    };
    struct told told = list(arena, folders, "", 100);

    (void)state;
    assert_int_equal(told.turn, SW_TURN_DONE);
    assert_string_equal(told.lines,
                        "f 3 " TICKS " A\\Y & x\nf 2 " TICKS " A\\z\nf 1 " TICKS " a.txt\n");
    assert_null(told.through);
    assert_int_equal(told.requests, 3);
    sw_arena_free(arena);
}

static void it_asks_with_the_intent_of_a_backup_and_never_for_content(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    const struct folder folders[] = {{NULL, 200, HEAD TAIL}};
    struct told told = list(arena, folders, "", 100);
    bool has_intent = false;

    (void)state;
    assert_string_equal(told.first_url,
                        "https://contosofiles.file.core.windows.net/team?restype=directory&comp="
                        "list&maxresults=2000&include=Timestamps%2CAttributes");
    for (size_t i = 0; i < told.first.header_count; i++) {
        has_intent =
            has_intent || (sw_text_is(told.first.headers[i].name, "x-ms-file-request-intent") &&
                           sw_text_is(told.first.headers[i].value, "backup"));
    }
    assert_true(has_intent);
    sw_arena_free(arena);
}

static void pages_are_read_to_the_last_before_anything_is_sorted(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    const struct folder folders[] = {
        {"marker=p%2F2%5C%20x", 200, HEAD FILE_OF("a", "1") TAIL},
        {"/team", 200,
         HEAD FILE_OF("b", "1") "</Entries><NextMarker>p/2\\ x</NextMarker></EnumerationResults>"},
        {NULL, 500, ""},
    };
    struct told told = list(arena, folders, "", 100);

    (void)state;
    assert_int_equal(told.turn, SW_TURN_DONE);
    assert_string_equal(told.lines, "f 1 " TICKS " a\nf 1 " TICKS " b\n");
    sw_arena_free(arena);
}

static void a_range_ends_after_its_lines_and_the_next_goes_on_there(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    const struct folder folders[] = {
        {"/team", 200,
         HEAD FILE_OF("5", "1") FILE_OF("3", "1") FOLDER("2") FILE_OF("1", "1") FILE_OF("4", "1")
             FILE_OF("6", "1") TAIL},
        {"/2", 200, HEAD FILE_OF("b", "1") FILE_OF("a", "1") TAIL},
        {NULL, 500, ""},
    };
    struct sw_buf all;
    const char *after = "";
    int ranges = 0;

    (void)state;
    sw_buf_init(&all, 65536);
    while (after != NULL) {
        struct told told = list(arena, folders, after, 2);

        assert_int_equal(told.turn, SW_TURN_DONE);
        sw_buf_add_text(&all, told.lines);
        after = told.through;
        assert_true(++ranges < 10);
    }
    assert_string_equal(all.bytes,
                        "f 1 " TICKS " 1\nf 1 " TICKS " 2\\a\nf 1 " TICKS " 2\\b\nf 1 " TICKS
                        " 3\nf 1 " TICKS " 4\nf 1 " TICKS " 5\nf 1 " TICKS " 6\n");
    assert_true(ranges >= 4);
    sw_buf_release(&all);
    sw_arena_free(arena);
}

static void encoded_names_are_decoded(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    const struct folder folders[] = {
        {"/team", 200,
         HEAD "<File><Name Encoded=\"true\">a%EF%BF%BEb</Name><Properties><Content-Length>1"
              "</Content-Length><LastWriteTime>2022-09-13T01:57:39.5824156Z</LastWriteTime>"
              "</Properties></File>"
              "<File><Name Encoded=\"true\">c%0Ad</Name><Properties /></File>" TAIL},
        {NULL, 500, ""},
    };
    struct told told = list(arena, folders, "", 100);

    (void)state;
    assert_string_equal(told.lines, "f 1 " TICKS " a\xef\xbf\xbe\x62\nu 0 0 c%0Ad\n");
    sw_arena_free(arena);
}

static void folders_in_an_address_are_encoded(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    const struct folder folders[] = {
        {"/team", 200, HEAD FOLDER("a b#%2F?") TAIL},
        {"/team/a%20b%23%252F%3F", 200, HEAD FILE_OF("x", "1") TAIL},
        {NULL, 500, ""},
    };
    struct told told = list(arena, folders, "", 100);

    (void)state;
    assert_int_equal(told.turn, SW_TURN_DONE);
    assert_string_equal(told.lines, "f 1 " TICKS " a b#%2F?\\x\n");
    sw_arena_free(arena);
}

static void a_folder_that_went_meanwhile_is_passed_over(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    const struct folder folders[] = {
        {"/team", 200, HEAD FOLDER("gone") FILE_OF("x", "1") TAIL},
        {NULL, 404, ""},
    };
    struct told told = list(arena, folders, "", 100);

    (void)state;
    assert_int_equal(told.turn, SW_TURN_DONE);
    assert_string_equal(told.lines, "f 1 " TICKS " x\n");
    sw_arena_free(arena);
}

static void a_missing_share_is_no_empty_share(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    const struct folder folders[] = {{NULL, 404, "<Error><Code>ShareNotFound</Code></Error>"}};
    struct told told = list(arena, folders, "", 100);

    (void)state;
    assert_int_equal(told.turn, SW_TURN_FAIL);
    assert_int_equal(told.err.code, SW_E_NOT_FOUND);
    assert_non_null(strstr(told.err.text, "ShareNotFound"));
    sw_arena_free(arena);
}

static void a_refusal_names_the_role_that_is_needed(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    const struct folder folders[] = {
        {NULL, 403, "<Error><Code>AuthorizationPermissionMismatch</Code></Error>"}};
    struct told told = list(arena, folders, "", 100);

    (void)state;
    assert_int_equal(told.err.code, SW_E_DENIED);
    assert_non_null(strstr(told.err.text, "Storage File Data Privileged Reader"));
    sw_arena_free(arena);
}

static void a_throttled_list_may_be_asked_again(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    const struct folder busy[] = {{NULL, 503, "<Error><Code>ServerBusy</Code></Error>"}};
    const struct folder slow[] = {{NULL, 429, ""}};

    (void)state;
    assert_int_equal(list(arena, busy, "", 100).err.code, SW_E_BUSY);
    assert_int_equal(list(arena, slow, "", 100).err.code, SW_E_THROTTLED);
    sw_arena_free(arena);
}

static void what_is_no_list_is_refused(void **state)
{
    static const char *const bodies[] = {"", "<html/>", "<EnumerationResults/>", "{}",
                                         HEAD "<File><Properties/></File>" TAIL};

    (void)state;
    for (size_t i = 0; i < SW_COUNT(bodies); i++) {
        struct sw_arena *arena = sw_arena_new();
        const struct folder folders[] = {{NULL, 200, bodies[i]}};

        assert_int_equal(list(arena, folders, "", 100).turn, SW_TURN_FAIL);
        sw_arena_free(arena);
    }
}

static void a_length_or_time_that_is_not_said_is_not_zero(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    const struct folder folders[] = {
        {NULL, 200, HEAD "<File><Name>a</Name><Properties/></File>" FILE_OF("b", "-1") TAIL}};
    struct told told = list(arena, folders, "", 100);

    (void)state;
    assert_non_null(strstr(told.lines, "u 0 0 a\n"));
    assert_non_null(strstr(told.lines, " b\n"));
    assert_int_equal(told.lines[strlen("u 0 0 a\n")], 'u');
    sw_arena_free(arena);
}

static void names_that_lead_elsewhere_are_not_asked(void **state)
{
    static const char *const accounts[] = {"evil.example/x", "ab", "UPPER", "a.b", ""};
    struct sw_arena *arena = sw_arena_new();

    (void)state;
    for (size_t i = 0; i < SW_COUNT(accounts); i++) {
        struct sw_look look = sw_share_list(arena, accounts[i], "team", "", 10);
        struct sw_talk talk = {.call = look.call, .arena = arena};
        struct sw_error err = {0};

        assert_int_equal(sw_filesync_cloud_transport.open(&talk, &err), SW_TURN_FAIL);
    }
    sw_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_of_all_folders_come_sorted),
        cmocka_unit_test(it_asks_with_the_intent_of_a_backup_and_never_for_content),
        cmocka_unit_test(pages_are_read_to_the_last_before_anything_is_sorted),
        cmocka_unit_test(a_range_ends_after_its_lines_and_the_next_goes_on_there),
        cmocka_unit_test(encoded_names_are_decoded),
        cmocka_unit_test(folders_in_an_address_are_encoded),
        cmocka_unit_test(a_folder_that_went_meanwhile_is_passed_over),
        cmocka_unit_test(a_missing_share_is_no_empty_share),
        cmocka_unit_test(a_refusal_names_the_role_that_is_needed),
        cmocka_unit_test(a_throttled_list_may_be_asked_again),
        cmocka_unit_test(what_is_no_list_is_refused),
        cmocka_unit_test(a_length_or_time_that_is_not_said_is_not_zero),
        cmocka_unit_test(names_that_lead_elsewhere_are_not_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
