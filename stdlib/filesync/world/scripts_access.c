/* What filesync/change-access does. KEEP IN STEP: stdlib/filesync/scripts/README.md. */
#include "base/text.h"
#include "stdlib/filesync/world/scripts.h"

/* Another entry of the same account and kind: the cmdlets could not tell them apart. */
static bool has_other(const struct sw_fs_share *share, const struct sw_value *entry)
{
    for (size_t i = 0; i < share->access_count; i++) {
        const struct sw_fs_access *at = &share->access[i];

        if (sw_text_is_folded(at->sid, sw_as_text(sw_get(entry, "sid"))) &&
            sw_text_is_folded(at->type, sw_as_text(sw_get(entry, "type"))) &&
            !sw_text_is_folded(at->right, sw_as_text(sw_get(entry, "right")))) {
            return true;
        }
    }
    return false;
}

/* One that can't be changed does not hold up the others. */
static bool change(struct sw_fs_script *script, struct sw_fs_share *share,
                   const struct sw_value *row)
{
    struct sw_fs_model *model = script->model;
    const struct sw_value *remove = sw_get(row, "remove");
    const struct sw_value *add = sw_get(row, "add");
    bool has_changed = false;

    if (share->is_fixed) {
        sw_fs_script_throws(script, sw_format(script->arena,
                                              "Stepwise.Entry: not changed: %s (Access is "
                                              "denied. )",
                                              share->name));
        return false;
    }
    for (size_t i = 0; i < sw_list_count(remove); i++) {
        const struct sw_value *entry = sw_list_at(remove, i);

        has_changed = sw_fs_share_take(model, share, sw_as_text(sw_get(entry, "sid")),
                                       sw_as_text(sw_get(entry, "type")),
                                       sw_as_text(sw_get(entry, "right"))) ||
                      has_changed;
    }
    for (size_t i = 0; i < sw_list_count(add); i++) {
        const struct sw_value *entry = sw_list_at(add, i);
        const struct sw_fs_access access = {.account = sw_fs_script_keeps(script, entry, "account"),
                                            .sid = sw_fs_script_keeps(script, entry, "sid"),
                                            .type = sw_fs_script_keeps(script, entry, "type"),
                                            .right = sw_fs_script_keeps(script, entry, "right")};

        if (has_other(share, entry)) {
            sw_fs_script_throws(
                script, sw_format(script->arena,
                                  "Stepwise.Entry: not changed: %s (%s has another entry of that "
                                  "kind)",
                                  share->name, access.account));
            return has_changed;
        }
        has_changed = sw_fs_share_give(model, share, &access) || has_changed;
    }
    return has_changed;
}

void sw_fs_script_change_access(struct sw_fs_script *script)
{
    if (sw_fs_script_change_shares(script, "changed", change)) {
        script->model->writes++;
    }
}
