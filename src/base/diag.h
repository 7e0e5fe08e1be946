/* base/diag.h: the list of problems a caller collects. Loading reports every problem at once,
 * sorted by file, line and column, each with a path and, where one is known, a hint. */
#ifndef GW_BASE_DIAG_H
#define GW_BASE_DIAG_H

#include <stddef.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/code.h"

typedef enum gw_severity { GW_NOTE = 0, GW_WARNING = 1, GW_ERROR = 2 } gw_severity;

/** Where a piece of text stands. line and col count from 1; 0 means "no position". */
typedef struct gw_loc {
    const char *file; /* borrowed; lives as long as the document */
    int line;
    int col;
} gw_loc;

typedef struct gw_diag {
    gw_code code;
    gw_severity severity;
    gw_loc loc;
    const char *path; /* "/sites/abilene/buildings/b1/it_power"; "" when there is none */
    const char *msg;  /* one sentence, no full stop, no newline */
    const char *hint; /* what to do; "" when nothing useful is known */
} gw_diag;

/** Growing list; all text is copied into its own arena. At most 1,000 are kept, the rest counted.
 */
typedef struct gw_diags gw_diags;

gw_diags *gw_diags_create(void);
void gw_diags_free(gw_diags *diags);

/** `hint` and `path` may be NULL. The message is formatted from fmt. */
void gw_diag_add(gw_diags *diags, gw_code code, gw_severity severity, gw_loc loc, const char *path,
                 const char *hint, const char *fmt, ...) GW_PRINTF(7, 8);

size_t gw_diags_n(const gw_diags *diags);
size_t gw_diags_n_errors(const gw_diags *diags);
const gw_diag *gw_diags_at(const gw_diags *diags, size_t i); /* valid until the next add or sort */
void gw_diags_sort(gw_diags *diags);                         /* stable: file, line, col */
gw_code gw_diags_code(const gw_diags *diags); /* code of the first error, GW_OK if none */

/** "file:line:col: error: message\n    at /path\n    hint: ...\n"; colour with ANSI if asked. */
void gw_diags_print(const gw_diags *diags, FILE *to, int with_colour);

#endif
