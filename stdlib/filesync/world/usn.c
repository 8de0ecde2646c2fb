/* The volume's change journal (USN): numbers are byte offsets that only grow. */
#include "base/time.h"
#include "stdlib/filesync/world/model.h"

#include <string.h>

#define CHANGES_KEPT 20000u /* about the 32 MiB that Windows keeps by default, in our entries */

/* Other folders of the volume write too: the number moves although nothing under the path did. */
static void volume_lives(void *context, int64_t now_ns, uint64_t argument)
{
    struct sw_fs_model *model = context;

    (void)argument;
    model->next_usn += 96 + 8 * sw_random_below(&model->random, 64);
    sw_fs_at(model, now_ns + 60 * SW_NS_PER_S, volume_lives, 0);
}

void sw_fs_usn_make(struct sw_fs_model *model)
{
    model->changes = sw_alloc_array(model->arena, CHANGES_KEPT, sizeof *model->changes);
    model->first_usn = UINT64_C(0x40000000) + 4096 * sw_random_below(&model->random, 65536);
    model->next_usn = model->first_usn + 4096;
    sw_fs_at(model, model->clock.now_ns + 60 * SW_NS_PER_S, volume_lives, 0);
}

void sw_fs_usn_add(struct sw_fs_model *model, size_t file, uint32_t reason, bool by_sync)
{
    if (model->change_count == CHANGES_KEPT) {
        model->change_first = (model->change_first + 1) % CHANGES_KEPT;
        model->change_count--;
        model->first_usn = model->changes[model->change_first].usn;
    }
    size_t at = (model->change_first + model->change_count) % CHANGES_KEPT;
    model->changes[at] = (struct sw_fs_change){.usn = model->next_usn,
                                               .at_ns = model->clock.now_ns,
                                               .file = file,
                                               .reason = reason,
                                               .by_sync = by_sync};
    model->change_count++;
    /* A record is 60 bytes and the name, in steps of 8. */
    model->next_usn += (60 + 2 * strlen(model->files[file].path) + 7) / 8 * 8;
}

const struct sw_fs_change *sw_fs_usn_at(const struct sw_fs_model *model, size_t index)
{
    return &model->changes[(model->change_first + index) % CHANGES_KEPT];
}
