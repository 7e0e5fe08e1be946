/* chakra/chakra_read.c: a Chakra execution trace from the bytes of its file.
 *
 * In:  a file: messages of the schema, each after its length as a varint: global metadata first (it
 *      may be absent), then nodes. Out: gw_chakra_trace, nodes by id, or every problem with its byte.
 * Model: none. Fields that the schema does not have are skipped and listed, so that newer files read.
 * Valid: schemas with attributes by name (0.0.4 and later: double_val = 3 .. bytes_list = 32), with
 *      and without `version` in the metadata.
 * Sources: mlcommons/chakra, schema/protobuf/et_def.proto: numbers of fields and values. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "chakra/chakra_parts.h"

typedef struct reader {
    const char *file;
    gw_wire whole;
    gw_arena *arena;
    gw_diags *diags;
    gw_chakra_trace *out;
    uint64_t *dep_id; /* of all nodes, in the order of the file; malloc */
    int64_t n_deps, room;
} reader;

static const char *const type_names[] = {"INVALID_NODE",   "METADATA_NODE",  "MEM_LOAD_NODE",
                                         "MEM_STORE_NODE", "COMP_NODE",      "COMM_SEND_NODE",
                                         "COMM_RECV_NODE", "COMM_COLL_NODE", "STORAGE_NODE",
                                         "BATCH_NODE",     "CHECKPOINT_NODE"};
static const char *const comm_names[] = {
    "ALL_REDUCE", "REDUCE",         "ALL_GATHER",           "GATHER", "SCATTER", "BROADCAST",
    "ALL_TO_ALL", "REDUCE_SCATTER", "REDUCE_SCATTER_BLOCK", "BARRIER"};

const char *gw_chakra_type_name(int type) {
    return type >= 0 && type < GW_CHAKRA_TYPES ? type_names[type] : "unknown";
}

const char *gw_chakra_comm_name(int comm) {
    return comm >= 0 && comm < GW_CHAKRA_COMMS ? comm_names[comm] : "unknown";
}

static void say(const reader *r, int64_t byte, const char *hint, const char *problem) {
    gw_diag_add(r->diags, GW_E_SYNTAX, GW_ERROR, (gw_loc){.file = r->file}, NULL, hint,
                "byte %lld: %s", (long long)byte, problem);
}

static void unused_field(reader *r, const char *where, uint32_t number) {
    char text[64];
    snprintf(text, sizeof text, "field %u of %s", number, where);
    gw_chakra_unused_add(r->out, r->arena, text, strlen(text));
}

/* ------------------------------------------------------------------ nodes */

static void add_dep(reader *r, gw_chakra_node *node, uint64_t id) {
    if (r->n_deps == r->room) {
        r->room = r->room * 2 + 256;
        uint64_t *more = realloc(r->dep_id, (size_t)r->room * sizeof *more);
        if (more == NULL) {
            gw_out_of_memory((size_t)r->room * sizeof *more);
        }
        r->dep_id = more;
    }
    r->dep_id[r->n_deps++] = id;
    node->n_deps++;
}

static void add_deps(reader *r, gw_wire *wire, const gw_wire_field *f, gw_chakra_node *node) {
    if (f->type == GW_WIRE_VARINT) {
        add_dep(r, node, f->value);
        return;
    }
    gw_wire packed = gw_wire_inside(wire, f->bytes, f->n);
    uint64_t id;
    while (packed.at < packed.end && gw_wire_varint(&packed, &id)) {
        add_dep(r, node, id);
    }
    if (packed.problem != NULL) {
        wire->problem = packed.problem;
        wire->problem_byte = packed.problem_byte;
    }
}

static void keep_spec(reader *r, gw_chakra_spec *spec, gw_chakra_node *node) {
    gw_chakra_trace *t = r->out;
    if (node->type != GW_CHAKRA_COLL) {
        return;
    }
    spec->dims = spec->group[0] != 0 ? 0u : spec->dims; /* the name decides */
    for (int i = 0; i < t->n_specs; i++) {
        const gw_chakra_spec *s = &t->spec[i];
        if (strcmp(s->group, spec->group) == 0 && s->dims == spec->dims) {
            node->spec = i;
            return;
        }
    }
    if ((t->n_specs & (t->n_specs - 1)) == 0) { /* room doubles at powers of two */
        int room = t->n_specs == 0 ? 1 : t->n_specs * 2;
        gw_chakra_spec *more = GW_NEW_N(r->arena, room, gw_chakra_spec);
        if (t->n_specs > 0) {
            memcpy(more, t->spec, (size_t)t->n_specs * sizeof *more);
        }
        t->spec = more;
    }
    node->spec = t->n_specs;
    t->spec[t->n_specs++] = *spec;
}

/* inputs of a metadata node: PyTorch lists its process groups there. */
static void read_inputs(reader *r, gw_wire *wire, const gw_wire_field *info) {
    gw_wire inside = gw_wire_inside(wire, info->bytes, info->n);
    gw_wire_field f;
    while (gw_wire_next(&inside, &f)) {
        if (f.number == 1 && f.type == GW_WIRE_BYTES) {
            (void)gw_chakra_pytorch_groups((const char *)f.bytes, f.n, r->arena, r->out);
        }
    }
    if (inside.problem != NULL) {
        wire->problem = inside.problem;
        wire->problem_byte = inside.problem_byte;
    }
}

static void number_field(const gw_wire_field *f, gw_chakra_node *node) {
    if (f->number == 1) {
        node->id = f->value;
    } else if (f->number == 3) {
        node->type = f->value < 1000000 ? (int32_t)f->value : 1000000;
    } else if (f->number == 7) {
        node->duration_s = (double)f->value * 1e-6;
    } /* 6: when it began on the traced machine; the replay finds its own times */
}

static void read_node(reader *r, gw_wire wire, gw_chakra_node *node) {
    gw_chakra_spec spec = {.group = ""};
    gw_wire_field f, inputs = {.n = 0};
    *node = (gw_chakra_node){.name = "",
                             .byte = wire.at - wire.file,
                             .dep = r->n_deps,
                             .duration_s = GW_NAN,
                             .work_flop = GW_NAN,
                             .tensor_B = GW_NAN,
                             .comm_B = GW_NAN,
                             .comm = -1,
                             .src = -1,
                             .dst = -1,
                             .root = -1,
                             .spec = -1};
    while (gw_wire_next(&wire, &f)) {
        bool is_number = f.type == GW_WIRE_VARINT, is_bytes = f.type == GW_WIRE_BYTES;
        if (is_number && (f.number == 1 || f.number == 3 || f.number == 6 || f.number == 7)) {
            number_field(&f, node);
        } else if ((f.number == 4 || f.number == 5) && (is_number || is_bytes)) {
            add_deps(r, &wire, &f, node);
        } else if (is_bytes && f.number == 2) {
            node->name = gw_chakra_clean_name(r->arena, (const char *)f.bytes, f.n);
        } else if (is_bytes && f.number == 8) {
            inputs = f;
        } else if (is_bytes && f.number == 10) {
            gw_chakra_attr a;
            gw_wire inside = gw_wire_inside(&wire, f.bytes, f.n);
            if (gw_chakra_attr_read(&inside, &a)) {
                gw_chakra_attr_keep(&a, r->out, r->arena, node, &spec);
            } else {
                wire.problem = inside.problem;
                wire.problem_byte = inside.problem_byte;
            }
        } else if (!is_bytes || f.number != 9) { /* 9: shapes of the outputs */
            unused_field(r, "a node", f.number);
        }
        if (wire.problem != NULL) {
            break;
        }
    }
    if (node->type == GW_CHAKRA_METADATA && inputs.n > 0 && wire.problem == NULL) {
        read_inputs(r, &wire, &inputs);
    }
    if (wire.problem != NULL) {
        say(r, wire.problem_byte, "the file is damaged, or no Chakra trace", wire.problem);
    }
    keep_spec(r, &spec, node);
}

/* Nodes have a type; the metadata has fields 1 and 2 alone, both of bytes. */
static bool is_metadata(gw_wire wire) {
    gw_wire_field f;
    while (gw_wire_next(&wire, &f)) {
        if (f.number > 2 || f.type != GW_WIRE_BYTES) {
            return false;
        }
    }
    return wire.problem == NULL;
}

static void read_metadata(reader *r, gw_wire wire) {
    gw_wire_field f;
    while (gw_wire_next(&wire, &f)) {
        gw_chakra_attr a = {.name = "", .n_flags = -1};
        gw_wire inside = gw_wire_inside(&wire, f.bytes, f.n);
        if (f.number == 1 && (f.n == 0 || f.bytes[0] != 10)) { /* 10: begins an attribute's name */
            r->out->version = gw_chakra_clean_name(r->arena, (const char *)f.bytes, f.n);
        } else if (gw_chakra_attr_read(&inside, &a) && a.name_n == 6 &&
                   memcmp(a.name, "schema", 6) == 0 && a.text != NULL) {
            r->out->version = gw_chakra_clean_name(r->arena, a.text, a.text_n);
        }
    }
}

/* ------------------------------------------------------------------ the file */

/* Messages in the file; -1 with the problem said. */
static int64_t count_messages(reader *r) {
    gw_wire wire = r->whole;
    int64_t n = 0;
    while (wire.at < wire.end) {
        const uint8_t *start = wire.at;
        uint64_t size;
        if (gw_wire_varint(&wire, &size) && size > (uint64_t)(wire.end - wire.at)) {
            wire.problem = "a message is longer than what is left of the file";
            wire.problem_byte = start - wire.file;
        }
        if (wire.problem != NULL) {
            say(r, wire.problem_byte,
                "the file is cut off, or no Chakra trace (messages after their lengths)",
                wire.problem);
            return -1;
        }
        wire.at += size;
        n += size > 0 || n == 0;
    }
    return n;
}

static const char *wrong_kind(const uint8_t *bytes, size_t n) {
    if (n == 0) {
        return "the file is empty";
    }
    if (n > 1 && bytes[0] == 0x1f && bytes[1] == 0x8b) {
        return "the file is compressed: unpack it with gunzip first";
    }
    if (bytes[0] == '{' && n > 1 && (bytes[1] == '\n' || bytes[1] == ' ' || bytes[1] == '"')) {
        return "the file is JSON: a trace in protobuf is wanted (chakra_converter writes it)";
    }
    return NULL;
}

static void read_messages(reader *r, int64_t n_messages) {
    gw_wire wire = r->whole;
    gw_chakra_trace *t = r->out;
    t->node = GW_NEW_N(r->arena, n_messages > 0 ? n_messages : 1, gw_chakra_node);
    uint64_t size;
    for (int64_t i = 0; wire.at < wire.end && gw_wire_varint(&wire, &size); i++) {
        gw_wire message = gw_wire_inside(&wire, wire.at, (size_t)size);
        wire.at += size;
        if (i == 0 && is_metadata(message)) {
            read_metadata(r, message);
        } else if (size > 0) {
            read_node(r, message, &t->node[t->n++]);
        } else {
            static const char empty[] = "empty message";
            gw_chakra_unused_add(t, r->arena, empty, sizeof empty - 1);
        }
    }
}

gw_code gw_chakra_read(const char *file, const void *bytes, size_t n, gw_arena *arena,
                       gw_diags *diags, gw_chakra_trace *out) {
    size_t n_before = gw_diags_n_errors(diags);
    *out = (gw_chakra_trace){.file = gw_arena_strdup(arena, file), .version = ""};
    static const uint8_t nothing;
    const uint8_t *start = n > 0 ? bytes : &nothing;
    reader r = {.file = out->file,
                .whole = {.at = start, .end = start + n, .file = start},
                .arena = arena,
                .diags = diags,
                .out = out};
    const char *wrong = wrong_kind(start, n);
    int64_t n_messages = wrong == NULL ? count_messages(&r) : -1;
    if (wrong != NULL) {
        say(&r, 0, NULL, wrong);
    } else if (n_messages > INT32_MAX) {
        say(&r, 0, NULL, "the file has more than 2,147,483,647 nodes");
    } else if (n_messages >= 0) {
        read_messages(&r, n_messages);
        if (out->n == 0) {
            say(&r, 0, "a trace has metadata and then its nodes", "the file has no node");
        }
    }
    if (gw_diags_n_errors(diags) == n_before) {
        gw_chakra_link(out, r.dep_id, arena, diags);
    }
    free(r.dep_id);
    return gw_diags_n_errors(diags) == n_before ? GW_OK : gw_diags_code(diags);
}
