#pragma once
/**
 * @file WS-Management envelopes for a command shell: what comes back.
 *
 * @source windows.md B2; every file of tests/data/winrm-recordings
 */
#include "sdk/transport.h"
#include "stdlib/windows/soap.h"
#include "stdlib/windows/xml.h"

/** Codes of a WSManFault that somebody acts on. @source windows.md B2 */
#define SW_FAULT_ACCESS_DENIED INT64_C(5)
#define SW_FAULT_REGISTRY_KEY INT64_C(0x800703FA) /**< marked for deletion: a profile unloads */
#define SW_FAULT_TIMED_OUT INT64_C(0x80338029)    /**< OperationTimeout over: a silent command */
#define SW_FAULT_NO_SHELL INT64_C(0x8033805B)     /**< unknown shell or command */
#define SW_FAULT_QUOTA INT64_C(0x803381A6)        /**< too many commands of this user */

/** A fault: what the server says instead of the reply. */
struct sw_soap_fault {
    int64_t code;        /**< of WSManFault; 0: it gave none */
    const char *subcode; /**< "w:TimedOut", ...; or NULL */
    const char *text;    /**< provider's words, else the fault's reason; never NULL */
};

enum sw_soap_kind {
    SW_SOAP_REPLY, /**< the body is the reply that was asked for */
    SW_SOAP_FAULT, /**< *ret_fault is set */
};

/**
 * Read the envelope of an HTTP reply.
 *
 * @param message_id the id that it must relate to; NULL: not checked (Identify)
 * @param ret_body the s:Body element
 * @errors SW_E_DENIED (401, 403), SW_E_LIMIT (413), SW_E_REFUSED (404: wrong address), SW_E_BUSY
 * (503 without envelope), SW_E_PROTOCOL: no envelope, or the answer to another message
 */
bool sw_soap_read(struct sw_arena *arena, const struct sw_reply *reply, const char *message_id,
                  enum sw_soap_kind *ret_kind, const struct sw_xml **ret_body,
                  struct sw_soap_fault *ret_fault, struct sw_error *err);

/** ShellId of a CreateResponse: newer servers say it twice, old ones only as a selector, and the
 * value may begin with "uuid:". @errors SW_E_PROTOCOL */
bool sw_soap_shell_id(struct sw_arena *arena, const struct sw_xml *body, const char **ret_id,
                      struct sw_error *err);

/** @errors SW_E_PROTOCOL */
bool sw_soap_command_id(struct sw_arena *arena, const struct sw_xml *body, const char **ret_id,
                        struct sw_error *err);

/** Bytes of one stream, in the arena of the talk. */
struct sw_soap_stream {
    char *bytes; /**< NUL-ended once there are any; NULL before */
    size_t length, capacity;
};

/** What a command has said so far, over several Receives; begins as {0}. */
struct sw_soap_output {
    struct sw_soap_stream out, errors; /**< bytes: a character may be split between two pieces */
    bool is_done;
    bool has_exit_code;
    int32_t exit_code; /**< may be an HRESULT, sent unsigned: folded */
};

/** Add a ReceiveResponse. @errors SW_E_PROTOCOL, SW_E_LIMIT */
bool sw_soap_receive_add(struct sw_arena *arena, const struct sw_xml *body, const char *command_id,
                         struct sw_soap_output *output, struct sw_error *err);
