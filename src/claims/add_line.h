/* claims/add_line.h: one claim typed in one line, as a table that the reader of tables takes.
 *
 *   programme=Stargate site=Abilene TX power=1.2 GW facility said=2025-08 by=OpenAI status=announced
 *   Stargate, Abilene TX, power, 1.2 GW facility, 2025-08-15, OpenAI, announced
 *
 * A line may give several quantities; each becomes a row. Numbers carry their units and may say
 * "about", "at least", "up to", "66-72 bn USD". */
#ifndef GW_CLAIMS_ADD_LINE_H
#define GW_CLAIMS_ADD_LINE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"

/** The header of the table that gw_claims_add_line writes; ends in a newline. */
extern const char gw_claims_add_header[];

/** Adds the rows of one line to `rows` (without header). Every problem is reported with its column
 * in the line.
 *  @param id  id of the claim where the line gives none; further quantities get "-2", "-3"
 *  @return GW_OK, or the first error; `rows` is untouched then */
GW_MUST_USE gw_code gw_claims_add_line(const char *line, int number, const char *id,
                                       gw_arena *arena, gw_diags *diags, gw_buf *rows);

#endif
