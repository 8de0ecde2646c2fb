#include "io/guard.h"

#include <sys/prctl.h>
#include <sys/resource.h>

void sw_guard_memory(void)
{
    struct rlimit none = {0};

    (void)setrlimit(RLIMIT_CORE, &none);
#if !defined(__SANITIZE_ADDRESS__)
    (void)prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L);
#endif
}
