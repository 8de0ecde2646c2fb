#pragma once
/**
 * @file A server's WinRM listener in a model world: shells, commands, streams and faults in SOAP.
 * Its shell knows our own scripts by name and arguments, not PowerShell at large: a script whose
 * text is not one of the embedded files ends with exit code 1 and an error on stderr.
 */
#include "base/arena.h"
#include "sdk/transport.h"
#include "sdk/value.h"

struct sw_winrm_backend {
    void *context;
    const char *host;              /**< FS01.contoso.example */
    int64_t (*now)(void *context); /**< the server's own clock, ns */
    /** Run a known script ("filesync/access-state"). @return false: the script's error branch, with
     * id and message */
    bool (*script)(void *context, const char *name, const struct sw_value *args,
                   struct sw_arena *arena, const struct sw_value **ret_result, const char **ret_id,
                   const char **ret_message);
    /** Virtual time that this script needs before its output is there (0: at once); Receive answers
     * the TimedOut fault until then. */
    int64_t (*takes_ns)(void *context, const char *name);
};

struct sw_winrm_world;
struct sw_winrm_world *sw_winrm_world_new(const struct sw_winrm_backend *backend, uint64_t seed);
void sw_winrm_world_free(struct sw_winrm_world *world);
bool sw_winrm_world_owns(const struct sw_winrm_world *world, const struct sw_request *request);
void sw_winrm_world_answer(struct sw_winrm_world *world, const struct sw_request *request,
                           struct sw_arena *arena, struct sw_reply *ret_reply);

/** How long the last answer kept its caller waiting: a Receive of a silent command takes its whole
 * OperationTimeout. A world may move its clock by this; 0 for all others. */
int64_t sw_winrm_world_waited_ns(const struct sw_winrm_world *world);
