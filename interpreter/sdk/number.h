#pragma once
/** @file Text of real numbers, shared by the printer, JSON and types. */

#define SW_REAL_TEXT_BYTES 32

/** The shortest of 15 to 17 digits that reads back as the same double: "0.1", "1e+20", "-0". */
void sw_real_text(double real, char out[SW_REAL_TEXT_BYTES]);
