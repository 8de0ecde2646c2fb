"""Unmodified clients of other makers against the served model, which they take for the real hosts.

Their environment names the served world as proxy (https_proxy) and its authority
(REQUESTS_CA_BUNDLE). Arguments: what to do, then what it needs. Prints one line a step; exits with
1 and says what was not as expected.
"""
import sys

TENANT = "contoso.example"
CLIENT = "6f0c2f0a-5a43-4c0e-9d0e-3c1f7a1f8e21"
SCOPE = "https://management.azure.com/.default"
SUBSCRIPTION = "0b1f6471-1bf0-4dda-aec3-cb9272f09590"
PLACE = ("rg-files", "contoso-sync", "team-files")


def expect(what, is_so):
    print(("ok: " if is_so else "NOT: ") + what)
    if not is_so:
        sys.exit(1)


def read(path):
    with open(path, encoding="ascii") as file:
        return file.read()


def msal_app(credential):
    import msal

    return msal.ConfidentialClientApplication(
        CLIENT,
        client_credential=credential,
        authority="https://login.microsoftonline.com/" + TENANT,
    )


def msal_secret(secret_file):
    token = msal_app(read(secret_file)).acquire_token_for_client(scopes=[SCOPE])
    expect("msal gets a token for the secret", "access_token" in token)
    expect("it lives an hour", 3000 < token["expires_in"] <= 3600)
    wrong = msal_app("not the secret").acquire_token_for_client(scopes=[SCOPE])
    expect("a wrong secret is told apart", wrong.get("error_codes") == [7000215])
    expect("in words", wrong["error"] == "invalid_client" and "Trace ID" in wrong["error_description"])
    odd = msal_app(read(secret_file)).acquire_token_for_client(scopes=["https://x/.none"])
    expect("a scope that is none is refused", odd.get("error") == "invalid_scope")


def msal_certificate(key_file, thumbprint, other_key_file):
    def token_by(key):
        credential = {"private_key": read(key), "thumbprint": thumbprint}
        return msal_app(credential).acquire_token_for_client(scopes=[SCOPE])

    expect("msal gets a token for the certificate", "access_token" in token_by(key_file))
    wrong = token_by(other_key_file)
    expect("another key's signature is refused", wrong.get("error_codes") == [700027])


def storagesync(secret_file, endpoint):
    from azure.core.exceptions import ClientAuthenticationError, HttpResponseError
    from azure.identity import ClientSecretCredential
    from azure.mgmt.storagesync import MicrosoftStorageSync

    def client_of(credential, **more):
        return MicrosoftStorageSync(
            credential, SUBSCRIPTION, api_version="2022-09-01", polling_interval=0, **more
        )

    credential = ClientSecretCredential(TENANT, CLIENT, read(secret_file))
    client = client_of(credential)
    found = [e.name for e in client.server_endpoints.list_by_sync_group(*PLACE)]
    expect("list", endpoint in found)
    one = client.server_endpoints.get(*PLACE, endpoint)
    expect("get", one.provisioning_state == "Succeeded" and one.cloud_tiering in ("On", "Off"))
    cloud = list(client.cloud_endpoints.list_by_sync_group(*PLACE))[0]
    from azure.mgmt.storagesync.models import (
        RecallActionParameters,
        ServerEndpointUpdateParameters,
        TriggerChangeDetectionParameters,
    )

    update = ServerEndpointUpdateParameters(cloud_tiering="off")
    after = client.server_endpoints.begin_update(*PLACE, endpoint, parameters=update).result()
    expect("update", after.cloud_tiering == "Off")
    client.server_endpoints.begin_recall_action(
        *PLACE, endpoint, parameters=RecallActionParameters(pattern="", recall_path="")
    ).result()
    print("ok: recall")
    client.cloud_endpoints.begin_trigger_change_detection(
        *PLACE, cloud.name, parameters=TriggerChangeDetectionParameters()
    ).result()
    print("ok: change detection")
    client.server_endpoints.begin_delete(*PLACE, endpoint).result()
    print("ok: delete")
    gone = False
    try:
        client.server_endpoints.get(*PLACE, endpoint)
    except HttpResponseError as error:
        gone = error.status_code == 404 and error.error.code == "ResourceNotFound"
    expect("it is gone", gone)

    class Stale:
        def get_token(self, *scopes, **more):
            from azure.core.credentials import AccessToken

            return AccessToken("e30.e30.c3RhbGU", 4000000000)

    try:
        client_of(Stale()).server_endpoints.get(*PLACE, endpoint)
        refused = False
    except ClientAuthenticationError as error:
        refused = error.status_code == 401
    expect("a token of nobody's is refused", refused)


{"msal-secret": msal_secret, "msal-certificate": msal_certificate, "storagesync": storagesync}[
    sys.argv[1]
](*sys.argv[2:])
