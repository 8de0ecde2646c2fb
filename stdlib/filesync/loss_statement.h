#pragma once
/** @file What is lost when the endpoint goes as it is, without upload or recall. */
#include "sdk/action.h"

/** filesync.loss_statement: files that only the server has, and files that stop opening on it. */
extern const struct sw_action sw_filesync_loss_statement;

/** filesync.upload_settled: until that can be stated. */
extern const struct sw_action sw_filesync_upload_settled;

/** filesync.loss_accepted: a named person gave these up, and there are no others. */
extern const struct sw_evidence sw_filesync_loss_accepted;
