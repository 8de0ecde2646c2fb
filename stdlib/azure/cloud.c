#include "stdlib/azure/cloud.h"

#include "base/text.h"

const struct sw_azure_cloud sw_azure_clouds[] = {
    {"public", "management.azure.com", "login.microsoftonline.com", "file.core.windows.net"},
    {"government", "management.usgovcloudapi.net", "login.microsoftonline.us",
     "file.core.usgovcloudapi.net"},
    {"china", "management.chinacloudapi.cn", "login.chinacloudapi.cn",
     "file.core.chinacloudapi.cn"},
    {NULL, NULL, NULL, NULL},
};

const struct sw_type sw_azure_cloud_type = {
    .kind = SW_T_ENUM,
    .values = (const char *const[]){"public", "government", "china", NULL},
};

const struct sw_azure_cloud *sw_azure_cloud_of(const struct sw_value *settings)
{
    return sw_azure_cloud_named(sw_as_text(sw_get(settings, "cloud")));
}

const char *sw_azure_audience(const struct sw_value *settings)
{
    return sw_text_is(sw_as_text(sw_get(settings, "audience")), "storage")
               ? "storage.azure.com"
               : sw_azure_cloud_of(settings)->manager;
}

const struct sw_azure_cloud *sw_azure_cloud_named(const char *name)
{
    for (const struct sw_azure_cloud *cloud = sw_azure_clouds; cloud->name != NULL; cloud++) {
        if (sw_text_is(cloud->name, name)) {
            return cloud;
        }
    }
    return &sw_azure_clouds[0];
}
