/* chakra/chakra_attr.c: attributes of a trace's nodes: a name and a value of one of many types.
 *
 * In:  the bytes of an AttributeProto. Out: its value, put where the node keeps it; what has no place
 *      is listed as unused.
 * Model: integers, reals and bools are numbers alike, whatever their width.
 * Valid: whole numbers up to 2^53; lists of bools with up to GW_CHAKRA_DIMS that count.
 * Sources: mlcommons/chakra, schema/protobuf/et_def.proto: numbers of fields. */
#include <math.h>
#include <string.h>

#include "chakra/chakra_parts.h"

#define ALL_DIMS ((1u << GW_CHAKRA_DIMS) - 1u)

const char *gw_chakra_clean_name(gw_arena *arena, const char *bytes, size_t n) {
    char *name =
        gw_arena_strndup(arena, bytes, n < GW_CHAKRA_NAME_MAX_B ? n : GW_CHAKRA_NAME_MAX_B);
    for (char *c = name; *c != 0; c++) {
        *c = (unsigned char)*c < 32 || *c == 127 ? '?' : *c;
    }
    return name;
}

void gw_chakra_unused_add(gw_chakra_trace *trace, gw_arena *arena, const char *what, size_t n) {
    n = n < GW_CHAKRA_NAME_MAX_B ? n : GW_CHAKRA_NAME_MAX_B;
    for (int i = 0; i < trace->n_unused; i++) {
        gw_chakra_unused *u = &trace->unused[i];
        if (strlen(u->what) == n && memcmp(u->what, what, n) == 0) {
            u->n++;
            return;
        }
    }
    if (trace->n_unused < GW_CHAKRA_UNUSED_MAX - 1) {
        trace->unused[trace->n_unused++] =
            (gw_chakra_unused){gw_chakra_clean_name(arena, what, n), 1};
        return;
    }
    trace->n_unused = GW_CHAKRA_UNUSED_MAX; /* the last row stands for all the rest */
    gw_chakra_unused *rest = &trace->unused[GW_CHAKRA_UNUSED_MAX - 1];
    rest->what = "more of other names";
    rest->n++;
}

static bool fixed_value(const gw_wire_field *f, gw_chakra_attr *out) {
    out->is_number = true;
    bool is_64 = f->type == GW_WIRE_64;
    switch (f->number) {
    case 3:
        out->number = gw_wire_double(f->value);
        return is_64;
    case 5:
        out->number = gw_wire_float((uint32_t)f->value);
        return !is_64;
    case 19:
        out->number = (double)(uint32_t)f->value;
        return !is_64;
    case 21:
        out->number = (double)f->value;
        return is_64;
    case 23:
        out->number = (double)(int32_t)(uint32_t)f->value;
        return !is_64;
    case 25:
        out->number = (double)(int64_t)f->value;
        return is_64;
    default:
        return false;
    }
}

static bool varint_value(const gw_wire_field *f, gw_chakra_attr *out) {
    out->is_number = true;
    switch (f->number) {
    case 7: /* int32 is written with its sign as 64 bits */
        out->number = (double)(int32_t)(uint32_t)f->value;
        return true;
    case 9:
        out->number = (double)(int64_t)f->value;
        return true;
    case 11:
        out->number = (double)(uint32_t)f->value;
        return true;
    case 13:
        out->number = (double)f->value;
        return true;
    case 15:
    case 17:
        out->number = (double)gw_wire_zigzag(f->value);
        return true;
    case 27:
        out->number = f->value != 0 ? 1.0 : 0.0;
        return true;
    default:
        return false;
    }
}

/* Packed, as proto3 writes it, or one by one. */
static bool flags_value(gw_wire *inside, gw_chakra_attr *out) {
    gw_wire_field f;
    out->n_flags = 0;
    while (gw_wire_next(inside, &f)) {
        if (f.number != 1) {
            continue;
        }
        gw_wire packed = gw_wire_inside(inside, f.bytes, f.n);
        uint64_t flag = f.value;
        while (f.type == GW_WIRE_VARINT ||
               (packed.at < packed.end && gw_wire_varint(&packed, &flag))) {
            if (out->n_flags < GW_CHAKRA_DIMS && flag != 0) {
                out->flags |= 1u << out->n_flags;
            }
            out->n_flags++;
            if (f.type == GW_WIRE_VARINT) {
                break;
            }
        }
        if (packed.problem != NULL) {
            inside->problem = packed.problem;
            inside->problem_byte = packed.problem_byte;
        }
    }
    return inside->problem == NULL;
}

bool gw_chakra_attr_read(gw_wire *wire, gw_chakra_attr *out) {
    gw_wire_field f;
    *out = (gw_chakra_attr){.name = "", .n_flags = -1};
    while (gw_wire_next(wire, &f)) {
        if (f.number == 1 && f.type == GW_WIRE_BYTES) {
            out->name = (const char *)f.bytes;
            out->name_n = f.n;
        } else if (f.type == GW_WIRE_VARINT) {
            out->is_number = varint_value(&f, out);
        } else if (f.type != GW_WIRE_BYTES) {
            out->is_number = fixed_value(&f, out);
        } else if (f.number == 29 || f.number == 31) {
            out->text = (const char *)f.bytes;
            out->text_n = f.n;
        } else if (f.number == 28) {
            gw_wire inside = gw_wire_inside(wire, f.bytes, f.n);
            if (!flags_value(&inside, out)) {
                wire->problem = inside.problem;
                wire->problem_byte = inside.problem_byte;
                return false;
            }
        }
    }
    return wire->problem == NULL;
}

static bool is_named(const gw_chakra_attr *a, const char *name) {
    return a->name_n == strlen(name) && memcmp(a->name, name, a->name_n) == 0;
}

static bool is_int32(double value) {
    return value >= -1.0 && value < 2147483648.0 && value == floor(value);
}

static bool keep_rank(const gw_chakra_attr *a, gw_chakra_node *node) {
    int32_t *slot = is_named(a, "comm_src")    ? &node->src
                    : is_named(a, "comm_dst")  ? &node->dst
                    : is_named(a, "comm_type") ? &node->comm
                    : is_named(a, "root") || is_named(a, "comm_root") || is_named(a, "root_rank")
                        ? &node->root
                        : NULL;
    if (slot == NULL || !a->is_number || !is_int32(a->number)) {
        return false;
    }
    *slot = (int32_t)a->number;
    return true;
}

static bool keep_size(const gw_chakra_attr *a, gw_chakra_node *node) {
    if (!a->is_number || !(a->number >= 0.0) || !(a->number < 1e18)) {
        return false;
    }
    if (is_named(a, "comm_size")) {
        node->comm_B = a->number;
    } else if (is_named(a, "num_ops")) {
        node->work_flop = a->number;
    } else if (is_named(a, "tensor_size")) {
        node->tensor_B = a->number;
    } else if (is_named(a, "runtime")) { /* of older files; duration_micros goes before it */
        node->duration_s = isnan(node->duration_s) ? a->number * 1e-6 : node->duration_s;
    } else {
        return false;
    }
    return true;
}

static bool keep_group(const gw_chakra_attr *a, gw_arena *arena, gw_chakra_spec *spec) {
    if (is_named(a, "pg_name") || is_named(a, "comm_group")) {
        if (a->text == NULL && !a->is_number) {
            return false;
        }
        spec->group = a->text != NULL ? gw_chakra_clean_name(arena, a->text, a->text_n)
                                      : gw_arena_printf(arena, "%.17g", a->number);
        return true;
    }
    if ((is_named(a, "involved_dim") || is_named(a, "involved_dims")) && a->n_flags > 0) {
        uint32_t all = a->n_flags < GW_CHAKRA_DIMS ? (1u << a->n_flags) - 1u : ALL_DIMS;
        spec->dims = a->flags == all ? 0u : a->flags | GW_CHAKRA_SOME_DIMS;
        return true;
    }
    return false;
}

void gw_chakra_attr_keep(const gw_chakra_attr *a, gw_chakra_trace *trace, gw_arena *arena,
                         gw_chakra_node *node, gw_chakra_spec *spec) {
    if (is_named(a, "is_cpu_op") && a->is_number) {
        node->on_cpu = a->number != 0.0;
    } else if (is_named(a, "comm_tag") && a->is_number && fabs(a->number) < 9e15) {
        node->tag = (int64_t)a->number;
    } else if (!keep_rank(a, node) && !keep_size(a, node) && !keep_group(a, arena, spec)) {
        char text[GW_CHAKRA_NAME_MAX_B + 16];
        int n = a->name_n < GW_CHAKRA_NAME_MAX_B ? (int)a->name_n : GW_CHAKRA_NAME_MAX_B;
        int length = snprintf(text, sizeof text, "attribute %.*s", n, a->name);
        gw_chakra_unused_add(trace, arena, text, (size_t)(length > 0 ? length : 0));
    }
}
