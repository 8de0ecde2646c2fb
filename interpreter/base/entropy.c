#include "base/entropy.h"

#include <fcntl.h>
#include <unistd.h>

bool sw_entropy(void *ret_bytes, size_t count, struct sw_error *err)
{
    int file = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, ret_bytes, count);

    if (file >= 0) {
        close(file);
    }
    return length == (ssize_t)count || sw_fail(err, SW_E_IO, "/dev/urandom gives no random bytes");
}
