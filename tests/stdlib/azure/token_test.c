/** @file Tokens: what is asked, against what real clients ask, and what the answers mean. */
#include "stdlib/azure/token.h"

#include "base/digest.h"

#include "support.h"

#define NOW (INT64_C(1800000000) * SW_NS_PER_S)
#define CLIENT "11111111-2222-3333-4444-555555555555"
#define TOKEN "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.e30.c2ln"

static const char *captured(struct sw_arena *arena, const char *name)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;
    struct sw_error err = {0};

    sw_buf_init(&buf, SW_LIMIT_FILE_BYTES);
    assert_true(sw_file_read(sw_format(arena, SW_SOURCE_DIR "/tests/data/azure-clients/%s", name),
                             &buf, &err));
    return sw_copy(arena, buf.bytes, buf.length);
}

/* The n-th POST of msal, from "POST" to the end of its line. */
static const char *post_of_msal(struct sw_arena *arena, int n)
{
    const char *at = captured(arena, "msal-1.21.0_token_requests.txt");

    for (; n > 0; n--) {
        at = strstr(at + 1, "\nPOST ");
        assert_non_null(at);
    }
    at++;
    return sw_copy(arena, at, strcspn(at, "\n"));
}

/* Every member of our form stands, byte for byte, in that of the other client. */
static void check_form(struct sw_arena *arena, const struct sw_request *ours, const char *theirs)
{
    const char *form = strstr(theirs, "} ") + 2;
    const char *path = strstr(ours->url, ".com/") + 4;

    assert_non_null(strstr(theirs, sw_format(arena, "POST %s ", path)));
    for (const char *at = ours->body; *at != '\0';) {
        const char *member = sw_copy(arena, at, strcspn(at, "&"));
        const char *there = strstr(form, member);

        if (there == NULL || (there != form && there[-1] != '&') ||
            (there[strlen(member)] != '&' && there[strlen(member)] != '\0')) {
            fail_msg("%s is not in %s", member, form);
        }
        at += strlen(member) + (at[strlen(member)] == '&');
    }
    assert_int_equal(ours->body_length, strlen(ours->body));
    assert_string_equal(ours->method, "POST");
}

static const struct sw_value *app(struct sw_arena *arena, const char *tenant)
{
    return json(arena, sw_format(arena, "{\"tenant\":\"%s\",\"client\":\"" CLIENT "\"}", tenant));
}

static bool print_of(const char *certificate, uint8_t ret_sha256[32], struct sw_error *err)
{
    memset(ret_sha256, 0xff, 32);
    return sw_text_is(certificate, "/etc/stepwise/app.pem") ||
           sw_fail(err, SW_E_DENIED, "the certificate has expired");
}

/* "signed with KEY as KIND", to be looked at. */
static bool sign(const char *certificate, const char *key, bool is_pss, const char *text,
                 size_t length, struct sw_arena *arena, const uint8_t **ret_signature,
                 size_t *ret_length, struct sw_error *err)
{
    (void)err;
    const char *said =
        sw_format(arena, "%s %s %s %zu", certificate, key, is_pss ? "PSS" : "v1.5", length);

    assert_null(memchr(text, '=', length));
    *ret_signature = (const uint8_t *)said;
    *ret_length = strlen(said);
    return true;
}

static const struct sw_grant_means means = {.now_ns = NOW,
                                            .nonce = "0a1b2c3d-0000-4000-a000-000000000001",
                                            .thumbprint = print_of,
                                            .sign = sign};

static struct sw_grant_ask ask(const struct sw_grant *grant, const struct sw_value *settings,
                               const char *secret, struct sw_arena *arena)
{
    struct sw_grant_ask made = {0};
    struct sw_error err = {0};

    if (!grant->ask(settings, secret, &means, arena, &made, &err)) {
        fail_msg("%s", err.text);
    }
    return made;
}

static void a_client_secret_is_sent_as_msal_sends_it(void **state)
{
    (void)state;
    struct sw_arena *arena = sw_arena_new();
    struct sw_grant_ask made = ask(&sw_azure_client_secret, app(arena, "tid"), "sec ret&+/", arena);

    assert_string_equal(made.request.url,
                        "https://login.microsoftonline.com/tid/oauth2/v2.0/token");
    assert_string_equal(made.origin, "login.microsoftonline.com:443");
    assert_false(made.is_on_link);
    check_form(arena, &made.request, post_of_msal(arena, 1));
    sw_arena_free(arena);
}

static void the_token_of_a_workload_is_sent_as_msal_sends_it(void **state)
{
    (void)state;
    struct sw_arena *arena = sw_arena_new();
    struct sw_grant_ask made =
        ask(&sw_azure_workload_identity, app(arena, "tid"), "eyJhbGciOi.fake.jwt", arena);

    check_form(arena, &made.request, post_of_msal(arena, 3));
    sw_arena_free(arena);
}

static void the_machines_own_identity_is_asked_on_its_link(void **state)
{
    (void)state;
    struct sw_arena *arena = sw_arena_new();
    const char *theirs = captured(arena, "azure-identity-1.13.0b2_imds_and_arc_requests.txt");
    struct sw_grant_ask made = ask(&sw_azure_managed_identity, json(arena, "{}"), NULL, arena);

    assert_string_equal(made.request.url,
                        "http://169.254.169.254/metadata/identity/oauth2/token?api-version="
                        "2018-02-01&resource=https%3A%2F%2Fmanagement.azure.com%2F");
    assert_non_null(
        strstr(theirs, "GET /metadata/identity/oauth2/token?api-version=2018-02-01&resource="));
    assert_string_equal(made.request.headers[0].name, "Metadata");
    assert_string_equal(made.request.headers[0].value, "true");
    assert_true(made.is_on_link);
    made = ask(&sw_azure_managed_identity, json(arena, "{\"client\":\"" CLIENT "\"}"), NULL, arena);
    assert_true(sw_text_ends(made.request.url, "&client_id=" CLIENT));
    sw_arena_free(arena);
}

static void az_is_asked_without_a_shell(void **state)
{
    (void)state;
    struct sw_arena *arena = sw_arena_new();
    struct sw_grant_ask made =
        ask(&sw_azure_cli, json(arena, "{\"tenant\":\"contoso.example\"}"), NULL, arena);

    assert_string_equal(made.argv[0], "az");
    assert_string_equal(made.argv[7], "--tenant");
    assert_string_equal(made.argv[8], "contoso.example");
    assert_null(made.argv[9]);
    sw_arena_free(arena);
}

static void a_tenant_that_would_change_the_path_is_refused(void **state)
{
    static const char *const tenants[] = {"",      "../x", "a/b",     "a?b",     "a%2fb",
                                          "a b",   ".",    "a\\nb",   "a#b",     "--help x",
                                          "a@b.c", "..",   "a:b@c.d", "b\\u00e9"};

    (void)state;
    struct sw_arena *arena = sw_arena_new();

    for (size_t i = 0; i < SW_COUNT(tenants); i++) {
        const struct sw_value *settings =
            json(arena, sw_format(arena, "{\"tenant\":\"%s\",\"client\":\"x\"}", tenants[i]));
        struct sw_grant_ask made = {0};
        struct sw_error err = {0};

        assert_false(
            sw_azure_client_secret.ask(settings, "secret-secret", &means, arena, &made, &err));
        assert_int_equal(err.code, SW_E_INPUT);
        assert_null(strstr(err.text, "secret-secret"));
    }
    sw_arena_free(arena);
}

/* ---- answers ---- */

static bool take(const struct sw_grant *grant, int status, const char *body, struct sw_arena *arena,
                 struct sw_token *token, struct sw_error *err)
{
    struct sw_reply reply = {.status = status, .body = body, .body_length = strlen(body)};

    *err = (struct sw_error){0};
    return grant->take(&reply, NOW, arena, token, err);
}

static void lifetimes_are_read_as_numbers_and_as_texts(void **state)
{
    (void)state;
    struct sw_arena *arena = sw_arena_new();
    struct sw_token token = {0};
    struct sw_error err;

    assert_true(take(&sw_azure_client_secret, 200,
                     "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"ext_expires_in\":3599,"
                     "\"access_token\":\"" TOKEN "\"}",
                     arena, &token, &err));
    assert_string_equal(token.text, TOKEN);
    assert_true(token.expires_ns == NOW + 3599 * SW_NS_PER_S);
    assert_true(take(&sw_azure_managed_identity, 200,
                     "{\"access_token\":\"" TOKEN "\",\"expires_in\":\"86399\",\"expires_on\":"
                     "\"1506484173\",\"not_before\":\"1506397473\",\"resource\":"
                     "\"https://management.azure.com/\",\"token_type\":\"Bearer\"}",
                     arena, &token, &err));
    assert_true(token.expires_ns == NOW + 86399 * SW_NS_PER_S);
    sw_arena_free(arena);
}

static void az_is_believed_only_where_it_says_an_instant(void **state)
{
    (void)state;
    struct sw_arena *arena = sw_arena_new();
    struct sw_token token = {0};
    struct sw_error err;

    assert_true(take(&sw_azure_cli, 200,
                     "{\"accessToken\":\"" TOKEN "\",\"expiresOn\":\"2020-11-12 13:50:47.114324\","
                     "\"tenant\":\"t\",\"tokenType\":\"Bearer\"}",
                     arena, &token, &err));
    assert_true(token.expires_ns == NOW + 600 * SW_NS_PER_S);
    assert_true(take(&sw_azure_cli, 200,
                     "{\"accessToken\":\"" TOKEN "\",\"expires_on\":1800003600}", arena, &token,
                     &err));
    assert_true(token.expires_ns == NOW + 3600 * SW_NS_PER_S);
    assert_false(take(&sw_azure_cli, 500, "", arena, &token, &err));
    assert_int_equal(err.code, SW_E_DENIED);
    assert_non_null(strstr(err.text, "az login"));
    sw_arena_free(arena);
}

static void a_refusal_says_in_one_line_why(void **state)
{
    (void)state;
    struct sw_arena *arena = sw_arena_new();
    struct sw_token token = {0};
    struct sw_error err;

    assert_false(
        take(&sw_azure_client_secret, 401,
             "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: Invalid "
             "client secret provided.\\r\\nTrace ID: 1\",\"error_codes\":[7000215]}",
             arena, &token, &err));
    assert_int_equal(err.code, SW_E_DENIED);
    assert_string_equal(err.text, "HTTP 401, invalid_client: AADSTS7000215: Invalid client secret "
                                  "provided.");
    sw_arena_free(arena);
}

static void what_is_worth_asking_again_is_told_from_a_refusal(void **state)
{
    static const struct {
        int status;
        enum sw_code code;
    } rows[] = {{400, SW_E_DENIED},    {403, SW_E_DENIED}, {404, SW_E_BUSY}, {410, SW_E_BUSY},
                {429, SW_E_THROTTLED}, {500, SW_E_BUSY},   {503, SW_E_BUSY}};

    (void)state;
    struct sw_arena *arena = sw_arena_new();
    struct sw_token token = {0};
    struct sw_error err;

    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        assert_false(take(&sw_azure_managed_identity, rows[i].status, "<html>busy</html>", arena,
                          &token, &err));
        assert_int_equal(err.code, rows[i].code);
    }
    sw_arena_free(arena);
}

static void an_answer_without_a_usable_token_is_refused_and_not_shown(void **state)
{
    static const char *const bodies[] = {
        "",
        "no json",
        "[]",
        "{}",
        "{\"access_token\":\"" TOKEN "\"}",
        "{\"access_token\":\"" TOKEN "\",\"expires_in\":0}",
        "{\"access_token\":\"" TOKEN "\",\"expires_in\":-5}",
        "{\"access_token\":\"" TOKEN "\",\"expires_in\":\"1e9\"}",
        "{\"access_token\":\"" TOKEN "\",\"expires_in\":\"99999999999999999999\"}",
        "{\"access_token\":\"" TOKEN "\",\"expires_in\":999999999}",
        "{\"expires_in\":3600}",
        "{\"access_token\":\"\",\"expires_in\":3600}",
        "{\"access_token\":7,\"expires_in\":3600}",
        "{\"access_token\":\"eyJ0\\r\\nX-Evil: 1234\",\"expires_in\":3600}",
        "{\"access_token\":\"eyJ0eXAi Oi\",\"expires_in\":3600}",
    };

    (void)state;
    struct sw_arena *arena = sw_arena_new();
    struct sw_token token = {0};
    struct sw_error err;

    for (size_t i = 0; i < SW_COUNT(bodies); i++) {
        assert_false(take(&sw_azure_client_secret, 200, bodies[i], arena, &token, &err));
        assert_int_equal(err.code, SW_E_PROTOCOL);
        assert_null(strstr(err.text, "eyJ0"));
        assert_null(token.text);
    }
    sw_arena_free(arena);
}

/* The n-th part of a JWT in a form, as text. */
static const char *part(struct sw_arena *arena, const char *form, int n)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;
    const char *at = strstr(form, "client_assertion=") + strlen("client_assertion=");
    struct sw_error err = {0};

    for (; n > 0; n--) {
        at = strchr(at, '.') + 1;
    }
    sw_buf_init(&buf, SW_LIMIT_FILE_BYTES);
    assert_true(sw_base64url_decode(at, strcspn(at, ".&"), &buf, &err));
    return sw_copy(arena, buf.bytes, buf.length);
}

static const struct sw_value *with_certificate(struct sw_arena *arena, const char *algorithm,
                                               const char *path)
{
    return json(arena, sw_format(arena,
                                 "{\"tenant\":\"tid\",\"client\":\"" CLIENT
                                 "\",\"certificate\":\"%s\",\"algorithm\":\"%s\"}",
                                 path, algorithm));
}

static void a_certificate_signs_what_msal_signs_with_the_stronger_algorithm(void **state)
{
    (void)state;
    struct sw_arena *arena = sw_arena_new();
    const struct sw_value *settings = with_certificate(arena, "PS256", "/etc/stepwise/app.pem");
    struct sw_grant_ask made = ask(&sw_azure_client_certificate, settings, "KEY", arena);
    const char *form = made.request.body;

    assert_string_equal(part(arena, form, 0), "{\"alg\":\"PS256\",\"typ\":\"JWT\",\"x5t#S256\":"
                                              "\"__________________________________________8\"}");
    assert_string_equal(part(arena, form, 1),
                        "{\"aud\":\"https://login.microsoftonline.com/tid/oauth2/v2.0/token\","
                        "\"iss\":\"" CLIENT "\",\"sub\":\"" CLIENT "\","
                        "\"jti\":\"0a1b2c3d-0000-4000-a000-000000000001\","
                        "\"nbf\":1799999940,\"iat\":1800000000,\"exp\":1800000300}");
    assert_non_null(strstr(part(arena, form, 2), "/etc/stepwise/app.pem KEY PSS "));
    settings = with_certificate(arena, "RS256", "/etc/stepwise/app.pem");
    made = ask(&sw_azure_client_certificate, settings, "KEY", arena);
    assert_non_null(strstr(part(arena, made.request.body, 0), "\"alg\":\"RS256\""));
    assert_non_null(strstr(part(arena, made.request.body, 2), " v1.5 "));
    /* All else is what msal sends for its own. */
    const char *theirs = post_of_msal(arena, 2);

    assert_non_null(strstr(theirs, "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3A"));
    assert_non_null(strstr(form, "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3A"));
    sw_arena_free(arena);
}

static void a_certificate_that_cannot_be_used_sends_nothing(void **state)
{
    (void)state;
    struct sw_arena *arena = sw_arena_new();
    struct sw_grant_ask made = {0};
    struct sw_error err = {0};

    assert_false(sw_azure_client_certificate.ask(with_certificate(arena, "PS256", "/old.pem"),
                                                 "KEY", &means, arena, &made, &err));
    assert_int_equal(err.code, SW_E_DENIED);
    assert_null(made.request.url);
    sw_arena_free(arena);
}

static void the_hosts_of_a_login_follow_from_the_targets_cloud(void **state)
{
    static const struct {
        const char *cloud, *sign_in, *manager;
    } rows[] = {
        {"public", "login.microsoftonline.com", "management.azure.com"},
        {"government", "login.microsoftonline.us", "management.usgovcloudapi.net"},
        {"china", "login.chinacloudapi.cn", "management.chinacloudapi.cn"},
    };
    (void)state;
    struct sw_arena *arena = sw_arena_new();

    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        struct sw_grant_means there = means;
        struct sw_grant_ask made = {0};
        struct sw_error err = {0};

        there.target = json(arena, sw_format(arena, "{\"cloud\":\"%s\"}", rows[i].cloud));
        assert_true(
            sw_azure_client_secret.ask(app(arena, "tid"), "a secret", &there, arena, &made, &err));
        assert_string_equal(made.request.url,
                            sw_format(arena, "https://%s/tid/oauth2/v2.0/token", rows[i].sign_in));
        assert_string_equal(made.origin, sw_format(arena, "%s:443", rows[i].sign_in));
        assert_non_null(strstr(made.request.body,
                               sw_format(arena, "scope=https%%3A%%2F%%2F%s%%2F", rows[i].manager)));
        assert_true(sw_azure_client_certificate.ask(
            with_certificate(arena, "PS256", "/etc/stepwise/app.pem"), "KEY", &there, arena, &made,
            &err));
        assert_non_null(strstr(part(arena, made.request.body, 1),
                               sw_format(arena, "\"aud\":\"https://%s/tid/", rows[i].sign_in)));
        assert_true(
            sw_azure_managed_identity.ask(json(arena, "{}"), NULL, &there, arena, &made, &err));
        assert_true(sw_text_ends(made.request.url, sw_format(arena, "%s%%2F", rows[i].manager)));
        assert_true(sw_azure_cli.ask(json(arena, "{}"), NULL, &there, arena, &made, &err));
        assert_string_equal(made.argv[4], sw_format(arena, "https://%s", rows[i].manager));
    }
    sw_arena_free(arena);
}

static void a_connected_machine_is_asked_as_azure_identity_asks_it(void **state)
{
    (void)state;
    struct sw_arena *arena = sw_arena_new();
    const char *captured_text =
        captured(arena, "azure-identity-1.13.0b2_imds_and_arc_requests.txt");
    struct sw_grant_means with_answer = means;
    struct sw_grant_ask made = ask(&sw_azure_arc, json(arena, "{}"), NULL, arena);
    struct sw_error err = {0};

    assert_string_equal(made.request.url,
                        "http://localhost:40342/metadata/identity/oauth2/token?"
                        "api-version=2020-06-01&resource=https%3A%2F%2Fmanagement.azure.com%2F");
    assert_true(made.is_on_link);
    assert_int_equal(made.request.header_count, 1);
    with_answer.answer = "c2VjcmV0";
    assert_true(sw_azure_arc.ask(json(arena, "{}"), NULL, &with_answer, arena, &made, &err));
    assert_string_equal(made.request.headers[1].value, "Basic c2VjcmV0");
    assert_non_null(strstr(captured_text, "'Authorization': 'Basic c2VjcmV0'"));
    with_answer.answer = "two\r\nlines";
    assert_false(sw_azure_arc.ask(json(arena, "{}"), NULL, &with_answer, arena, &made, &err));
    sw_arena_free(arena);
}

static void a_challenge_names_a_file_of_one_folder_only(void **state)
{
    static const struct {
        const char *header, *file; /* NULL: refused */
    } rows[] = {
        {"Basic realm=/var/opt/azcmagent/tokens/5e1d.key", "5e1d.key"},
        {"Basic realm=5e1d.key", "5e1d.key"},
        {"Basic realm=/home/ada/.ssh/id_rsa.key", "id_rsa.key"}, /* of our folder, not of hers */
        {"Basic realm=/etc/shadow", NULL},
        {"Basic realm=/var/opt/azcmagent/tokens/../../x/", NULL},
        {"Basic realm=/var/opt/azcmagent/tokens/.key", NULL},
        {"Basic realm=/var/opt/azcmagent/tokens/a b.key", NULL},
        {"Basic realm=C:\\Tokens\\a.key", NULL},
        {"Bearer realm=/var/opt/azcmagent/tokens/5e1d.key", NULL},
        {NULL, NULL},
    };
    (void)state;
    struct sw_arena *arena = sw_arena_new();

    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        struct sw_reply reply = {.status = 401};
        struct sw_grant_challenge challenge = {0};
        struct sw_error err = {0};

        if (rows[i].header != NULL) {
            sw_reply_set_header(&reply, "WWW-Authenticate", rows[i].header);
        }
        bool is_taken = sw_azure_arc.challenge(&reply, arena, &challenge, &err);

        assert_int_equal(is_taken, rows[i].file != NULL);
        if (is_taken) {
            assert_string_equal(challenge.file, rows[i].file);
            assert_string_equal(challenge.folder, "/var/opt/azcmagent/tokens");
            assert_int_equal(challenge.limit_bytes, 4096);
        } else {
            assert_int_equal(err.code, SW_E_PROTOCOL);
        }
    }
    sw_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_certificate_signs_what_msal_signs_with_the_stronger_algorithm),
        cmocka_unit_test(a_certificate_that_cannot_be_used_sends_nothing),
        cmocka_unit_test(the_hosts_of_a_login_follow_from_the_targets_cloud),
        cmocka_unit_test(a_connected_machine_is_asked_as_azure_identity_asks_it),
        cmocka_unit_test(a_challenge_names_a_file_of_one_folder_only),
        cmocka_unit_test(a_client_secret_is_sent_as_msal_sends_it),
        cmocka_unit_test(the_token_of_a_workload_is_sent_as_msal_sends_it),
        cmocka_unit_test(the_machines_own_identity_is_asked_on_its_link),
        cmocka_unit_test(az_is_asked_without_a_shell),
        cmocka_unit_test(a_tenant_that_would_change_the_path_is_refused),
        cmocka_unit_test(lifetimes_are_read_as_numbers_and_as_texts),
        cmocka_unit_test(az_is_believed_only_where_it_says_an_instant),
        cmocka_unit_test(a_refusal_says_in_one_line_why),
        cmocka_unit_test(what_is_worth_asking_again_is_told_from_a_refusal),
        cmocka_unit_test(an_answer_without_a_usable_token_is_refused_and_not_shown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
