/* scenario/field.h: the field table language.
 *
 * Every struct that a scenario or a catalog can fill is described once, as a list of X(...) lines
 * in spec.h. From that list come the C struct, the parser and its checks, the defaults, write-back,
 * the JSON Schema, the reference page and the list of uncertain inputs. Adding a field is adding a
 * line:
 *
 *   X(KIND, name, suffix, arg, need, default, lo, hi, "one line of documentation")
 *
 *   KIND    C member                          arg
 *   NUM     double name##suffix               unit text: dimension and display unit; may be uncertain
 *   DATE    double name##suffix, in days      GW_DATE_START, _MIDDLE or _END: what a text without a
 *                                             day means; may be uncertain
 *   MONTHS  double name##suffix[12]           unit text; twelve values, January first; a single
 *                                             value fills all
 *   INT     int64_t name                      0
 *   BOOL    bool name                         0
 *   TEXT    const char *name                  0
 *   TEXTS   gw_texts name                     0; a list of texts
 *   ENUM    int name                          name of a GW_ENUM_... table
 *   REF     gw_ref name                       section of the scenario that holds the named entry
 *   REFS    gw_refs name                      section; a list of names
 *   SPAN    double name_start_d, name_end_d   0; "2024-06 .. 2032-12"
 *   SUB     struct gw_<arg> name              struct tag; one nested mapping
 *   MAP     struct {gw_<arg> *at; int n} name struct tag; named entries
 *
 *   need    GW_REQUIRED or GW_OPTIONAL. An optional NUM, DATE or MONTHS without default is NaN when
 *           absent.
 *   default text in scenario syntax, or NULL
 *   lo, hi  legal range in SI, inclusive (for every draw too); GW_NO_LO, GW_NO_HI for none
 *
 * Suffix carries the SI unit into the C name: X(NUM, power, _W, "MW", ...) makes `double power_W`,
 * read from the key `power`. Every mapping also understands `source:` (a default source for the
 * values in it), and `note:`.
 */
#ifndef GW_SCENARIO_FIELD_H
#define GW_SCENARIO_FIELD_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "base/diag.h"

/** A name that refers to an entry of a section; i is the entry's index, -1 while unresolved or
 * absent. */
typedef struct gw_ref {
    const char *name; /* NULL when absent */
    int i;
} gw_ref;

typedef struct gw_refs {
    gw_ref *at;
    int n;
} gw_refs;

typedef struct gw_texts {
    const char **at;
    int n;
} gw_texts;

/** First member of every struct made from a field table. */
typedef struct gw_head {
    const char *name; /* the key of a MAP entry; "" elsewhere */
    const char *path; /* "sites.abilene.buildings.b1"; NULL elsewhere */
    gw_loc loc;
    const char *note; /* `note:` of the mapping; NULL if none */
    int source;       /* `source:` of the mapping, index into scenario.sources; -1: none */
    bool broken;      /* something in it could not be read: rules over its keys stay silent */
    bool given;       /* written somewhere (false: filled with defaults only) */
    bool used;        /* reached by references from the scenario proper; catalogue entries only */
} gw_head;

typedef enum gw_kind {
    GW_KIND_NUM,
    GW_KIND_DATE,
    GW_KIND_MONTHS,
    GW_KIND_INT,
    GW_KIND_BOOL,
    GW_KIND_TEXT,
    GW_KIND_TEXTS,
    GW_KIND_ENUM,
    GW_KIND_REF,
    GW_KIND_REFS,
    GW_KIND_SPAN,
    GW_KIND_SUB,
    GW_KIND_MAP
} gw_kind;

typedef enum gw_need { GW_REQUIRED, GW_OPTIONAL } gw_need;

typedef struct gw_enum_item {
    const char *name; /* as written: "under_construction" */
    const char *doc;
} gw_enum_item;

typedef struct gw_enum {
    const char *name;
    const gw_enum_item *items;
    int n;
} gw_enum;

struct gw_struct;

typedef struct gw_field {
    gw_kind kind;
    const char *key;
    const char *suffix;
    size_t offset;
    const char *unit;             /* NUM, MONTHS */
    gw_date_part date_part;       /* DATE */
    const gw_enum *enumeration;   /* ENUM */
    const char *section;          /* REF, REFS */
    const struct gw_struct *type; /* SUB, MAP */
    gw_need need;
    const char *default_text;
    double lo, hi;
    const char *doc;
} gw_field;

typedef struct gw_struct {
    const char *name; /* "site" */
    const char *doc;
    size_t size;
    const gw_field *fields;
    int n_fields;
} gw_struct;

/** Layout shared by every MAP member. */
typedef struct gw_map {
    void *at;
    int n;
} gw_map;

#define GW_NO_LO (-GW_INF)
#define GW_NO_HI (GW_INF)

static inline bool gw_is_set(double value) {
    return !isnan(value);
}

/* ---- from a table to a struct ---- */
#define GW_MEMBER(kind, name, sfx, arg, need, def, lo, hi, doc) GW_MEMBER_##kind(name, sfx, arg)
#define GW_MEMBER_NUM(name, sfx, arg) double name##sfx;
#define GW_MEMBER_DATE(name, sfx, arg) double name##sfx;
#define GW_MEMBER_MONTHS(name, sfx, arg) double name##sfx[12];
#define GW_MEMBER_INT(name, sfx, arg) int64_t name;
#define GW_MEMBER_BOOL(name, sfx, arg) bool name;
#define GW_MEMBER_TEXT(name, sfx, arg) const char *name;
#define GW_MEMBER_TEXTS(name, sfx, arg) gw_texts name;
#define GW_MEMBER_ENUM(name, sfx, arg) int name;
#define GW_MEMBER_REF(name, sfx, arg) gw_ref name;
#define GW_MEMBER_REFS(name, sfx, arg) gw_refs name;
#define GW_MEMBER_SPAN(name, sfx, arg) double name##_start_d, name##_end_d;
#define GW_MEMBER_SUB(name, sfx, arg) struct gw_##arg name;
#define GW_MEMBER_MAP(name, sfx, arg)                                                              \
    struct {                                                                                       \
        struct gw_##arg *at;                                                                       \
        int n;                                                                                     \
    } name;
#define GW_DECLARE(tag)                                                                            \
    typedef struct gw_##tag {                                                                      \
        gw_head head;                                                                              \
        GW_FIELDS_##tag(GW_MEMBER)                                                                 \
    } gw_##tag;                                                                                    \
    extern const gw_struct gw_struct_##tag;

#endif
