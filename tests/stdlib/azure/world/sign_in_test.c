/** @file The door of a served model: tokens grow old by the model's clock, and only for who asks.
 */
#include "stdlib/azure/world/sign_in.h"

#include "base/digest.h"

#include "stdlib/azure/support.h"

#define WALL (INT64_C(1800000000) * SW_NS_PER_S)
#define SECRET "known-to-the-gate-only"
#define ARM_URL "https://management.azure.com" TEST_SERVICE "?api-version=2022-09-01"
#define TOKEN_URL "https://login.microsoftonline.com/" SW_SIGN_IN_TENANT "/oauth2/v2.0/token"
#define FORM                                                                                       \
    "grant_type=client_credentials&client_id=" SW_SIGN_IN_CLIENT                                   \
    "&scope=https%3A%2F%2Fmanagement.azure.com%2F.default"

#define TYPE                                                                                       \
    "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"

static bool verify(const char *certificate, bool is_pss, const char *text, size_t length,
                   const uint8_t *signature, size_t signature_length, struct sw_error *err)
{
    (void)is_pss;
    (void)text;
    (void)length;
    return (sw_text_is(certificate, "PEM") && signature_length == 4 &&
            memcmp(signature, "good", 4) == 0) ||
           sw_fail(err, SW_E_DENIED, "another signature");
}

static struct sw_gate *gate_of(int64_t lives_s)
{
    struct sw_gate_config config = {.secret = SECRET,
                                    .certificate = "PEM",
                                    .lives_ns = lives_s * SW_NS_PER_S,
                                    .verify = verify};

    return sw_azure_sign_in.make(&config, NULL);
}

/* @return the gate's status, 0: let through */
static int ask(struct sw_gate *gate, struct sw_arena *arena, int64_t world_s, const char *url,
               const char *form, const char *token, const char **ret_body)
{
    struct sw_request request = {.method = form == NULL ? "GET" : "POST",
                                 .url = url,
                                 .body = form,
                                 .body_length = form == NULL ? 0 : strlen(form)};
    struct sw_reply reply = {0};

    if (token != NULL) {
        sw_request_header(&request, "Authorization", sw_format(arena, "Bearer %s", token));
    }
    bool is_answered =
        gate->ops->answer(gate, world_s * SW_NS_PER_S, WALL, &request, arena, &reply);

    *ret_body = reply.body == NULL ? "" : reply.body;
    return is_answered ? reply.status : 0;
}

static const char *token_of(struct sw_gate *gate, struct sw_arena *arena, int64_t world_s)
{
    const char *body = NULL;

    assert_int_equal(
        ask(gate, arena, world_s, TOKEN_URL, FORM "&client_secret=" SECRET, NULL, &body), 200);
    return sw_as_text(sw_get(json(arena, body), "access_token"));
}

static void a_token_lets_in_until_it_expires_by_the_models_clock(void **state)
{
    struct sw_gate *gate = gate_of(600);
    const char *token = token_of(gate, *state, 1000);
    const char *body = NULL;

    assert_int_equal(ask(gate, *state, 1000, ARM_URL, NULL, token, &body), 0);
    assert_int_equal(ask(gate, *state, 1599, ARM_URL, NULL, token, &body), 0);
    assert_int_equal(ask(gate, *state, 1600, ARM_URL, NULL, token, &body), 401);
    assert_non_null(strstr(body, "ExpiredAuthenticationToken"));
    assert_int_equal(ask(gate, *state, 1600, ARM_URL, NULL, token_of(gate, *state, 1600), &body),
                     0);
    gate->ops->free(gate);
}

static void a_token_of_another_gate_or_a_changed_one_is_none(void **state)
{
    struct sw_gate *gate = gate_of(600);
    char *token = sw_copy_text(*state, token_of(gate, *state, 1000));
    const char *body = NULL;

    assert_int_equal(ask(gate, *state, 1000, ARM_URL, NULL, NULL, &body), 401);
    assert_non_null(strstr(body, "AuthenticationFailed"));
    token[strcspn(token, ".") + 5] ^= 1;
    assert_int_equal(ask(gate, *state, 1000, ARM_URL, NULL, token, &body), 401);
    assert_non_null(strstr(body, "InvalidAuthenticationToken"));
    assert_int_equal(ask(gate, *state, 1000, ARM_URL, NULL, "..", &body), 401);
    assert_int_equal(ask(gate, *state, 1000, ARM_URL, NULL, "x", &body), 401);
    gate->ops->free(gate);
}

static const char *jwt(struct sw_arena *arena, const char *head, const char *claims,
                       const char *signature)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, SW_LIMIT_FILE_BYTES);
    sw_base64url_add(&buf, head, strlen(head));
    sw_buf_add_char(&buf, '.');
    sw_base64url_add(&buf, claims, strlen(claims));
    sw_buf_add_char(&buf, '.');
    sw_base64url_add(&buf, signature, strlen(signature));
    return sw_copy(arena, buf.bytes, buf.length);
}

#define HEAD "{\"alg\":\"PS256\",\"x5t#S256\":\"print\"}"
#define CLAIMS(audience, issuer, times)                                                            \
    "{\"aud\":\"" audience "\",\"iss\":\"" issuer "\",\"sub\":\"" issuer "\",\"jti\":\"1\"," times \
    "}"

static void an_assertion_is_checked_as_the_sign_in_service_checks_it(void **state)
{
    static const struct {
        const char *head, *claims, *signature;
        const char *words; /* NULL: taken */
    } rows[] = {
        {HEAD, CLAIMS(TOKEN_URL, SW_SIGN_IN_CLIENT, "\"exp\":1800000300"), "good", NULL},
        {HEAD, CLAIMS(TOKEN_URL, SW_SIGN_IN_CLIENT, "\"iat\":1800000000.25,\"exp\":1800000300.25"),
         "good", NULL},
        {HEAD, CLAIMS(TOKEN_URL, SW_SIGN_IN_CLIENT, "\"exp\":1800000300"), "evil", "AADSTS700027"},
        {"{\"alg\":\"none\",\"x5t\":\"print\"}",
         CLAIMS(TOKEN_URL, SW_SIGN_IN_CLIENT, "\"exp\":1800000300"), "good", "AADSTS700027"},
        {"{\"alg\":\"RS256\"}", CLAIMS(TOKEN_URL, SW_SIGN_IN_CLIENT, "\"exp\":1800000300"), "good",
         "AADSTS700027"},
        {HEAD, CLAIMS("https://evil.example/v2.0", SW_SIGN_IN_CLIENT, "\"exp\":1800000300"), "good",
         "AADSTS50027"},
        {HEAD, CLAIMS(TOKEN_URL, "another", "\"exp\":1800000300"), "good", "AADSTS700021"},
        {HEAD, CLAIMS(TOKEN_URL, SW_SIGN_IN_CLIENT, "\"exp\":1799999000"), "good", "AADSTS700024"},
        {HEAD, CLAIMS(TOKEN_URL, SW_SIGN_IN_CLIENT, "\"exp\":1800090000"), "good", "AADSTS700024"},
        {HEAD, CLAIMS(TOKEN_URL, SW_SIGN_IN_CLIENT, "\"nbf\":1800000400,\"exp\":1800000500"),
         "good", "AADSTS700024"},
        {HEAD, "no JSON", "good", "AADSTS50027"},
    };
    struct sw_gate *gate = gate_of(600);

    for (size_t i = 0; i < SW_COUNT(rows); i++) {
        const char *body = NULL;
        const char *form = sw_format(*state, "%s&client_assertion=%s", FORM TYPE,
                                     jwt(*state, rows[i].head, rows[i].claims, rows[i].signature));
        int status = ask(gate, *state, 1000, TOKEN_URL, form, NULL, &body);

        if (rows[i].words == NULL ? status != 200
                                  : status != 401 || strstr(body, rows[i].words) == NULL) {
            fail_msg("row %zu: %d %s", i, status, body);
        }
    }
    gate->ops->free(gate);
}

static void what_is_neither_the_managers_nor_a_sign_in_is_let_through(void **state)
{
    static const char *const urls[] = {"https://fs01.contoso.example:5986/wsman",
                                       "http://localhost:40342/other", "https://localhost/",
                                       "nothing"};
    struct sw_gate *gate = gate_of(600);
    const char *body = NULL;

    for (size_t i = 0; i < SW_COUNT(urls); i++) {
        assert_int_equal(ask(gate, *state, 1000, urls[i], NULL, NULL, &body), 0);
    }
    assert_int_equal(
        ask(gate, *state, 1000, "https://login.microsoftonline.com/other/x", NULL, NULL, &body),
        400);
    assert_non_null(strstr(body, "AADSTS90002"));
    gate->ops->free(gate);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test_in_arena(a_token_lets_in_until_it_expires_by_the_models_clock),
        test_in_arena(a_token_of_another_gate_or_a_changed_one_is_none),
        test_in_arena(an_assertion_is_checked_as_the_sign_in_service_checks_it),
        test_in_arena(what_is_neither_the_managers_nor_a_sign_in_is_let_through),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
