#pragma once
/** @file Reference pages in Markdown, made from the tables and the checked model: they cannot
 * disagree with what the program does. */
#include "base/buf.h"
#include "lang/runbook.h"

/** A runbook: parameters, targets, facts, steps, what people decide, evidence, the longest wait. */
void sw_doc_runbook(struct sw_buf *out, const struct sw_runbook *runbook);

/** The language: keys, types, expressions, findings. */
void sw_doc_language(struct sw_buf *out);

/** All actions, evidence and kinds of targets. */
void sw_doc_actions(struct sw_buf *out, const struct sw_registry *registry);
