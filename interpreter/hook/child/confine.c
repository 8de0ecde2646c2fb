/* Limits, no new privileges, no files (where the kernel can), and a list of ten system calls. */
#include "hook/child/confine.h"

#include "base/macros.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

long syscall(long number, ...); /* POSIX has no header for it */

#if defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_SANITIZED 1
#endif
#endif
#ifndef IS_SANITIZED
#define IS_SANITIZED 0
#endif

static bool limit(int what, rlim_t most)
{
    struct rlimit bound = {.rlim_cur = most, .rlim_max = most};

    return setrlimit(what, &bound) == 0;
}

static bool limit_all(void)
{
    /* The sanitizer reserves terabytes of addresses; the script's own cap holds there too. */
    bool is_limited = IS_SANITIZED || limit(RLIMIT_AS, SW_CHILD_SPACE_BYTES);

    return is_limited && limit(RLIMIT_CPU, SW_CHILD_CPU_S) && limit(RLIMIT_FSIZE, 0) &&
           limit(RLIMIT_CORE, 0) && limit(RLIMIT_NOFILE, 0);
}

/* Kernels without Landlock, or with less of it, are fine: no call that opens a file is left. */
static void close_files(void)
{
    struct landlock_ruleset_attr rules = {
        .handled_access_fs = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |
                             LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
                             LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                             LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
                             LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
                             LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
                             LANDLOCK_ACCESS_FS_MAKE_SYM};
    long file = syscall(SYS_landlock_create_ruleset, &rules, sizeof rules.handled_access_fs, 0);

    if (file >= 0) {
        (void)syscall(SYS_landlock_restrict_self, file, 0);
        (void)close((int)file);
    }
}

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "no list of system calls for this machine yet"
#endif

#define LOAD(field)                                                                                \
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offsetof(struct seccomp_data, field))
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define KILL BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)
/* One call, whatever its arguments. */
#define CALL(name) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1), ALLOW
/* One call, only on the socket: its number is still loaded when it is another call. */
#define ON_SOCKET(name)                                                                            \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 4), LOAD(args[0]),                          \
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SW_CHILD_SOCKET, 0, 1), ALLOW, KILL

static bool filter(void)
{
    struct sock_filter list[] = {
        LOAD(arch),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
        KILL,
        LOAD(nr), /* x32 calls have a bit of their own and match nothing below */
        ON_SOCKET(read),
        ON_SOCKET(write),
        /* Memory, but none that can be executed. */
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 0, 4),
        LOAD(args[2]),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 1, 0),
        ALLOW,
        KILL,
        CALL(munmap),
        CALL(mremap),
        CALL(madvise),
        CALL(brk),
        CALL(clock_gettime),
        CALL(rt_sigreturn),
#if IS_SANITIZED
        CALL(sigaltstack), /* it looks at its stacks before each jump and exit */
#endif
        CALL(exit),
        CALL(exit_group),
        KILL,
    };
    struct sock_fprog program = {.len = SW_COUNT(list), .filter = list};

    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

const char *sw_child_confine(void)
{
    /* 1 and 2 are /dev/null by then; whatever else was inherited goes. */
    (void)syscall(SYS_close_range, 3u, ~0u, 0u);
    if (prctl(PR_SET_DUMPABLE, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return "this kernel does not let a process give up its privileges";
    }
    close_files();
    if (!limit_all()) {
        return "this kernel does not let a process limit itself";
    }
    if (!filter()) {
        return "this kernel has no seccomp filter";
    }
    return NULL;
}
