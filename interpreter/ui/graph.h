#pragma once
/**
 * @file The step graph of a runbook as text that others draw: DOT for graphviz, Mermaid for pages
 * in Markdown. The point of no return, waits and what people decide differ in shape, not in colour
 * alone; loops say how often they may be taken.
 */
#include "base/buf.h"
#include "lang/runbook.h"

void sw_graph_dot(struct sw_buf *out, const struct sw_runbook *runbook);
void sw_graph_mermaid(struct sw_buf *out, const struct sw_runbook *runbook);
