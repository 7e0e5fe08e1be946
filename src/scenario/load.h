/* scenario/load.h: from text to a typed scenario in which every value knows its source.
 *
 *   files --parse--> gw_doc trees --merge--> one tree --bind--> gw_spec --check--> usable
 *
 * Order of precedence, lowest first: catalogue folder, extra catalogue folders, included files, the
 * file itself, --set. Mappings merge key by key; anything else is replaced. */
#ifndef GW_SCENARIO_LOAD_H
#define GW_SCENARIO_LOAD_H

#include <stdint.h>

#include "base/diag.h"
#include "base/dist.h"
#include "base/units.h"
#include "scenario/spec.h"

/** One bound value. NUM, DATE and MONTHS members have slots (numbered in walk order); all kinds are
 *  listed, so that write-back, the report's list of assumptions and the sampler share one registry.
 */
typedef struct gw_value {
    const char *path; /* "sites.abilene.buildings.b1.it_power", as --set takes it */
    const gw_field *field;
    int slot;    /* -1: not a number that can be drawn */
    int n_slots; /* 1, or 12 for MONTHS */
    const char
        *text; /* the value as written, without provenance; NULL if absent and without default */
    double si; /* base case (median); NaN if absent; first month for MONTHS */
    bool uncertain;
    gw_dist dist;     /* in SI; GW_DIST_CONST unless uncertain */
    gw_dim dim;       /* of the value as written (a "*" field takes any) */
    int source;       /* index into scenario.sources, -1: none */
    gw_grade grade;   /* ASSUMED when there is no source */
    const char *note; /* "" or the words behind the provenance mark */
    gw_loc loc;
    bool from_default;    /* nobody wrote it */
    bool in_catalog;      /* belongs to an entry of a catalogue section */
    const gw_head *entry; /* that entry; NULL for the scenario proper */
    bool used; /* the run reads it: scenario proper, or a catalogue entry reached by reference */
} gw_value;

/** Where a text was written: texts and lists of texts are no values. */
typedef struct gw_text_at {
    const char *path; /* "fabrics.pod.dims"; of a list "fabrics.pod.faults.f.links.1" */
    gw_loc loc;
} gw_text_at;

typedef struct gw_spec {
    gw_scenario scenario;
    gw_arena *arena; /* owns everything below, and the scenario's arrays and texts */
    int n_values;
    gw_value *values;
    int n_texts;
    gw_text_at *texts;
    int n_slots;
    const char *file;       /* the scenario's path as given */
    char scenario_hash[17]; /* FNV-1a 64 of the merged tree without the catalogue, in hex */
    char catalog_hash[17];
    int n_files;
    const char **files; /* every file read */
    int n_catalog_files;
    const char **catalog_files; /* those of the catalogue, as positions name them */
} gw_spec;

typedef struct gw_load_opts {
    const char
        *catalog_dir; /* NULL: the built-in search: $GIGAWATT_CATALOG is the caller's business */
    const char *const *extra_dirs; /* further catalogue folders, later ones win */
    int n_extra_dirs;
    const char *const *sets; /* "path=value" */
    int n_sets;
} gw_load_opts;

/** Reads, merges, binds and checks. Every problem goes to diags; *out is set only when none is an
 * error. Free with gw_spec_free. */
GW_MUST_USE gw_code gw_spec_load(const char *path, const gw_load_opts *opts, gw_diags *diags,
                                 gw_spec **out);
/** The same from memory; `name` stands for the file in messages. Includes are refused when `dir` is
 * NULL. */
GW_MUST_USE gw_code gw_spec_load_text(const char *name, const char *text, size_t n, const char *dir,
                                      const gw_load_opts *opts, gw_diags *diags, gw_spec **out);
/** Only the catalogue: scenario sections may be missing. For `gigawatt catalog`. */
GW_MUST_USE gw_code gw_spec_load_catalog(const gw_load_opts *opts, gw_diags *diags, gw_spec **out);
void gw_spec_free(gw_spec *spec);

/** Position of a text by its path; `fallback` if it was not written. */
gw_loc gw_spec_text_loc(const gw_spec *spec, const char *path, gw_loc fallback);

/** Whether a position lies in the catalogue (false: the scenario, an include, --set). */
bool gw_spec_in_catalog(const gw_spec *spec, gw_loc loc);

/** A deep copy of the structs (texts are shared) whose numbers may be overwritten. `slots` receives
 * the addresses of all numeric members in slot order: n_slots entries. Owned by the arena. */
gw_scenario *gw_scenario_clone(const gw_scenario *from, gw_arena *arena, double **slots);

/** The catalogue section with this name as a map and its struct, or NULL. */
const gw_field *gw_scenario_section(const char *name);

#endif
