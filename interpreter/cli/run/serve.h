#pragma once
/**
 * @file A model world on real sockets: `stepwise rehearse RUNBOOK --serve 127.0.0.1:PORT`. Its time
 * passes by the real clock, --pace times as fast, so that the real wires can be tried against it,
 * ours and those of other programs.
 *
 * A request goes to the host that its Host header names. Programs that cannot send another Host
 * than the address they connect to ask for "/-/HOST/PATH"; Location and its like are then written
 * in the same form. A host that the model calls unreachable hangs up, which tells a caller less
 * than a refused connection would: it cannot know that nothing happened.
 *
 * With --tls FOLDER it speaks TLS, and plain only to be asked for a tunnel (io/httpd.h): programs
 * that take https_proxy then ask for the real hosts. FOLDER/cert.pem and key.pem are used when they
 * are there, with FOLDER/ca.pem beside them; else an authority and a certificate are made whose
 * keys never leave memory, and FOLDER/ca.pem is written. Then it also asks for logins, as the real
 * hosts do (cli/run/door.h); the site file names them.
 */
#include "cli/run/session.h"

/** Serve until a signal, --for, or ten minutes without a request; a site file that leads there goes
 * to standard output, all else to standard error. @return the exit code */
int sw_serve(struct sw_session *session, const struct sw_options *options);
