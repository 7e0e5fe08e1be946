/* report/ledger_sheet.h: what the parts of a ledger's text share. Private to ledger_text.c and
 * ledger_sums.c. */
#ifndef GW_REPORT_LEDGER_SHEET_H
#define GW_REPORT_LEDGER_SHEET_H

#include "base/arena.h"
#include "base/buf.h"
#include "report/ledger_view.h"

typedef struct gw_sheet {
    const gw_ledger_view *v;
    gw_buf *out;
    int width;
    bool colour, explain;
    gw_arena *arena;
} gw_sheet;

const gw_record *gw_sheet_at(const gw_sheet *s, int i);
void gw_sheet_paint(gw_sheet *s, const char *code); /* ANSI, where colours are wanted */
/** Text broken into lines; the cursor stands in `column`. Further lines begin at indent + hang. */
void gw_sheet_wrap(gw_sheet *s, int column, int indent, int hang, const char *text);
void gw_sheet_say(gw_sheet *s, int indent, int hang, const char *fmt, ...) GW_PRINTF(4, 5);
void gw_sheet_heading(gw_sheet *s, const char *fmt, ...) GW_PRINTF(2, 3);
/** "P-001, P-002 and 3 more". */
const char *gw_sheet_ids(const gw_sheet *s, const int *claims, int n, int most);

void gw_sheet_totals(gw_sheet *s);  /* by programme, what was left out, power once */
void gw_sheet_scores(gw_sheet *s);  /* promises against what was observed */
void gw_sheet_changes(gw_sheet *s); /* between two days */
void gw_sheet_sources(gw_sheet *s); /* what rests on little */

#endif
