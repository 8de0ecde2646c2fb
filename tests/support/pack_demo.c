#include "support/pack_demo.h"

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define OUTCOMES(...) ((const struct sw_outcome_doc[]){__VA_ARGS__, {NULL}})
#define YIELDS(...) ((const struct sw_yield[]){__VA_ARGS__, {NULL}})
#define FIELDS(...) ((const struct sw_field[]){__VA_ARGS__, {NULL}})

static enum sw_verdict never(struct sw_probe *probe)
{
    (void)probe;
    return SW_UNCLEAR;
}

static bool build(const struct sw_view *view, struct sw_act *ret_act, struct sw_error *err)
{
    (void)view;
    (void)ret_act;
    return sw_fail(err, SW_E_INTERNAL, "the demo pack sends nothing");
}

static const struct sw_write writes[] = {{"write", "Write.", NULL, build, 1000}, {NULL}};

static const struct sw_type health_type = {.kind = SW_T_ENUM,
                                           .values = (const char *const[]){"good", "bad", NULL}};
static const struct sw_type texts_type = {.kind = SW_T_LIST, .of = &sw_type_string};

static const struct sw_action find_shelf = {
    .name = "store.shelf",
    .doc = "Find a shelf by its name.",
    .source = "made up",
    .target_kind = "store.house",
    .inputs = FIELDS({"name", &sw_type_string, SW_FIELD_REQUIRED, NULL, "Name of the shelf."}),
    .outputs = FIELDS({"id", &sw_type_guid, SW_FIELD_IDENTITY, NULL, "Its id."},
                      {"name", &sw_type_string, 0, NULL, "Its name."},
                      {"health", &health_type, SW_FIELD_VOLATILE, NULL, "How it is."},
                      {"boxes", &sw_type_int, 0, NULL, "How many boxes it holds."},
                      {"room", &sw_type_size, 0, NULL, "Room on it, bytes."},
                      {"seen", &sw_type_time, SW_FIELD_VOLATILE, NULL, "When it was last seen."}),
    .probe = never,
};

static const struct sw_action guards = {
    .name = "store.guards",
    .doc = "Who guards the house.",
    .source = "made up",
    .target_kind = "store.house",
    .inputs = FIELDS({"shelf", &sw_type_guid, 0, NULL, "Only of this shelf."}),
    .outputs = FIELDS({"names", &texts_type, 0, NULL, "Their names."}),
    .probe = never,
};

static const struct sw_action close_shelf = {
    .name = "store.close",
    .doc = "Let nobody put anything on the shelf.",
    .source = "made up",
    .effect = SW_EFFECT_REVERSIBLE,
    .takes_subject = true,
    .target_kind = "store.house",
    .yields = YIELDS({"ok", "store.closed"}),
    .errors = (const struct sw_action_error[]){{"busy", true, "At another work."},
                                               {"broken", false, "The door is broken."},
                                               {NULL}},
    .probe = never,
    .writes = writes,
    .undo = writes,
    .probe_undo = never,
};

static const struct sw_action open_shelf = {
    .name = "store.open",
    .doc = "Let people in again.",
    .source = "made up",
    .effect = SW_EFFECT_REVERSIBLE,
    .takes_subject = true,
    .target_kind = "store.house",
    .ends = NAMES("store.closed"),
    .no_undo_reason = "closing it is a step of its own",
    .probe = never,
    .writes = writes,
};

static const struct sw_action start_copy = {
    .name = "store.start_copy",
    .doc = "Start a copy of the shelf.",
    .source = "made up",
    .effect = SW_EFFECT_REVERSIBLE,
    .takes_subject = true,
    .target_kind = "store.house",
    .inputs = FIELDS({"hands", &sw_type_int, 0, "2", "How many people carry."}),
    .yields = YIELDS({"ok", "store.copying"}),
    .errors = (const struct sw_action_error[]){{"busy", true, "At another work."}, {NULL}},
    .no_undo_reason = "a copy harms nobody",
    .probe = never,
    .writes = writes,
};

static const struct sw_action copy_ended = {
    .name = "store.copy_ended",
    .doc = "Wait for the end of a copy.",
    .source = "made up",
    .is_wait = true,
    .reads_log = true,
    .takes_subject = true,
    .target_kind = "store.house",
    .outputs = FIELDS({"boxes", &sw_type_int, 0, NULL, "How many boxes were copied."}),
    .outcomes = OUTCOMES({"clean", "All of it."}, {"some_left", "Some could not be copied."},
                         {"trouble", "A person must look."}),
    .yields = YIELDS({"clean", "store.copied"}, {"some_left", "store.copied_except"}),
    .probe = never,
};

static const struct sw_action left_boxes = {
    .name = "store.left_boxes",
    .doc = "What could not be copied.",
    .source = "made up",
    .takes_subject = true,
    .target_kind = "store.house",
    .outputs = FIELDS({"items", &sw_type_listing, 0, NULL, "The boxes."}),
    .listing = "items",
    .accept_yields = "store.left_accepted",
    .probe = never,
};

static const struct sw_action look_behind = {
    .name = "store.look_behind",
    .doc = "What lies behind the shelf and no copy takes along.",
    .source = "made up",
    .takes_subject = true,
    .target_kind = "store.house",
    .outputs = FIELDS({"items", &sw_type_listing, 0, NULL, "The things."},
                      {"count", &sw_type_int, 0, NULL, "How many."}),
    .outcomes = OUTCOMES({"none", "Nothing."}, {"some", "Something."}),
    .yields = YIELDS({"none", "store.behind_settled"}),
    .listing = "items",
    .accept_yields = "store.behind_settled",
    .probe = never,
};

static const struct sw_action loss_statement = {
    .name = "store.loss_statement",
    .doc = "All that would be lost.",
    .source = "made up",
    .takes_subject = true,
    .target_kind = "store.house",
    .outputs = FIELDS({"items", &sw_type_listing, 0, NULL, "All of it."}),
    .listing = "items",
    .accept_yields = "store.loss_accepted",
    .probe = never,
};

static const struct sw_action burn_shelf = {
    .name = "store.burn",
    .doc = "Burn the shelf.",
    .source = "made up",
    .effect = SW_EFFECT_IRREVERSIBLE,
    .takes_subject = true,
    .target_kind = "store.house",
    .needs = (const struct sw_need[]){{{"store.copied", "store.behind_settled"}},
                                      {{"store.copied_except", "store.left_accepted",
                                        "store.behind_settled"}},
                                      {{"store.loss_accepted"}},
                                      {{NULL}}},
    .need_count = 3,
    .loss = "The shelf and all that is still on it.",
    .probe = never,
    .writes = writes,
};

static const struct sw_action count_copy = {
    .name = "copy.count",
    .doc = "Count what the copy holds.",
    .source = "made up",
    .target_kind = "copy.place",
    .outputs = FIELDS({"boxes", &sw_type_int, 0, NULL, "How many boxes."}),
    .probe = never,
};

static const struct sw_action tell = {
    .name = "note.tell",
    .doc = "Tell people something.",
    .source = "made up",
    .effect = SW_EFFECT_REVERSIBLE,
    .inputs = FIELDS({"text", &sw_type_string, SW_FIELD_REQUIRED, NULL, "What to tell."}),
    .no_undo_reason = "what was said was said",
    .probe = never,
    .writes = writes,
};

static const struct sw_evidence closed = {
    .name = "store.closed",
    .doc = "nobody can put anything on the shelf",
    .target_kind = "store.house",
    .is_attestable = true,
    .reread = never,
};
static const struct sw_evidence copying = {
    .name = "store.copying",
    .doc = "a copy began after the shelf was closed",
    .rests_on = NAMES("store.closed"),
    .target_kind = "store.house",
    .reread = never,
};
static const struct sw_evidence copied = {
    .name = "store.copied",
    .doc = "the copy holds every box",
    .rests_on = NAMES("store.copying"),
    .target_kind = "store.house",
    .reread = never,
};
static const struct sw_evidence copied_except = {
    .name = "store.copied_except",
    .doc = "the copy holds every box but those listed",
    .rests_on = NAMES("store.copying"),
    .target_kind = "store.house",
    .reread = never,
};
static const struct sw_evidence left_accepted = {
    .name = "store.left_accepted",
    .doc = "somebody gave up the boxes listed",
    .rests_on = NAMES("store.copied_except"),
    .target_kind = "store.house",
    .reread = never,
};
static const struct sw_evidence behind_settled = {
    .name = "store.behind_settled",
    .doc = "nothing behind the shelf is missed",
    .rests_on = NAMES("store.closed"),
    .target_kind = "store.house",
    .reread = never,
};
static const struct sw_evidence loss_accepted = {
    .name = "store.loss_accepted",
    .doc = "somebody gave up all of it",
    .target_kind = "store.house",
    .reread = never,
};

static const struct sw_target_kind house = {
    .name = "store.house",
    .doc = "A house with shelves.",
    .settings = FIELDS({"street", &sw_type_string, SW_FIELD_REQUIRED, NULL, "Where it stands."}),
};
static const struct sw_target_kind place = {
    .name = "copy.place",
    .doc = "Where copies are kept.",
    .settings = FIELDS({"host", &sw_type_host, SW_FIELD_REQUIRED, NULL, "Where it is."}),
};

const struct sw_pack demo_pack = {
    .name = "demo",
    .doc = "Retire a warehouse shelf.",
    .actions =
        (const struct sw_action *const[]){&find_shelf, &guards, &close_shelf, &open_shelf,
                                          &start_copy, &copy_ended, &left_boxes, &look_behind,
                                          &loss_statement, &burn_shelf, &count_copy, &tell, NULL},
    .evidence =
        (const struct sw_evidence *const[]){&closed, &copying, &copied, &copied_except,
                                            &left_accepted, &behind_settled, &loss_accepted, NULL},
    .target_kinds = (const struct sw_target_kind *const[]){&house, &place, NULL},
};

const struct sw_registry demo_registry = {
    .packs = (const struct sw_pack *const[]){&demo_pack, NULL},
};
