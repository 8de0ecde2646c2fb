#include "io/http.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/text.h"
#include "io/address.h"
#include "io/key.h"
#include "io/transfer.h"
#include "io/url.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEADER_BYTES (16u * 1024u) /**< of one value; signed URLs come in headers */
#define METADATA_HOST "169.254.169.254"
#define AGENT_HOST "localhost:40342" /* identities of machines that are connected from outside */

struct connection {
    struct sw_http_peer peer;
    CURL *easy;                  /**< NULL until it is first used */
    struct sw_transfer transfer; /**< keeps the connections of this peer */
    int64_t certificate_end_ns;  /**< 0: not known */
};

struct sw_http {
    struct sw_arena *arena;
    struct sw_http_config config;
    struct sw_curl_api curl;
    bool is_open;
    struct connection peers[SW_HTTP_PEERS];
    size_t peer_count;
};

/** A request on its way. */
struct exchange {
    struct sw_http *http;
    struct sw_arena *arena;
    struct sw_reply *reply;
    const struct sw_http_detour *detour; /**< or NULL */
    bool is_local_fine;                  /**< an address of this machine or its link may be asked */
    bool is_direct;                      /**< no proxy is asked */
    bool is_repeatable;
    bool is_breakable;
    bool is_ready;  /**< the connection stands; what leaves before is for a proxy's tunnel */
    bool is_sent;   /**< a byte of the request has left, and nothing came back for it */
    bool is_heard;  /**< the begin of an answer to it came */
    bool is_over;   /**< the answer is larger than its bounds */
    bool is_barred; /**< the address is not allowed */
    bool is_public; /**< the host is a public cloud's */
    bool is_barred_private;
    bool is_refused_repeat;
    bool is_given_up; /**< by the breaker */
    struct sw_buf body;
    char error[CURL_ERROR_SIZE];
};

struct sw_http *sw_http_new(const struct sw_http_config *config)
{
    struct sw_arena *arena = sw_arena_new();
    struct sw_http *http = sw_alloc(arena, sizeof *http);
    struct sw_http_detour *detours =
        sw_alloc_array(arena, config->detour_count + 1, sizeof *detours);

    for (size_t i = 0; i < config->detour_count; i++) {
        detours[i] = config->detours[i];
        detours[i].host = sw_copy_text(arena, config->detours[i].host);
        detours[i].at = sw_copy_text(arena, config->detours[i].at);
    }
    http->arena = arena;
    http->config = *config;
    http->config.detours = detours;
    http->config.ca_file = config->ca_file == NULL ? NULL : sw_copy_text(arena, config->ca_file);
    http->config.proxy = config->proxy == NULL ? "" : sw_copy_text(arena, config->proxy);
    if (config->connect_ms == 0) {
        http->config.connect_ms = SW_HTTP_CONNECT_MS;
    }
    if (config->total_ms == 0) {
        http->config.total_ms = SW_HTTP_TOTAL_MS;
    }
    if (config->body_bytes == 0) {
        http->config.body_bytes = SW_LIMIT_REPLY_BYTES;
    }
    return http;
}

void sw_http_free(struct sw_http *http)
{
    if (http == NULL) {
        return;
    }
    for (size_t i = 0; i < http->peer_count; i++) {
        if (http->peers[i].easy != NULL) {
            http->curl.easy_cleanup(http->peers[i].easy);
            sw_transfer_close(&http->peers[i].transfer);
        }
    }
    sw_arena_free(http->arena);
}

size_t sw_http_add(struct sw_http *http, const struct sw_http_peer *peer)
{
    struct sw_http_peer *own = &http->peers[http->peer_count].peer;
    const char **texts[] = {&own->user, &own->password, &own->certificate, &own->key};

    sw_require(http->peer_count < SW_HTTP_PEERS);
    *own = *peer;
    for (size_t i = 0; i < SW_COUNT(texts); i++) {
        *texts[i] = *texts[i] == NULL ? NULL : sw_copy_text(http->arena, *texts[i]);
    }
    return http->peer_count++;
}

/* ---- where to ---- */

static curl_socket_t on_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct exchange *x = context;

    if (purpose != CURLSOCKTYPE_IPCXN) {
        return CURL_SOCKET_BAD;
    }
    if (!x->is_local_fine && sw_address_is_local(&address->addr)) {
        x->is_barred = true;
        return CURL_SOCKET_BAD;
    }
    if (!x->is_local_fine && x->is_public && sw_address_is_private(&address->addr)) {
        x->is_barred_private = true;
        return CURL_SOCKET_BAD;
    }
    int file = socket(address->family, address->socktype, address->protocol);

    if (file >= 0) {
        (void)fcntl(file, F_SETFD, FD_CLOEXEC); /* a login's program is no party to it */
    }
    return file;
}

static const struct sw_http_detour *detour_of(const struct sw_http *http,
                                              const struct sw_origin *origin)
{
    for (size_t i = 0; i < http->config.detour_count; i++) {
        const struct sw_http_detour *detour = &http->config.detours[i];

        if (sw_text_is_folded(detour->host, origin->host) && detour->port == origin->port) {
            return detour;
        }
    }
    return NULL;
}

/* The URL to ask for, and what its address may be. */
static bool route(struct exchange *x, const struct connection *to, const char *url,
                  const char **ret_url, struct sw_error *err)
{
    struct sw_origin origin = {0};

    if (!sw_url_is_text(url)) {
        return sw_fail(err, SW_E_UNREACHABLE, "a URL holds what none may hold, or is too long");
    }
    x->is_local_fine = *x->http->config.proxy != '\0'; /* the address is that of the proxy */
    x->is_public = to->peer.is_public;
    if (to->peer.is_on_link && (sw_text_begins(url, "http://" METADATA_HOST "/") ||
                                sw_text_begins(url, "http://" AGENT_HOST "/"))) {
        /* A proxy would ask its own machine's: another identity, and the token in plain text. */
        if (!sw_url_origin(x->arena, url + strlen("http://"), 80, &origin, err)) {
            return false;
        }
        x->detour = detour_of(x->http, &origin);
        x->is_local_fine = true;
        x->is_direct = true;
        *ret_url = url;
        return true;
    }
    if (!sw_text_begins(url, "https://")) {
        return sw_fail(err, SW_E_UNREACHABLE, "only https is spoken: '%.*s'",
                       (int)strcspn(url, "?") < 100 ? (int)strcspn(url, "?") : 100, url);
    }
    if (!sw_url_origin(x->arena, url + 8, 443, &origin, err)) {
        return false;
    }
    x->detour = detour_of(x->http, &origin);
    *ret_url = url;
    if (x->detour == NULL && x->is_local_fine && sw_address_is_named_local(origin.host)) {
        return sw_fail(err, SW_E_UNREACHABLE,
                       "the name %.200s leads to this machine or its own link; nothing was sent",
                       origin.host);
    }
    if (x->detour != NULL) {
        x->is_local_fine = true;
        x->is_direct = true;
        if (x->detour->is_plain) {
            bool is_v6 = strchr(origin.host, ':') != NULL;

            *ret_url = sw_format(x->arena, "http://%s%s%s:%d%s", is_v6 ? "[" : "", origin.host,
                                 is_v6 ? "]" : "", origin.port, origin.rest);
        }
    }
    return true;
}

/* ---- what comes back ---- */

/* Header values are kept whole or the reply is refused: a cut URL would be another one. */
static size_t on_header(char *bytes, size_t one, size_t length, void *context)
{
    struct exchange *x = context;
    const char *colon = memchr(bytes, ':', length);

    (void)one;
    x->is_heard = true;
    if (length >= 5 && memcmp(bytes, "HTTP/", 5) == 0) {
        /* One more answer on the way to the real one (100, 401 of a login). */
        const char *space = memchr(bytes, ' ', length);
        int status = 0;

        for (size_t i = space == NULL ? length : (size_t)(space - bytes) + 1;
             i < length && bytes[i] >= '0' && bytes[i] <= '9' && status < 1000; i++) {
            status = status * 10 + (bytes[i] - '0');
        }
        *x->reply = (struct sw_reply){.status = status};
        sw_buf_clear(&x->body);
        return length;
    }
    if (colon == NULL) {
        return length;
    }
    size_t name = (size_t)(colon - bytes);
    size_t from = name + 1;
    size_t end = length;

    while (from < end && (bytes[from] == ' ' || bytes[from] == '\t')) {
        from++;
    }
    while (end > from && strchr("\r\n \t", bytes[end - 1]) != NULL) {
        end--;
    }
    if (end - from > HEADER_BYTES || memchr(bytes, '\0', length) != NULL) {
        x->is_over = true;
        return 0;
    }
    sw_reply_set_header(x->reply, sw_copy(x->arena, bytes, name),
                        sw_copy(x->arena, bytes + from, end - from));
    return length;
}

static size_t on_body(char *bytes, size_t one, size_t length, void *context)
{
    struct exchange *x = context;

    (void)one;
    sw_buf_add(&x->body, bytes, length);
    x->is_over = x->is_over || x->body.is_over;
    return x->body.is_over ? 0 : length;
}

/* Only whether something left; the bytes themselves hold secrets and are not looked at. */
static int on_debug(CURL *easy, curl_infotype type, char *bytes, size_t length, void *context)
{
    struct exchange *x = context;

    (void)easy;
    (void)bytes;
    if (x->is_ready && length > 0 && (type == CURLINFO_HEADER_OUT || type == CURLINFO_DATA_OUT)) {
        x->is_sent = true;
    }
    return 0;
}

/* Before each request of the exchange: the first, a further leg of a login, or libcurl's own
 * repetition of what got no answer on a reused connection. */
static int on_ready(void *context, char *peer_ip, char *own_ip, int peer_port, int own_port)
{
    struct exchange *x = context;

    (void)peer_ip;
    (void)own_ip;
    (void)peer_port;
    (void)own_port;
    if (x->is_sent && !x->is_heard && !x->is_repeatable) {
        x->is_refused_repeat = true;
        return CURL_PREREQFUNC_ABORT;
    }
    x->is_ready = true;
    x->is_sent = false;
    x->is_heard = false;
    return CURL_PREREQFUNC_OK;
}

/* The breaker is asked in any case: it takes its signals, and a second one is not held back. */
static bool gives_up(void *context)
{
    struct exchange *x = context;
    const struct sw_breaker *breaker = x->http->config.breaker;

    x->is_given_up = breaker->is_over(breaker->context) && x->is_breakable;
    return x->is_given_up;
}

/* ---- one exchange ---- */

/* Every option that is refused counts: a verification that was not switched on is none. */
static bool set_rules(struct exchange *x, CURL *easy)
{
    const struct sw_curl_api *c = &x->http->curl;
    const struct sw_http_config *config = &x->http->config;
    long auth_none = (long)CURLAUTH_NONE;
    unsigned bad = CURLE_OK;

    bad |= c->easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    bad |= c->easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https,http");
    bad |= c->easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    bad |= c->easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    bad |= c->easy_setopt(easy, CURLOPT_PROXY, x->is_direct ? "" : config->proxy);
    bad |= c->easy_setopt(easy, CURLOPT_NOPROXY, ""); /* or the environment's is taken */
    bad |= c->easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    bad |= c->easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    bad |= c->easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    bad |= c->easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    bad |= c->easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    bad |= c->easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)config->connect_ms);
    bad |= c->easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)config->total_ms);
    bad |= c->easy_setopt(easy, CURLOPT_USERAGENT, "stepwise");
    bad |= c->easy_setopt(easy, CURLOPT_HTTPAUTH, auth_none);
    bad |= c->easy_setopt(easy, CURLOPT_ERRORBUFFER, x->error);
    bad |= c->easy_setopt(easy, CURLOPT_VERBOSE, 1L);
    bad |= c->easy_setopt(easy, CURLOPT_DEBUGFUNCTION, on_debug);
    bad |= c->easy_setopt(easy, CURLOPT_DEBUGDATA, (void *)x);
    bad |= c->easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_ready);
    bad |= c->easy_setopt(easy, CURLOPT_PREREQDATA, (void *)x);
    bad |= c->easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    bad |= c->easy_setopt(easy, CURLOPT_OPENSOCKETDATA, (void *)x);
    bad |= c->easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    bad |= c->easy_setopt(easy, CURLOPT_HEADERDATA, (void *)x);
    bad |= c->easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    bad |= c->easy_setopt(easy, CURLOPT_WRITEDATA, (void *)x);
    /* Without it, who gives up on a name waits for the thread that looks it up. From 7.87 on. */
    (void)c->easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    if (config->ca_file != NULL) {
        bad |= c->easy_setopt(easy, CURLOPT_CAINFO, config->ca_file);
        /* Its preset is a folder with the system's, which would be believed as well. */
        bad |= c->easy_setopt(easy, CURLOPT_CAPATH, (char *)NULL);
    }
    return bad == 0;
}

static bool set_login(const struct sw_curl_api *c, const struct sw_http_peer *peer, CURL *easy)
{
    unsigned bad = CURLE_OK;

    switch (peer->login) {
    case SW_HTTP_NO_LOGIN:
        break;
    case SW_HTTP_BASIC:
        bad |= c->easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        bad |= c->easy_setopt(easy, CURLOPT_USERNAME, peer->user);
        bad |= c->easy_setopt(easy, CURLOPT_PASSWORD, peer->password);
        break;
    case SW_HTTP_NEGOTIATE:
        bad |= c->easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_NEGOTIATE);
        bad |= c->easy_setopt(easy, CURLOPT_USERPWD, ":");
        break;
    case SW_HTTP_CERTIFICATE:
        bad |= c->easy_setopt(easy, CURLOPT_SSLCERT, peer->certificate);
        bad |= c->easy_setopt(easy, CURLOPT_SSLKEY, peer->key);
        break;
    }
    return bad == 0;
}

static bool set_request(struct exchange *x, CURL *easy, const struct sw_request *request,
                        const char *url, struct curl_slist **headers, struct curl_slist **detours)
{
    const struct sw_curl_api *c = &x->http->curl;
    bool has_body = request->body != NULL || sw_text_is(request->method, "POST");
    unsigned bad = CURLE_OK;

    for (size_t i = 0; i < request->header_count; i++) {
        const struct sw_header *header = &request->headers[i];

        *headers = c->slist_append(
            *headers, *header->value == '\0'
                          ? sw_format(x->arena, "%s;", header->name)
                          : sw_format(x->arena, "%s: %s", header->name, header->value));
    }
    *headers = c->slist_append(*headers, "Expect:");
    if (has_body) {
        bool has_type = false;

        for (size_t i = 0; i < request->header_count; i++) {
            has_type = has_type || sw_text_is_folded(request->headers[i].name, "Content-Type");
        }
        if (!has_type) {
            *headers = c->slist_append(*headers, "Content-Type:");
        }
        bad |= c->easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_length);
        bad |= c->easy_setopt(easy, CURLOPT_POSTFIELDS, request->body == NULL ? "" : request->body);
    } else {
        bad |= c->easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    }
    bad |= c->easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
    bad |= c->easy_setopt(easy, CURLOPT_URL, url);
    bad |= c->easy_setopt(easy, CURLOPT_HTTPHEADER, *headers);
    if (x->detour != NULL) {
        bool is_v6 = strchr(x->detour->at, ':') != NULL;

        *detours =
            c->slist_append(NULL, sw_format(x->arena, "::%s%s%s:%d", is_v6 ? "[" : "",
                                            x->detour->at, is_v6 ? "]" : "", x->detour->at_port));
        bad |= c->easy_setopt(easy, CURLOPT_CONNECT_TO, *detours);
    }
    return bad == 0;
}

static bool tell(const struct exchange *x, CURLcode code, const char *url, struct sw_error *err)
{
    const char *host = strstr(url, "://") == NULL ? url : strstr(url, "://") + 3;
    int length = (int)strcspn(host, "/?#");
    const char *why = x->is_given_up        ? "given up, as this process is to end"
                      : x->error[0] != '\0' ? x->error
                                            : x->http->curl.easy_strerror(code);

    length = length > 200 ? 200 : length;
    if (x->is_over) {
        return sw_fail(err, SW_E_PROTOCOL, "%.*s answered more than its bounds allow", length,
                       host);
    }
    if (x->is_refused_repeat || x->is_sent) {
        return sw_fail(err, SW_E_TIMEOUT, "%.*s took the request and gave no whole answer: %.300s",
                       length, host, x->is_refused_repeat ? "it closed the connection" : why);
    }
    if (x->is_barred) {
        return sw_fail(err, SW_E_UNREACHABLE,
                       "the name %.*s leads to this machine or its own link; nothing was sent",
                       length, host);
    }
    if (x->is_barred_private) {
        return sw_fail(
            err, SW_E_UNREACHABLE,
            "the name %.*s leads to a private address, where no host of a public cloud is; "
            "nothing was sent. If it is a private link, say so in the target's settings",
            length, host);
    }
    return sw_fail(err, SW_E_UNREACHABLE, "%.*s: %.300s", length, host, why);
}

/* The list is libcurl's; the peer's own certificate is the first. */
static void keep_certificate_end(const struct exchange *x, struct connection *to)
{
    static const char name[] = "Cert:";
    union {
        struct curl_slist *list;
        struct curl_certinfo *info;
    } out = {.info = NULL};
    struct sw_error ignored = {0};

    to->certificate_end_ns = 0;
    if (x->http->curl.easy_getinfo(to->easy, CURLINFO_CERTINFO, &out.info) != CURLE_OK ||
        out.info == NULL || out.info->num_of_certs < 1) {
        return;
    }
    for (const struct curl_slist *row = out.info->certinfo[0]; row != NULL; row = row->next) {
        if (sw_text_begins(row->data, name)) {
            (void)sw_certificate_end(row->data + sizeof name - 1, &to->certificate_end_ns,
                                     &ignored);
        }
    }
}

bool sw_http_certificate_end(const struct sw_http *http, size_t peer, int64_t *ret_ns)
{
    *ret_ns = http->peers[peer].certificate_end_ns;
    return *ret_ns != 0;
}

static bool perform(struct exchange *x, struct connection *to, const struct sw_request *request,
                    struct sw_error *err)
{
    const struct sw_curl_api *c = &x->http->curl;
    struct curl_slist *headers = NULL;
    struct curl_slist *detours = NULL;
    const char *url = NULL;
    bool is_done = false;

    if (!route(x, to, request->url, &url, err)) {
        return false;
    }
    c->easy_reset(to->easy); /* keeps its connections */
    if (!set_rules(x, to->easy) || !set_login(c, &to->peer, to->easy) ||
        !set_request(x, to->easy, request, url, &headers, &detours) ||
        (to->peer.wants_end && c->easy_setopt(to->easy, CURLOPT_CERTINFO, 1L) != CURLE_OK)) {
        (void)sw_fail(err, SW_E_UNREACHABLE, "this libcurl lacks an option that is needed");
    } else {
        struct sw_breaker breaker = {.is_over = gives_up, .context = x};

        if (x->http->config.breaker != NULL) {
            memcpy(breaker.signals, x->http->config.breaker->signals, sizeof breaker.signals);
        }
        CURLcode code = sw_transfer_perform(&to->transfer, to->easy,
                                            x->http->config.breaker == NULL ? NULL : &breaker);

        if (to->peer.wants_end) {
            keep_certificate_end(x, to);
        }
        is_done = code == CURLE_OK || tell(x, code, url, err);
    }
    c->easy_reset(to->easy); /* the lists and this exchange go */
    c->slist_free_all(headers);
    c->slist_free_all(detours);
    return is_done;
}

static bool make_ready(const struct sw_http *http, struct connection *to)
{
    if (to->easy != NULL) {
        return true;
    }
    if (!sw_transfer_open(&to->transfer, &http->curl)) {
        sw_transfer_close(&to->transfer);
        return false;
    }
    to->easy = http->curl.easy_init();
    if (to->easy == NULL) {
        sw_transfer_close(&to->transfer);
    }
    return to->easy != NULL;
}

bool sw_http_exchange(struct sw_http *http, size_t peer, const struct sw_request *request,
                      struct sw_arena *arena, struct sw_reply *ret_reply, struct sw_error *err)
{
    struct sw_reply reply = {0};
    struct exchange x = {
        .http = http,
        .arena = arena,
        .reply = &reply,
        .is_repeatable = sw_text_is(request->method, "GET"),
        .is_breakable = request->is_breakable,
    };

    sw_require(peer < http->peer_count);
    if (!http->is_open) {
        if (!sw_curl_open(&http->curl, err)) {
            err->code = SW_E_UNREACHABLE;
            return false;
        }
        http->is_open = true;
    }
    struct connection *to = &http->peers[peer];

    if (!make_ready(http, to)) {
        return sw_fail(err, SW_E_UNREACHABLE, "libcurl can't be started");
    }
    sw_buf_init(&x.body, http->config.body_bytes);
    bool is_done = perform(&x, to, request, err);

    if (is_done) {
        reply.body = sw_copy(arena, x.body.bytes, x.body.length);
        reply.body_length = x.body.length;
        *ret_reply = reply;
    }
    sw_buf_release(&x.body);
    return is_done;
}
