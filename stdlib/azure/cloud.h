#pragma once
/**
 * @file The three clouds that there are, and their hosts. A target says which one it is in; no
 * other host can be named, so that no file can lead a token elsewhere.
 *
 * @source sign-in: msal 1.21 authority.py and azure-identity 1.13 _constants.py; managers and
 * suffixes: Microsoft Learn, "Azure Government compare", "Azure China developer guide". Only the
 * first was ever seen in recordings.
 */
#include "sdk/field.h"

struct sw_azure_cloud {
    const char *name;
    const char *manager;     /**< host of the resource manager */
    const char *sign_in;     /**< host of the sign-in service */
    const char *file_suffix; /**< of storage accounts' file hosts */
};

/** All, the first is the default; ends with a NULL name. */
extern const struct sw_azure_cloud sw_azure_clouds[];

/** enum of their names, for a target's settings. */
extern const struct sw_type sw_azure_cloud_type;

/** Host of the service that tokens are for: the resource manager's, or of the target's second face
 * (setting `audience: storage`, which no file can say) storage's, the same in all clouds. */
const char *sw_azure_audience(const struct sw_value *settings);

/** By its name, or by the setting `cloud`; the public one when there is none. NULL-safe. */
const struct sw_azure_cloud *sw_azure_cloud_named(const char *name);
const struct sw_azure_cloud *sw_azure_cloud_of(const struct sw_value *settings);
