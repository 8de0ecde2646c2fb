#include "sdk/field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int make_arena(void **state)
{
    *state = sw_arena_new();
    return 0;
}

static int free_arena(void **state)
{
    sw_arena_free(*state);
    return 0;
}

static const char *const colours[] = {"Healthy", "Error", NULL};
static const struct sw_type colour = {.kind = SW_T_ENUM, .values = colours};

static void taken(struct sw_arena *arena, const struct sw_type *type, const char *text,
                  enum sw_kind kind)
{
    struct sw_error err = {0};
    const struct sw_value *value = NULL;

    if (!sw_type_parse(type, text, arena, &value, &err)) {
        fail_msg("%s '%s': %s", sw_type_text(arena, type), text, err.text);
    }
    assert_int_equal(value->kind, kind);
}

static void refused(struct sw_arena *arena, const struct sw_type *type, const char *text)
{
    struct sw_error err = {0};
    const struct sw_value *value = NULL;

    if (sw_type_parse(type, text, arena, &value, &err)) {
        fail_msg("%s '%s' was taken", sw_type_text(arena, type), text);
    }
    assert_int_equal(err.code, SW_E_INPUT);
    assert_true(err.text[0] != '\0');
    assert_null(value);
}

static void what_yaml_would_guess_is_refused(void **state)
{
    struct sw_arena *arena = *state;
    static const char *const guesses[] = {"010",  "1_000", "yes", "no",   "on",  "off", "True",
                                          "1:30", "0x1F",  "0o7", "null", "~",   "",    " 1",
                                          "1 ",   "+1",    "--1", "-0",   "1e3x"};
    static const struct sw_type *const types[] = {
        &sw_type_bool,     &sw_type_int,  &sw_type_float, &sw_type_percent,
        &sw_type_duration, &sw_type_size, &sw_type_time,  &colour};

    for (size_t t = 0; t < SW_COUNT(types); t++) {
        for (size_t i = 0; i < SW_COUNT(guesses); i++) {
            if (types[t] != &sw_type_float || strcmp(guesses[i], "-0") != 0) {
                refused(arena, types[t], guesses[i]);
            }
        }
    }
}

static void booleans_and_numbers_are_taken_in_one_spelling(void **state)
{
    struct sw_arena *arena = *state;

    taken(arena, &sw_type_bool, "true", SW_V_BOOL);
    taken(arena, &sw_type_bool, "false", SW_V_BOOL);
    taken(arena, &sw_type_int, "0", SW_V_INT);
    taken(arena, &sw_type_int, "-12", SW_V_INT);
    taken(arena, &sw_type_int, "9223372036854775807", SW_V_INT);
    refused(arena, &sw_type_int, "9223372036854775808");
    refused(arena, &sw_type_int, "1.0");
    taken(arena, &sw_type_float, "3", SW_V_FLOAT);
    taken(arena, &sw_type_float, "-0.5e-3", SW_V_FLOAT);
    refused(arena, &sw_type_float, "1e400");
    refused(arena, &sw_type_float, ".5");
    refused(arena, &sw_type_float, "5.");
    refused(arena, &sw_type_float, "nan");
    taken(arena, &sw_type_percent, "20%", SW_V_PERCENT);
    taken(arena, &sw_type_percent, "0.5%", SW_V_PERCENT);
    refused(arena, &sw_type_percent, "20");
    refused(arena, &sw_type_percent, "%");
    refused(arena, &sw_type_percent, "20 %");
    taken(arena, &sw_type_version, "17.3.0.0", SW_V_VERSION);
    taken(arena, &sw_type_version, "1", SW_V_VERSION);
    refused(arena, &sw_type_version, "1.");
    refused(arena, &sw_type_version, ".1");
    refused(arena, &sw_type_version, "v1.2");
    refused(arena, &sw_type_version, "1.2-rc1");
    refused(arena, &sw_type_version, "");
}

static void a_bare_number_is_no_duration_and_no_size(void **state)
{
    struct sw_arena *arena = *state;

    taken(arena, &sw_type_duration, "1h30m", SW_V_DURATION);
    taken(arena, &sw_type_size, "20GiB", SW_V_SIZE);
    taken(arena, &sw_type_time, "2026-11-23T20:04:05Z", SW_V_TIME);
    refused(arena, &sw_type_duration, "90");
    refused(arena, &sw_type_size, "90");
    refused(arena, &sw_type_time, "2026-11-23");
}

static void a_value_of_an_enum_is_taken_exactly(void **state)
{
    struct sw_arena *arena = *state;
    struct sw_error err = {0};
    const struct sw_value *value = NULL;

    taken(arena, &colour, "Healthy", SW_V_TEXT);
    refused(arena, &colour, "healthy");
    assert_false(sw_type_parse(&colour, "Healhty", arena, &value, &err));
    assert_string_equal(err.text,
                        "'Healhty' is none of enum(Healthy, Error); did you mean 'Healthy'?");
    assert_false(sw_type_parse(&colour, "blue", arena, &value, &err));
    assert_string_equal(err.text, "'blue' is none of enum(Healthy, Error)");
}

static void paths_with_control_characters_are_refused_with_advice(void **state)
{
    struct sw_arena *arena = *state;
    static const struct sw_type *const types[] = {&sw_type_path, &sw_type_win_path,
                                                  &sw_type_unc_path};

    for (size_t i = 0; i < SW_COUNT(types); i++) {
        struct sw_error err = {0};
        const struct sw_value *value = NULL;

        assert_false(sw_type_parse(types[i], "D:\new", arena, &value, &err));
        assert_non_null(strstr(err.text, "use single quotes"));
        refused(arena, types[i], "\\\\server\\share\\a\tb");
        refused(arena, types[i],
                "D:\\a\xe2\x80\xae"
                "b");
        refused(arena, types[i],
                "D:\\a\xc2\x85"
                "b");
        refused(arena, types[i], "D:\\a\xff");
        refused(arena, types[i], "");
    }
    /* Joiners are how some scripts are written. */
    taken(arena, &sw_type_win_path, "D:\\\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae", SW_V_TEXT);
    taken(arena, &sw_type_path, "relative/or not", SW_V_TEXT);
}

static void a_win_path_has_one_spelling(void **state)
{
    struct sw_arena *arena = *state;
    static const char *const good[] = {"D:\\", "d:\\Data", "D:\\Data\\", "D:\\a b\\c.d\\..e",
                                       "D:\\\xc3\x84rger"};
    static const char *const bad[] = {"D:",        "D",        "D:Data",    "\\Data",
                                      "D:/Data",   "D:\\a/b",  "D:\\\\a",   "D:\\a\\\\b",
                                      "D:\\..\\a", "D:\\.\\a", "D:\\a.",    "D:\\a \\b",
                                      "D:\\a:b",   "D:\\a*",   "D:\\a?",    "\\\\?\\D:\\a",
                                      "1:\\a",     "D:\\a|b",  "D:\\\"a\"", "\\\\s\\share",
                                      "/mnt/data"};

    for (size_t i = 0; i < SW_COUNT(good); i++) {
        taken(arena, &sw_type_win_path, good[i], SW_V_TEXT);
    }
    for (size_t i = 0; i < SW_COUNT(bad); i++) {
        refused(arena, &sw_type_win_path, bad[i]);
    }
}

static void a_unc_path_names_server_and_share(void **state)
{
    struct sw_arena *arena = *state;
    static const char *const good[] = {"\\\\srv\\share", "\\\\srv.corp.example\\d$\\a b\\c",
                                       "\\\\10.0.0.1\\share\\"};
    static const char *const bad[] = {"\\\\srv",          "\\\\srv\\",      "\\srv\\share",
                                      "\\\\\\share",      "\\\\s v\\share", "\\\\srv\\\\share",
                                      "\\\\?\\UNC\\s\\a", "//srv/share",    "\\\\srv\\a\\..\\b",
                                      "srv\\share"};

    for (size_t i = 0; i < SW_COUNT(good); i++) {
        taken(arena, &sw_type_unc_path, good[i], SW_V_TEXT);
    }
    for (size_t i = 0; i < SW_COUNT(bad); i++) {
        refused(arena, &sw_type_unc_path, bad[i]);
    }
}

static void hosts_are_names_or_addresses(void **state)
{
    struct sw_arena *arena = *state;
    char label[66];
    static const char *const good[] = {"fs01",    "FS_01.corp.example", "10.0.0.1",    "::1",
                                       "fe80::1", "a-b.example",        "3com.example"};
    static const char *const bad[] = {"",    "a b",  "-a",    "a-",          "a..b",  ".a",
                                      "a.",  "a/b",  "a:443", "a@b",         "1.2.3", "999.1.1.1",
                                      "010", "1:30", "a.1",   "h\xc3\xb6st", "a\nb",  "[::1]"};

    for (size_t i = 0; i < SW_COUNT(good); i++) {
        taken(arena, &sw_type_host, good[i], SW_V_TEXT);
    }
    for (size_t i = 0; i < SW_COUNT(bad); i++) {
        refused(arena, &sw_type_host, bad[i]);
    }
    memset(label, 'a', sizeof label);
    label[63] = '\0';
    taken(arena, &sw_type_host, label, SW_V_TEXT);
    label[63] = 'a';
    label[64] = '\0';
    refused(arena, &sw_type_host, label);
}

static void urls_name_their_host_and_no_password(void **state)
{
    struct sw_arena *arena = *state;
    static const char *const good[] = {"https://a.example", "http://a.example:8080/x?y=z#f",
                                       "https://[::1]:443/", "https://10.0.0.1/a%20b",
                                       "https://a.example?u=a@b"};
    static const char *const bad[] = {"a.example",
                                      "ftp://a.example",
                                      "https://",
                                      "https:///x",
                                      "https://a b/",
                                      "https://a.example/x y",
                                      "https://u:p@a.example/",
                                      "https://a.example/\n",
                                      "https://a.example/\xc3\xa4",
                                      "HTTPS://a.example",
                                      "https://a.example:/",
                                      "https://a.example:123456/",
                                      "javascript:alert(1)",
                                      "https://:443/"};

    for (size_t i = 0; i < SW_COUNT(good); i++) {
        taken(arena, &sw_type_url, good[i], SW_V_TEXT);
    }
    for (size_t i = 0; i < SW_COUNT(bad); i++) {
        refused(arena, &sw_type_url, bad[i]);
    }
}

static void guids_and_resource_ids_have_their_form(void **state)
{
    struct sw_arena *arena = *state;
    static const char *const bad_guids[] = {"",
                                            "6f9619ff",
                                            "{6f9619ff-8b86-d011-b42d-00cf4fc964ff}",
                                            "6f9619ff-8b86-d011-b42d-00cf4fc964ff0",
                                            "6f9619ff-8b86-d011-b42d-00cf4fc964f",
                                            "6f9619ff-8b86-d011-b42d_00cf4fc964ff",
                                            "6f9619fg-8b86-d011-b42d-00cf4fc964ff"};
    static const char *const bad_ids[] = {"",        "/",      "a/b",    "/a//b", "/a/",
                                          "/a/../b", "/a/./b", "/a?x=1", "/a#b",  "/a%2fb",
                                          "/a\\b",   "/a\nb",  "//a"};

    taken(arena, &sw_type_guid, "6F9619FF-8b86-d011-b42d-00cf4fc964ff", SW_V_TEXT);
    for (size_t i = 0; i < SW_COUNT(bad_guids); i++) {
        refused(arena, &sw_type_guid, bad_guids[i]);
    }
    taken(arena, &sw_type_resource_id, "/subscriptions/1/groups/a (b)/x.y/z_1", SW_V_TEXT);
    for (size_t i = 0; i < SW_COUNT(bad_ids); i++) {
        refused(arena, &sw_type_resource_id, bad_ids[i]);
    }
}

static void what_has_parts_is_not_written_as_plain_text(void **state)
{
    struct sw_arena *arena = *state;
    const struct sw_type list = {.kind = SW_T_LIST, .of = &sw_type_int};

    refused(arena, &list, "1");
    refused(arena, &sw_type_secret, "hunter2");
    refused(arena, &sw_type_listing, "x");
    refused(arena, &sw_type_mark, "x");
    taken(arena, &sw_type_string, "anything: at\nall", SW_V_TEXT);
}

static void types_have_names_for_messages(void **state)
{
    struct sw_arena *arena = *state;
    static const struct sw_field fields[] = {{"a", &sw_type_int, 0, NULL, "A."},
                                             {"b", &sw_type_int, 0, NULL, "B."},
                                             {NULL, NULL, 0, NULL, NULL}};
    const struct sw_type list = {.kind = SW_T_LIST, .of = &colour};
    const struct sw_type map = {.kind = SW_T_MAP, .of = &list};
    const struct sw_type object = {.kind = SW_T_OBJECT, .fields = fields};

    assert_string_equal(sw_type_text(arena, &sw_type_win_path), "win_path");
    assert_string_equal(sw_type_text(arena, &map), "map of list of enum(Healthy, Error)");
    assert_string_equal(sw_type_text(arena, &object), "object(a, b)");
    assert_ptr_equal(sw_type_by_name("duration"), &sw_type_duration);
    assert_ptr_equal(sw_type_by_name("resource_id"), &sw_type_resource_id);
    assert_null(sw_type_by_name("any"));
    assert_null(sw_type_by_name("list"));
    assert_null(sw_type_by_name("enum"));
    assert_null(sw_type_by_name("integer"));
    assert_null(sw_type_by_name(NULL));
    assert_string_equal(sw_field_find(fields, "b")->doc, "B.");
    assert_null(sw_field_find(fields, "c"));
    assert_null(sw_field_find(NULL, "c"));
}

static void only_names_of_case_blind_systems_are_folded(void **state)
{
    (void)state;
    assert_true(sw_type_is_folded(&sw_type_win_path));
    assert_true(sw_type_is_folded(&sw_type_unc_path));
    assert_true(sw_type_is_folded(&sw_type_host));
    assert_true(sw_type_is_folded(&sw_type_guid));
    assert_true(sw_type_is_folded(&sw_type_resource_id));
    assert_false(sw_type_is_folded(&sw_type_string));
    assert_false(sw_type_is_folded(&sw_type_path));
    assert_false(sw_type_is_folded(&sw_type_url));
    assert_false(sw_type_is_folded(&colour));
}

#define ARENA_TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(what_yaml_would_guess_is_refused),
        ARENA_TEST(booleans_and_numbers_are_taken_in_one_spelling),
        ARENA_TEST(a_bare_number_is_no_duration_and_no_size),
        ARENA_TEST(a_value_of_an_enum_is_taken_exactly),
        ARENA_TEST(paths_with_control_characters_are_refused_with_advice),
        ARENA_TEST(a_win_path_has_one_spelling),
        ARENA_TEST(a_unc_path_names_server_and_share),
        ARENA_TEST(hosts_are_names_or_addresses),
        ARENA_TEST(urls_name_their_host_and_no_password),
        ARENA_TEST(guids_and_resource_ids_have_their_form),
        ARENA_TEST(what_has_parts_is_not_written_as_plain_text),
        ARENA_TEST(types_have_names_for_messages),
        ARENA_TEST(only_names_of_case_blind_systems_are_folded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
