#pragma once
/** @file Questions at a terminal, or answered by `--answer`. */
#include "cli/run/drive.h"

enum sw_asked {
    SW_ASKED_ANSWERED,
    SW_ASKED_NOBODY, /**< no terminal, no prepared answer: the run waits for `decide` */
    SW_ASKED_WAIT,   /**< nobody now, but let time pass until the question wakes by itself */
};

enum sw_asked sw_ask_people(struct sw_driver *driver, const struct sw_command *command);

/** The question with what it shows and what can be chosen, as text. */
void sw_question_print(struct sw_buf *out, const struct sw_question *question);
