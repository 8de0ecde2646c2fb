#include "support/engine_pack.h"

#include "base/text.h"

#define FIELDS(...) ((const struct sw_field[]){__VA_ARGS__, {NULL}})
#define YIELDS(...) ((const struct sw_yield[]){__VA_ARGS__, {NULL}})
#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define OUTCOMES(...) ((const struct sw_outcome_doc[]){__VA_ARGS__, {NULL}})

static const struct {
    const char *word;
    enum sw_verdict verdict;
} words[] = {
    {"already", SW_ALREADY}, {"needed", SW_NEEDED},   {"settling", SW_SETTLING},
    {"blocked", SW_BLOCKED}, {"unclear", SW_UNCLEAR}, {"done", SW_DONE},
    {"wait", SW_WAIT},       {"holds", SW_HOLDS},     {"lapsed", SW_LAPSED},
};

static void put_all(struct sw_probe *probe, const struct sw_value *map,
                    void (*put)(struct sw_probe *, const char *, const struct sw_value *))
{
    for (size_t i = 0; sw_is_known(map) && i < map->as.map.count; i++) {
        put(probe, map->as.map.entries[i].key, map->as.map.entries[i].value);
    }
}

/** Ask the house under this name, and say what it says. */
static enum sw_verdict ask(struct sw_probe *probe, const char *op)
{
    const struct sw_answer *answer =
        sw_ask(probe, "it", (struct sw_look){.call = {.kind = "house", .op = op, .path = ""}});

    if (answer == NULL) {
        return SW_PENDING;
    }
    const struct sw_value *body = answer->body;
    const char *verdict = sw_as_text(sw_get(body, "verdict"));
    const char *say = sw_as_text(sw_get(body, "say"));
    const char *outcome = sw_as_text(sw_get(body, "outcome"));
    const char *error = sw_as_text(sw_get(body, "error"));

    put_all(probe, sw_get(body, "see"), sw_see);
    put_all(probe, sw_get(body, "out"), sw_out);
    put_all(probe, sw_get(body, "reading"), sw_reading);
    if (say != NULL) {
        sw_say(probe, "%s", say);
    }
    if (error != NULL) {
        return sw_probe_error(probe, error, "%s", say == NULL ? error : say);
    }
    if (outcome != NULL) {
        return sw_outcome(probe, outcome);
    }
    for (size_t i = 0; i < SW_COUNT(words); i++) {
        if (sw_text_is(words[i].word, verdict)) {
            return words[i].verdict;
        }
    }
    return SW_UNCLEAR;
}

#define ASKS(function, op)                                                                         \
    static enum sw_verdict function(struct sw_probe *probe)                                        \
    {                                                                                              \
        return ask(probe, op);                                                                     \
    }
ASKS(ask_shelf, "shelf")
ASKS(ask_count, "count")
ASKS(ask_close, "close")
ASKS(ask_close_undo, "close.undo")
ASKS(ask_label, "label")
ASKS(ask_label_undo, "label.undo")
ASKS(ask_open, "open")
ASKS(ask_copied, "copied")
ASKS(ask_left, "left")
ASKS(ask_burn, "burn")
ASKS(ask_tell, "tell")
ASKS(reread_closed, "closed.reread")
ASKS(reread_copied, "copied.reread")
ASKS(reread_given_up, "given_up.reread")

/** Every write carries its inputs and what was seen before it, so that tests can look at them. */
static bool build_op(const struct sw_view *view, const char *op, struct sw_act *ret_act)
{
    struct sw_builder args = sw_map_begin(sw_view_arena(view));

    if (sw_in(view, "text") != NULL) {
        sw_map_put(&args, "text", sw_in(view, "text"));
    }
    if (sw_before(view, "was") != NULL) {
        sw_map_put(&args, "was", sw_before(view, "was"));
    }
    *ret_act =
        (struct sw_act){.call = {.kind = "house", .op = op, .path = "", .args = sw_built(&args)}};
    return true;
}

#define BUILDS(function, op)                                                                       \
    static bool function(const struct sw_view *view, struct sw_act *ret_act, struct sw_error *err) \
    {                                                                                              \
        (void)err;                                                                                 \
        return build_op(view, op, ret_act);                                                        \
    }
BUILDS(build_close, "close!")
BUILDS(build_close_undo, "close-")
BUILDS(build_label1, "label1!")
BUILDS(build_label2, "label2!")
BUILDS(build_label_undo, "label-")
BUILDS(build_open, "open!")
BUILDS(build_burn, "burn!")
BUILDS(build_tell, "tell!")

#define WRITES(...) ((const struct sw_write[]){__VA_ARGS__, {NULL}})
#define WRITE(name, build)                                                                         \
    {                                                                                              \
        name, "Write it.", NULL, build, ENGINE_SETTLES_MS                                          \
    }

static bool needs_second(const struct sw_view *view)
{
    bool is = true;

    sw_as_bool(sw_before(view, "second"), &is);
    return is;
}

static const struct sw_type health_type = {.kind = SW_T_ENUM,
                                           .values = (const char *const[]){"good", "bad", NULL}};

static const struct sw_action find_shelf = {
    .name = "store.shelf",
    .doc = "Find a shelf by its name.",
    .source = "made up",
    .target_kind = "store.house",
    .inputs = FIELDS({"name", &sw_type_string, 0, NULL, "Name of the shelf."}),
    .outputs = FIELDS({"id", &sw_type_guid, SW_FIELD_IDENTITY, NULL, "Its id."},
                      {"name", &sw_type_string, 0, NULL, "Its name."},
                      {"health", &health_type, SW_FIELD_VOLATILE, NULL, "How it is."},
                      {"boxes", &sw_type_int, 0, NULL, "How many boxes it holds."}),
    .probe = ask_shelf,
};

static const struct sw_action count_boxes = {
    .name = "store.count",
    .doc = "Count the boxes.",
    .source = "made up",
    .target_kind = "store.house",
    .inputs = FIELDS({"text", &sw_type_string, 0, NULL, "A word to search for."}),
    .outputs = FIELDS({"boxes", &sw_type_int, 0, NULL, "How many."}),
    .errors = (const struct sw_action_error[]){{"busy", true, "At another work."},
                                               {"away", true, "Nobody is there."},
                                               {"cut", true, "No answer came.", SW_E_TIMEOUT},
                                               {"broken", false, "The door is broken."},
                                               {NULL}},
    .probe = ask_count,
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
                                               {"away", true, "Nobody is there."},
                                               {"cut", true, "No answer came.", SW_E_TIMEOUT},
                                               {"broken", false, "The door is broken."},
                                               {NULL}},
    .probe = ask_close,
    .writes = WRITES(WRITE("close", build_close)),
    .undo = WRITES(WRITE("reopen", build_close_undo)),
    .probe_undo = ask_close_undo,
};

static const struct sw_action label_shelf = {
    .name = "store.label",
    .doc = "Put a label on the shelf and a sign at the door.",
    .source = "made up",
    .effect = SW_EFFECT_REVERSIBLE,
    .target_kind = "store.house",
    .inputs = FIELDS({"text", &sw_type_string, SW_FIELD_REQUIRED, NULL, "What it says."}),
    .probe = ask_label,
    .writes = WRITES(WRITE("label", build_label1),
                     {"sign", "Write it.", needs_second, build_label2, ENGINE_SETTLES_MS}),
    .undo = WRITES(WRITE("unlabel", build_label_undo)),
    .probe_undo = ask_label_undo,
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
    .probe = ask_open,
    .writes = WRITES(WRITE("open", build_open)),
};

static const struct sw_action copied_shelf = {
    .name = "store.copied",
    .doc = "Wait for the end of a copy.",
    .source = "made up",
    .is_wait = true,
    .takes_subject = true,
    .target_kind = "store.house",
    .outputs = FIELDS({"boxes", &sw_type_int, 0, NULL, "How many boxes were copied."}),
    .outcomes = OUTCOMES({"clean", "All of it."}, {"some_left", "Not all."}),
    .yields = YIELDS({"clean", "store.copied"}),
    .probe = ask_copied,
};

static const struct sw_action left_boxes = {
    .name = "store.left",
    .doc = "What was left behind.",
    .source = "made up",
    .takes_subject = true,
    .target_kind = "store.house",
    .outputs = FIELDS({"items", &sw_type_listing, 0, NULL, "The boxes."},
                      {"seen", &sw_type_int, SW_FIELD_VOLATILE, NULL, "A count that moves."}),
    .listing = "items",
    .accept_yields = "store.given_up",
    .probe = ask_left,
};

static const struct sw_action burn_shelf = {
    .name = "store.burn",
    .doc = "Burn the shelf.",
    .source = "made up",
    .effect = SW_EFFECT_IRREVERSIBLE,
    .takes_subject = true,
    .target_kind = "store.house",
    .needs = (const struct sw_need[]){{{"store.copied"}}, {{"store.given_up"}}, {{NULL}}},
    .need_count = 2,
    .loss = "The shelf and all that is still on it.",
    .probe = ask_burn,
    .writes = WRITES(WRITE("burn", build_burn)),
};

static const struct sw_action tell_people = {
    .name = "store.tell",
    .doc = "Tell people something.",
    .source = "made up",
    .effect = SW_EFFECT_REVERSIBLE,
    .target_kind = "store.house",
    .inputs = FIELDS({"text", &sw_type_string, SW_FIELD_REQUIRED, NULL, "What to tell."}),
    .no_undo_reason = "what was said was said",
    .probe = ask_tell,
    .writes = WRITES(WRITE("tell", build_tell)),
};

static const struct sw_evidence closed = {
    .name = "store.closed",
    .doc = "nobody can put anything on the shelf",
    .target_kind = "store.house",
    .reread = reread_closed,
};
static const struct sw_evidence copied = {
    .name = "store.copied",
    .doc = "the copy holds every box",
    .rests_on = NAMES("store.closed"),
    .target_kind = "store.house",
    .reread = reread_copied,
};
static const struct sw_evidence given_up = {
    .name = "store.given_up",
    .doc = "somebody gave up what is left",
    .target_kind = "store.house",
    .reread = reread_given_up,
};

static const struct sw_target_kind house = {
    .name = "store.house",
    .doc = "A house with shelves.",
    .settings = FIELDS({"street", &sw_type_string, 0, NULL, "Where it stands."}),
};

static const struct sw_pack engine_pack = {
    .name = "store",
    .doc = "Retire a warehouse shelf.",
    .actions = (const struct sw_action *const[]){&find_shelf, &count_boxes, &close_shelf,
                                                 &label_shelf, &open_shelf, &copied_shelf,
                                                 &left_boxes, &burn_shelf, &tell_people, NULL},
    .evidence = (const struct sw_evidence *const[]){&closed, &copied, &given_up, NULL},
    .target_kinds = (const struct sw_target_kind *const[]){&house, NULL},
};

const struct sw_registry engine_registry = {
    .packs = (const struct sw_pack *const[]){&engine_pack, NULL},
};
