#pragma once
/**
 * @file WS-Management envelopes for a command shell: what goes out.
 *
 * @source windows.md B1 (namespaces, actions, required headers), the recordings in
 * tests/data/winrm-recordings; DSP0226 for the headers
 */
#include "base/arena.h"
#include "base/error.h"

#include <stdint.h>

#define SW_NS_SOAP "http://www.w3.org/2003/05/soap-envelope"
#define SW_NS_ADDRESSING "http://schemas.xmlsoap.org/ws/2004/08/addressing"
#define SW_NS_TRANSFER "http://schemas.xmlsoap.org/ws/2004/09/transfer"
#define SW_NS_WSMAN "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
#define SW_NS_WSMAN_MS "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
#define SW_NS_SHELL "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
#define SW_NS_FAULT "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
#define SW_NS_IDENTITY "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"

#define SW_ACTION_CREATE SW_NS_TRANSFER "/Create"
#define SW_ACTION_DELETE SW_NS_TRANSFER "/Delete"
#define SW_ACTION_COMMAND SW_NS_SHELL "/Command"
#define SW_ACTION_SEND SW_NS_SHELL "/Send"
#define SW_ACTION_RECEIVE SW_NS_SHELL "/Receive"
#define SW_ACTION_SIGNAL SW_NS_SHELL "/Signal"
#define SW_ACTION_FAULT "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault"
#define SW_ANONYMOUS SW_NS_ADDRESSING "/role/anonymous"
#define SW_SHELL_RESOURCE SW_NS_SHELL "/cmd"
#define SW_SIGNAL_TERMINATE SW_NS_SHELL "/signal/terminate"
#define SW_STATE_DONE SW_NS_SHELL "/CommandState/Done"
#define SW_STATE_RUNNING SW_NS_SHELL "/CommandState/Running"

/** Seconds that the server may hold a request; its MaxTimeoutms is 60 s (windows.md B3). */
#define SW_SOAP_OPERATION_S 20
/** What clients announce; it must not exceed the server's value, 150 KiB on old ones. */
#define SW_SOAP_ENVELOPE_BYTES 153600
/** Raw bytes of one Send: in base64 they stay below the envelope's size. */
#define SW_SOAP_SEND_BYTES (96u * 1024u)

/** Where a message goes and what it belongs to. */
struct sw_soap_to {
    const char *url;
    const char *message_id; /**< "uuid:UPPER-CASE-GUID" */
    const char *shell_id;   /**< NULL for Create and Identify */
};

/* Each makes one envelope in the arena. @errors SW_E_INPUT for text that XML can't hold */
bool sw_soap_create(struct sw_arena *arena, const struct sw_soap_to *to, const char **ret_body,
                    struct sw_error *err);
/** @param arguments NULL-ended */
bool sw_soap_command(struct sw_arena *arena, const struct sw_soap_to *to, const char *command,
                     const char *const *arguments, const char **ret_body, struct sw_error *err);
/** Standard input; `is_end` closes it behind these bytes. */
bool sw_soap_send(struct sw_arena *arena, const struct sw_soap_to *to, const char *command_id,
                  const char *bytes, size_t length, bool is_end, const char **ret_body,
                  struct sw_error *err);
bool sw_soap_receive(struct sw_arena *arena, const struct sw_soap_to *to, const char *command_id,
                     const char **ret_body, struct sw_error *err);
bool sw_soap_terminate(struct sw_arena *arena, const struct sw_soap_to *to, const char *command_id,
                       const char **ret_body, struct sw_error *err);
bool sw_soap_delete(struct sw_arena *arena, const struct sw_soap_to *to, const char **ret_body,
                    struct sw_error *err);

/** A message id from a seed and a number: same talk, same ids; other talk, other ids. */
const char *sw_soap_message_id(struct sw_arena *arena, const char *salt, uint64_t seed,
                               uint64_t number);
