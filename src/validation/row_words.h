/* validation/row_words.h: words and spellings in the cells of tables of measurements.
 *
 * In:  text of a cell. Out: whether it has a word; the value that a spelling stands for.
 * Nothing here knows a row, a source or a catalogue.
 */
#ifndef GW_VALIDATION_ROW_WORDS_H
#define GW_VALIDATION_ROW_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "model.h"

/** Lower case, one space between runs of letters and digits, one at both ends: " h100 80gb ". Cut
 * off where `size` ends. */
void gw_spelt_plain(const char *text, char *out, size_t size);

/** Whether `plain` (of gw_spelt_plain) has the word or words `phrase` ("tpu v4") as they stand. */
bool gw_spelt_has(const char *plain, const char *phrase);

/** Whether `text` contains `name` apart from other letters, and its digits apart from other digits:
 * "NeMo" is in "NeMo 2" and "nemo2", not in "Nemotron"; "26.06" is not in "126.06". */
bool gw_spelt_names(const char *text, const char *name);

/** Adds a word, behind a space if `more`; the characters written. `out` must have the room. */
size_t gw_spelt_append(char *out, const char *word, bool more);

/** yes, true, 1, on: 1; no, false, 0, off, none: 0; anything else: -1. The first word decides. */
int gw_spelt_yes_no(const char *text);

/** False: the text is none of the ways to write it. */
bool gw_spelt_recompute(const char *text, gw_recompute *out);

/** NULL, or why the precision is not predicted. Blank: bf16. `text` is borrowed for the reason. */
const char *gw_spelt_precision(const char *text, gw_precision *out, gw_arena *arena);

/** Whether the text says that attention is not fused. */
bool gw_spelt_unfused(const char *text);

#endif
