/** @file A secret is put in as the place wants it that its handle stands in, and into no other. */
#include "cli/run/hook_fill.h"

#include "base/text.h"
#include "sdk/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What breaks out of a text of JSON, XML, a form or a path, were it pasted. */
#define NASTY "a\"b\\c\td/e?f=g&h <i>'%+~\xc3\xa9"

struct fixture {
    struct sw_arena *arena;
    struct sw_redact *redact;
    struct sw_site_secret secrets[3];
    struct sw_site site;
    struct sw_request request;
    struct sw_error err;
};

static int set_up(void **state)
{
    struct sw_arena *arena = sw_arena_new();
    struct fixture *f = sw_alloc(arena, sizeof *f);

    *f = (struct fixture){.arena = arena, .redact = sw_redact_new()};
    f->secrets[0] =
        (struct sw_site_secret){"nasty", {SW_SECRET_ENV, "FILL_NASTY", NULL, NULL}, {0}};
    f->secrets[1] =
        (struct sw_site_secret){"plain", {SW_SECRET_ENV, "FILL_PLAIN", NULL, NULL}, {0}};
    f->secrets[2] =
        (struct sw_site_secret){"bytes", {SW_SECRET_ENV, "FILL_BYTES", NULL, NULL}, {0}};
    f->site = (struct sw_site){.path = "site.yaml", .secrets = f->secrets, .secret_count = 3};
    f->request = (struct sw_request){.method = "POST", .url = "https://x.example/a"};
    assert_int_equal(setenv("FILL_NASTY", NASTY, 1), 0);
    assert_int_equal(setenv("FILL_PLAIN", "plain-secret", 1), 0);
    assert_int_equal(setenv("FILL_BYTES", "bytes\xff\xfe-and-more", 1), 0);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    sw_redact_free(f->redact);
    sw_arena_free(f->arena);
    return 0;
}

static bool fill(struct fixture *f)
{
    f->err = (struct sw_error){0};
    f->request.body_length = f->request.body == NULL ? 0 : strlen(f->request.body);
    return sw_hook_fill(&f->site, f->redact, &f->request, f->arena, &f->err);
}

static void fills(struct fixture *f)
{
    if (!fill(f)) {
        fail_msg("%s", f->err.text);
    }
    if (f->request.body != NULL) {
        assert_int_equal(f->request.body_length, strlen(f->request.body));
    }
}

static void refuses(struct fixture *f, const char *why)
{
    assert_false(fill(f));
    assert_int_equal(f->err.code, SW_E_INPUT);
    if (strstr(f->err.text, why) == NULL) {
        fail_msg("'%s' does not say '%s'", f->err.text, why);
    }
    assert_null(strstr(f->err.text, "secret-"));
}

/* Said back as it went out, by somebody who echoes. */
static void is_masked(struct fixture *f, const char *text, const char *rest)
{
    const char *safe = sw_redact_mask(f->redact, f->arena, text, strlen(text));

    assert_null(strstr(safe, rest));
}

static void in_json_a_secret_is_one_text_whatever_it_holds(void **state)
{
    struct fixture *f = *state;
    const struct sw_value *read = NULL;

    f->request.body = "{\"token\":\"Bearer {{secret:nasty}}!\",\"{{secret:plain}}\":1}";
    fills(f);
    assert_true(sw_json_read(f->arena, f->request.body, f->request.body_length, SW_JSON_PLAIN,
                             &read, &f->err));
    assert_int_equal(read->as.map.count, 2);
    assert_string_equal(sw_as_text(sw_get(read, "token")), "Bearer " NASTY "!");
    assert_non_null(sw_get(read, "plain-secret"));
    is_masked(f, f->request.body, "c\\td");
}

static void json_by_its_type_alone_is_json_too(void **state)
{
    struct fixture *f = *state;

    f->request.body = "{\"a\":\"\\\"{{secret:nasty}}\"}\n{\"b\":1}\n";
    sw_request_header(&f->request, "content-TYPE", "Application/x+JSON; charset=utf-8");
    fills(f);
    assert_true(sw_text_begins(f->request.body, "{\"a\":\"\\\"a\\\"b\\\\c\\td/e"));
}

static void outside_of_a_text_json_takes_no_secret(void **state)
{
    struct fixture *f = *state;

    f->request.body = "{\"a\":{{secret:plain}}}";
    sw_request_header(&f->request, "Content-Type", "application/json");
    refuses(f, "between quotes");
}

static void json_takes_no_secret_that_is_no_text(void **state)
{
    struct fixture *f = *state;

    f->request.body = "[\"{{secret:bytes}}\"]";
    refuses(f, "UTF-8");
}

static void a_request_that_its_secrets_make_too_long_is_not_sent_cut(void **state)
{
    struct fixture *f = *state;
    char secret[60001];
    const char *body = "";

    memset(secret, 's', sizeof secret - 1);
    secret[sizeof secret - 1] = '\0';
    assert_int_equal(setenv("FILL_PLAIN", secret, 1), 0);
    for (int i = 0; i < 20; i++) {
        body = sw_format(f->arena, "%s {{secret:plain}}", body);
    }
    f->request.body = body;
    refuses(f, "too long");
}

static void in_a_form_a_secret_is_one_value(void **state)
{
    struct fixture *f = *state;

    f->request.body = "user=x&password={{secret:nasty}}&z=1";
    sw_request_header(&f->request, "Content-Type", "application/x-www-form-urlencoded");
    fills(f);
    assert_string_equal(f->request.body,
                        "user=x&password=a%22b%5Cc%09d%2Fe%3Ff%3Dg%26h%20%3Ci%3E%27%25%2B~"
                        "%C3%A9&z=1");
    is_masked(f, f->request.body, "%5Cc%09d");
}

static void in_xml_a_secret_is_text(void **state)
{
    struct fixture *f = *state;

    f->request.body = "<t k=\"{{secret:nasty}}\"/>";
    sw_request_header(&f->request, "Content-Type", "application/soap+xml; charset=utf-8");
    fills(f);
    assert_string_equal(f->request.body, "<t k=\"a&quot;b\\c&#9;d/e?f=g&amp;h "
                                         "&lt;i&gt;&apos;%+~\xc3\xa9\"/>");
    is_masked(f, f->request.body, "c&#9;d");
}

static void in_plain_text_a_secret_is_as_it_is(void **state)
{
    struct fixture *f = *state;

    f->request.body = "key: {{secret:nasty}}, {{secret:}} {{secret:Nasty}} {{secret:plain}";
    fills(f);
    assert_string_equal(f->request.body,
                        "key: " NASTY ", {{secret:}} {{secret:Nasty}} {{secret:plain}");
    is_masked(f, f->request.body, "\\c\td");
}

static void in_a_url_a_secret_stays_where_it_stands(void **state)
{
    struct fixture *f = *state;

    f->request.url = "https://x.example/a/{{secret:nasty}}/b?code={{secret:plain}}&c=d";
    fills(f);
    assert_string_equal(f->request.url,
                        "https://x.example/a/a%22b%5Cc%09d%2Fe%3Ff%3Dg%26h%20%3Ci%3E%27%25%2B~"
                        "%C3%A9/b?code=plain-secret&c=d");
    is_masked(f, f->request.url, "%5Cc%09d");
}

static void a_header_takes_no_secret_that_breaks_it(void **state)
{
    struct fixture *f = *state;

    sw_request_header(&f->request, "Authorization", "Bearer {{secret:plain}}");
    fills(f);
    assert_string_equal(f->request.headers[0].value, "Bearer plain-secret");
    for (const char *const *bad =
             (const char *const[]){"one\x01-secret-two", "one-secret\x7f-two", "one-secret\rtwo: x",
                                   "one-secret\ntwo: x", NULL};
         *bad != NULL; bad++) {
        assert_int_equal(setenv("FILL_PLAIN", *bad, 1), 0);
        f->request.headers[0].value = "Bearer {{secret:plain}}";
        assert_false(fill(f));
        assert_int_equal(f->err.code, SW_E_INPUT);
    }
}

static void what_a_secret_says_is_no_handle(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(setenv("FILL_PLAIN", "{{secret:nasty}}", 1), 0);
    f->request.body = "{{secret:plain}}";
    fills(f);
    assert_string_equal(f->request.body, "{{secret:nasty}}");
}

static void a_secret_that_the_site_has_not_is_named_with_what_to_do(void **state)
{
    struct fixture *f = *state;

    f->request.body = "{{secret:other}}";
    refuses(f, "'other'");
    assert_non_null(strstr(f->err.text, "site.yaml"));
}

static void a_secret_that_cannot_be_read_is_named_with_its_line(void **state)
{
    struct fixture *f = *state;

    f->secrets[1].mark = (struct sw_mark){.file = "site.yaml", .line = 7};
    assert_int_equal(unsetenv("FILL_PLAIN"), 0);
    f->request.body = "{{secret:plain}}";
    refuses(f, "the hook's secret 'plain' (site.yaml:7): the variable FILL_PLAIN is not set");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(in_json_a_secret_is_one_text_whatever_it_holds, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(json_by_its_type_alone_is_json_too, set_up, tear_down),
        cmocka_unit_test_setup_teardown(outside_of_a_text_json_takes_no_secret, set_up, tear_down),
        cmocka_unit_test_setup_teardown(json_takes_no_secret_that_is_no_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(in_a_form_a_secret_is_one_value, set_up, tear_down),
        cmocka_unit_test_setup_teardown(in_xml_a_secret_is_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(in_plain_text_a_secret_is_as_it_is, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_request_that_its_secrets_make_too_long_is_not_sent_cut,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(in_a_url_a_secret_stays_where_it_stands, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_header_takes_no_secret_that_breaks_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_a_secret_says_is_no_handle, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_secret_that_the_site_has_not_is_named_with_what_to_do,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_secret_that_cannot_be_read_is_named_with_its_line, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
