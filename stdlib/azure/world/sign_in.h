#pragma once
/**
 * @file The sign-in services of a served model: what msal, azure-identity and we ask for tokens,
 * and the resource manager's refusal of requests without one.
 *
 * - https://LOGIN/common/discovery/instance, /TENANT/v2.0/.well-known/openid-configuration
 * - POST https://LOGIN/TENANT/oauth2/v2.0/token: client credentials with a secret, or an assertion:
 *   a JWT that the application's certificate signed, or the gate's secret itself, which stands for
 *   the token of an issuer that the application trusts (workload identity)
 * - GET http://169.254.169.254/metadata/identity/oauth2/token (virtual machines)
 * - GET http://localhost:40342/metadata/identity/oauth2/token (Arc), whose key file holds the
 * secret
 * - GET .../MSI/token (App Service), whose X-IDENTITY-HEADER is the secret
 *
 * @source azure.md 4; error codes of the sign-in service (AADSTS...) from its documents
 */
#include "world/gate.h"

#define SW_SIGN_IN_TENANT "contoso.example"
#define SW_SIGN_IN_CLIENT "6f0c2f0a-5a43-4c0e-9d0e-3c1f7a1f8e21"

extern const struct sw_gate_kind sw_azure_sign_in;
