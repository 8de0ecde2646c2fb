#pragma once
/** @file The rules of checked text: paths, hosts, URLs, GUIDs, resource ids. */
#include "base/error.h"
#include "sdk/field.h"

/** Is `text` a well-formed one of a checked type? @errors SW_E_INPUT */
bool sw_checked_text(enum sw_type_kind kind, const char *text, struct sw_error *err);

/** Numbers with dots, one to eight of up to ten digits. */
bool sw_is_version(const char *text);
