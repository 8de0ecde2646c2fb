#include "cli/run/means.h"

#include "base/buf.h"
#include "base/digest.h"
#include "base/entropy.h"
#include "base/file.h"
#include "base/limits.h"
#include "io/key.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool read_certificate(const char *path, struct sw_buf *buf, struct sw_error *err)
{
    return sw_file_read(path, buf, err) || sw_fail_while(err, "read the certificate '%s'", path);
}

static bool thumbprint(const char *certificate, uint8_t ret_sha256[32], struct sw_error *err)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;
    struct sw_thumbprint print;

    sw_buf_init(&buf, SW_LIMIT_FILE_BYTES);
    if (!read_certificate(certificate, &buf, err) ||
        !sw_certificate_thumbprint(buf.bytes, &print, err)) {
        return sw_fail_while(err, "use the certificate '%s'", certificate);
    }
    memcpy(ret_sha256, print.sha256, sizeof print.sha256);
    return true;
}

static bool sign(const char *certificate, const char *key, bool is_pss, const char *text,
                 size_t length, struct sw_arena *arena, const uint8_t **ret_signature,
                 size_t *ret_length, struct sw_error *err)
{
    SW_CLEANUP(sw_buf_release) struct sw_buf buf;

    sw_buf_init(&buf, SW_LIMIT_FILE_BYTES);
    return read_certificate(certificate, &buf, err) &&
           sw_key_sign(key, buf.bytes, is_pss, text, length, arena, ret_signature, ret_length, err);
}

/* A GUID of version 4. */
static bool make_nonce(struct sw_arena *arena, const char **ret_text, struct sw_error *err)
{
    uint8_t bytes[16];
    char hex[2 * sizeof bytes + 1];

    if (!sw_entropy(bytes, sizeof bytes, err)) {
        return false;
    }
    sw_hex(bytes, sizeof bytes, hex);
    *ret_text =
        sw_format(arena, "%.8s-%.4s-4%.3s-a%.3s-%.12s", hex, hex + 8, hex + 13, hex + 17, hex + 20);
    return true;
}

bool sw_means_make(int64_t now_ns, const struct sw_value *target, struct sw_arena *arena,
                   struct sw_grant_means *ret, struct sw_error *err)
{
    const char *nonce = NULL;

    if (!make_nonce(arena, &nonce, err)) {
        return false;
    }
    *ret = (struct sw_grant_means){
        .now_ns = now_ns, .nonce = nonce, .target = target, .thumbprint = thumbprint, .sign = sign};
    return true;
}

/* ---- challenges ---- */

static bool check(const struct stat *folder, const struct stat *file, const char *name,
                  size_t limit_bytes, struct sw_error *err)
{
    if (!S_ISREG(file->st_mode)) {
        return sw_fail(err, SW_E_DENIED, "'%s' of the challenge is no plain file", name);
    }
    if ((file->st_uid != 0 && file->st_uid != folder->st_uid) ||
        ((file->st_mode | folder->st_mode) & 02) != 0) {
        return sw_fail(err, SW_E_DENIED,
                       "'%s' of the challenge may be somebody else's: it belongs to uid %u, the "
                       "folder to uid %u, and one of them can be written by all or differs",
                       name, (unsigned)file->st_uid, (unsigned)folder->st_uid);
    }
    return (uint64_t)file->st_size <= limit_bytes ||
           sw_fail(err, SW_E_DENIED, "'%s' of the challenge has more than %zu bytes", name,
                   limit_bytes);
}

static bool read_text(int file, size_t limit_bytes, struct sw_arena *arena, const char **ret_text)
{
    char *text = sw_alloc(arena, limit_bytes + 1);
    ssize_t length = read(file, text, limit_bytes);

    if (length <= 0 || memchr(text, '\0', (size_t)length) != NULL) {
        return false;
    }
    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r')) {
        length--;
    }
    *ret_text = sw_copy(arena, text, (size_t)length);
    return true;
}

bool sw_means_answer(const struct sw_grant_challenge *challenge, struct sw_arena *arena,
                     const char **ret_text, struct sw_error *err)
{
    struct stat of_folder;
    struct stat of_file;
    int folder = open(challenge->folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int file = folder < 0 ? -1
                          : openat(folder, challenge->file,
                                   O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    int why = errno;
    bool is_fine = file >= 0 && fstat(folder, &of_folder) == 0 && fstat(file, &of_file) == 0;

    if (!is_fine) {
        (void)sw_fail(
            err, SW_E_DENIED,
            "open '%s/%s' of the challenge: %s; who runs this must be root or in the group "
            "that owns the folder",
            challenge->folder, challenge->file, strerror(why));
    } else {
        is_fine = check(&of_folder, &of_file, challenge->file, challenge->limit_bytes, err) &&
                  (read_text(file, challenge->limit_bytes, arena, ret_text) ||
                   sw_fail(err, SW_E_DENIED, "'%s' of the challenge is no text", challenge->file));
    }
    if (file >= 0) {
        close(file);
    }
    if (folder >= 0) {
        close(folder);
    }
    return is_fine;
}
