#pragma once
/** @file azure.delete_server_endpoint: the step that can't be taken back. */
#include "sdk/action.h"

extern const struct sw_action sw_azure_delete_server_endpoint;
