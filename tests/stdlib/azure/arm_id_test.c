/** @file Ids that no name can bend. */
#include "stdlib/azure/arm_id.h"

#include "support.h"

static bool is_refused(const char *name)
{
    struct sw_error err = {0};

    return !sw_arm_name_check(name, &err) && err.code == SW_E_INPUT && err.text[0] != '\0';
}

static void a_name_that_could_mean_another_resource_is_refused(void **state)
{
    static const char *const names[] = {"",
                                        ".",
                                        "..",
                                        "...",
                                        "a/b",
                                        "a\\b",
                                        "%2e%2e",
                                        "a%",
                                        "a?x=1",
                                        "a#b",
                                        "a\nb",
                                        "a\x7f",
                                        "a\xc2\x85",
                                        " a",
                                        "a ",
                                        "a.",
                                        "\xff",
                                        "\xc0\xaf",
                                        "a\342\200\256z",
                                        "/"};

    (void)state;
    for (size_t i = 0; i < SW_COUNT(names); i++) {
        if (!is_refused(names[i])) {
            fail_msg("'%s' was accepted", names[i]);
        }
    }
}

static void names_that_people_use_are_accepted(void **state)
{
    static const char *const names[] = {"a",
                                        "Files (EU)",
                                        "a.b",
                                        "-",
                                        "se_1~",
                                        "Stra\303\237e",
                                        "12345678-90ab-cdef-1234-567890abcdef"};

    (void)state;
    for (size_t i = 0; i < SW_COUNT(names); i++) {
        assert_false(is_refused(names[i]));
    }
}

static void a_name_has_at_most_260_characters(void **state)
{
    char name[600] = {0};

    (void)state;
    memset(name, 'a', 260);
    assert_false(is_refused(name));
    name[260] = 'a';
    assert_true(is_refused(name));
    memset(name, 0, sizeof name);
    for (size_t i = 0; i < 260; i++) {
        memcpy(name + i * 2, "\xc3\xa9", 2);
    }
    assert_false(is_refused(name)); /* characters, not bytes */
}

static void an_id_is_built_from_a_form(void **state)
{
    const char *const names[] = {"s", "Files (EU)", "x", "g"};
    const char *id = NULL;
    const char *path = NULL;
    struct sw_error err = {0};

    assert_true(sw_arm_id(*state, SW_ARM_SYNC_GROUP, names, &id, &err));
    assert_string_equal(id, "/subscriptions/s/resourceGroups/Files (EU)/providers/"
                            "Microsoft.StorageSync/storageSyncServices/x/syncGroups/g");
    assert_true(sw_arm_path(*state, id, &path, &err));
    assert_string_equal(path, "/subscriptions/s/resourceGroups/Files%20%28EU%29/providers/"
                              "Microsoft.StorageSync/storageSyncServices/x/syncGroups/g");
}

static void an_id_with_an_unknown_name_is_refused(void **state)
{
    const char *const names[] = {"s", NULL, "x", "g"};
    const char *id = NULL;
    struct sw_error err = {0};

    assert_false(sw_arm_id(*state, SW_ARM_SYNC_GROUP, names, &id, &err));
    assert_null(id);
}

static void a_path_is_made_of_a_resource_id_only(void **state)
{
    static const char *const ids[] = {"",
                                      "/",
                                      "subscriptions/a",
                                      "/subscriptions/",
                                      "/x/y",
                                      "/subscriptions/a//b",
                                      "/subscriptions/a/",
                                      "/subscriptions/a/../b",
                                      "/subscriptions/a%2fb",
                                      "https://management.azure.com/subscriptions/a"};
    const char *path = NULL;

    for (size_t i = 0; i < SW_COUNT(ids); i++) {
        struct sw_error err = {0};

        if (sw_arm_path(*state, ids[i], &path, &err)) {
            fail_msg("'%s' became '%s'", ids[i], path);
        }
        assert_int_equal(err.code, SW_E_INPUT);
    }
}

static void ids_ignore_case_and_nothing_else(void **state)
{
    assert_true(sw_arm_id_is("/Subscriptions/A", "/subscriptions/a"));
    assert_false(sw_arm_id_is("/subscriptions/a", "/subscriptions/a/"));
    assert_false(sw_arm_id_is(NULL, NULL));
    assert_string_equal(sw_arm_id_fold(*state, "/Sub/A"), "/sub/a");
    assert_string_equal(sw_arm_id_last("/a/b"), "b");
    assert_null(sw_arm_id_last("/a/"));
    assert_null(sw_arm_id_last(NULL));
}

static void a_child_has_one_name_below_its_parent(void **state)
{
    (void)state;
    assert_true(sw_arm_id_is_child("/A/b/ServerEndpoints/x", "/a/B", "serverEndpoints"));
    assert_false(sw_arm_id_is_child("/a/b/serverEndpoints/x/y", "/a/b", "serverEndpoints"));
    assert_false(sw_arm_id_is_child("/a/b/serverEndpoints/", "/a/b", "serverEndpoints"));
    assert_false(sw_arm_id_is_child("/a/b/serverEndpoints", "/a/b", "serverEndpoints"));
    assert_false(sw_arm_id_is_child("/a/bc/serverEndpoints/x", "/a/b", "serverEndpoints"));
    assert_false(sw_arm_id_is_child("/a/b/cloudEndpoints/x", "/a/b", "serverEndpoints"));
    assert_false(sw_arm_id_is_child(NULL, "/a/b", "serverEndpoints"));
}

/* What a strict encoder gives: RFC 3986, unreserved characters as they are. */
static const char *strictly_encoded(struct sw_arena *arena, const char *name)
{
    const char *out = "";

    for (const unsigned char *c = (const unsigned char *)name; *c != '\0'; c++) {
        bool is_plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
                        (*c >= '0' && *c <= '9') || strchr("-._~", *c) != NULL;

        out = is_plain ? sw_format(arena, "%s%c", out, *c) : sw_format(arena, "%s%%%02X", out, *c);
    }
    return out;
}

static void attack(struct sw_arena *arena, const char *name, size_t *ret_sent)
{
    const char *const names[] = {name};
    const char *const all[] = {"s", "rg", name, "g"};
    const char *id = NULL;
    const char *path = NULL;
    struct sw_error err = {0};

    if (!sw_arm_id(arena, SW_ARM_SYNC_GROUP, all, &id, &err)) {
        assert_int_equal(err.code, SW_E_INPUT);
        assert_true(sw_arm_id(arena, "/subscriptions/{}", names, &id, &err) == false);
        return;
    }
    assert_true(sw_arm_path(arena, id, &path, &err));
    assert_string_equal(
        path, sw_format(arena,
                        "/subscriptions/s/resourceGroups/rg/providers/Microsoft.StorageSync/"
                        "storageSyncServices/%s/syncGroups/g",
                        strictly_encoded(arena, name)));
    (*ret_sent)++;
}

static void every_attack_string_is_encoded_exactly_or_refused(void **state)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;
    struct sw_error err = {0};
    size_t sent = 0;
    size_t count = 0;

    sw_buf_init(&buf, SW_LIMIT_REPLY_BYTES);
    assert_true(sw_file_read(SW_SOURCE_DIR "/tests/data/injection/injection.txt", &buf, &err));
    for (const char *line = buf.bytes; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        const char *text = sw_copy(*state, line, length);
        const char *first = strchr(text, '\t');
        const char *second = first == NULL ? NULL : strchr(first + 1, '\t');
        const char *third = second == NULL ? NULL : strchr(second + 1, '\t');

        line += length + (line[length] == '\n');
        if (*text == '#' || third == NULL) {
            continue;
        }

        const struct sw_value *value = NULL;

        count++;
        /* What is no text (a NUL, half a surrogate) can't become a parameter at all. */
        if (sw_json_read(*state, second + 1, (size_t)(third - second - 1), SW_JSON_PLAIN, &value,
                         &err)) {
            attack(*state, sw_as_text(value), &sent);
        }
    }
    assert_true(count > 150);
    assert_true(sent > 20 && sent < count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_that_could_mean_another_resource_is_refused),
        cmocka_unit_test(names_that_people_use_are_accepted),
        cmocka_unit_test(a_name_has_at_most_260_characters),
        test_in_arena(an_id_is_built_from_a_form),
        test_in_arena(an_id_with_an_unknown_name_is_refused),
        test_in_arena(a_path_is_made_of_a_resource_id_only),
        test_in_arena(ids_ignore_case_and_nothing_else),
        cmocka_unit_test(a_child_has_one_name_below_its_parent),
        test_in_arena(every_attack_string_is_encoded_exactly_or_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
