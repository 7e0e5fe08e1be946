/* store/folder.h: the output folder of a run: report.html, results.json, results.sqlite and the
 * tables. */
#ifndef GW_STORE_FOLDER_H
#define GW_STORE_FOLDER_H

#include "base/diag.h"
#include "engine/result.h"

/** Writes everything into DIR.tmp.PID and swaps it with DIR when all of it is there: a failure
 * leaves an earlier result as it was. An existing DIR is replaced only if it is empty or holds
 * nothing but files of an earlier run; the folder above must exist.
 *  @return GW_OK | GW_E_IO with the reason in diags */
GW_MUST_USE gw_code gw_store_folder(const gw_result *r, const char *dir, gw_diags *diags);

/** Asks before a run whether its result can go to DIR: the folder above exists and can be written
 * to; DIR is absent, empty or an earlier result. Writes nothing.
 *  @return GW_OK | GW_E_IO with the reason in diags */
GW_MUST_USE gw_code gw_store_folder_check(const char *dir, gw_diags *diags);

#endif
