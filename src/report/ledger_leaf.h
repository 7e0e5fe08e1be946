/* report/ledger_leaf.h: what the sections of a ledger's page share. Private to ledger_html.c and
 * ledger_html_sums.c. */
#ifndef GW_REPORT_LEDGER_LEAF_H
#define GW_REPORT_LEDGER_LEAF_H

#include "base/arena.h"
#include "report/html_page.h"
#include "report/ledger_view.h"

typedef struct gw_leaf {
    gw_page page;
    const gw_ledger_view *v;
    gw_arena *arena;
    const int *sources; /* [records.n] of gw_ledger_sources */
} gw_leaf;

void gw_leaf_section(gw_leaf *l, const char *id, int n, const char *title);
void gw_leaf_section_end(gw_leaf *l);
void gw_leaf_totals(gw_leaf *l); /* what it adds up to, by programme and sponsor */
void gw_leaf_power(gw_leaf *l);  /* each place once */

#endif
