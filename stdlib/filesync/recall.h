#pragma once
/** @file Recalling every tiered file of a sync group: the start, the wait, what failed. */
#include "sdk/action.h"

/** filesync.start_recall: a scheduled task on the server that survives our shell. */
extern const struct sw_action sw_filesync_start_recall;
/** filesync.recall_job: until it has ended. Its end proves nothing; the scan does. */
extern const struct sw_action sw_filesync_recall_job;
/** filesync.recall_errors: files that could not be recalled, with reasons. */
extern const struct sw_action sw_filesync_recall_errors;
