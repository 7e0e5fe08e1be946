/* report/html_parties.h: the part of the finance section about who pays whom. */
#ifndef GW_REPORT_HTML_PARTIES_H
#define GW_REPORT_HTML_PARTIES_H

#include "report/html_page.h"

/** Loans, exit rights, payments between parties as chart and matrix, rounds of money. */
void gw_page_parties(gw_page *p);

#endif
