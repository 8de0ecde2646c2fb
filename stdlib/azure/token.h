#pragma once
/**
 * @file Ways to a token for the resource manager: what real clients send, as pure codecs.
 *
 * @source azure.md 4; tests/data/azure-clients (requests of msal 1.21 and azure-identity 1.13)
 */
#include "sdk/grant.h"

#define SW_AZURE_LOGIN_HOST "login.microsoftonline.com"
#define SW_AZURE_METADATA_HOST "169.254.169.254"
#define SW_AZURE_ARC_HOST "localhost:40342"
/** Where the agent puts the files of its challenges. @source azure.md 4, msal */
#define SW_AZURE_ARC_FOLDER "/var/opt/azcmagent/tokens"

extern const struct sw_grant sw_azure_client_secret;      /**< an app and its secret */
extern const struct sw_grant sw_azure_client_certificate; /**< an app and its certificate */
extern const struct sw_grant sw_azure_arc;                /**< of this machine, outside */
extern const struct sw_grant sw_azure_workload_identity;  /**< the token of a federated issuer */
extern const struct sw_grant sw_azure_managed_identity;   /**< of the machine this runs on */
extern const struct sw_grant sw_azure_cli;                /**< whoever did `az login` here */
