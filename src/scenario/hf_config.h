/* scenario/hf_config.h: a model's shape from the config.json that Hugging Face repositories hold.
 *
 * In:  the text of a config.json (JSON, which the document reader takes as YAML). Out: gw_llm, or an
 *      entry of `models` as a document tree or as text. What the file leaves open and what it says
 *      that the model cannot take up becomes a warning; what is missing or contradicts itself an
 *      error with the position in the file.
 * Valid: decoder-only language models; of others with a text model inside, that part. */
#ifndef GW_SCENARIO_HF_CONFIG_H
#define GW_SCENARIO_HF_CONFIG_H

#include "base/buf.h"
#include "scenario/doc.h"
#include "scenario/spec.h"

/** Reads the file at `path`, or config.json in the folder of that name. llm->head.name is what the
 *  file calls the model, else the folder's or file's name; params and active_params are NaN (the
 *  file does not say them). Texts live in the arena; `path` is copied. `from` is where the path is
 *  written ({0} for the command line). Problems go to diags: errors give a code, warnings do not. */
GW_MUST_USE gw_code gw_hf_config_read(const char *path, gw_loc from, gw_arena *arena,
                                      gw_diags *diags, gw_llm *llm);

/** The same from memory; `file` stands in messages and must outlive diags. */
GW_MUST_USE gw_code gw_hf_config_parse(const char *file, const char *text, size_t n,
                                       gw_arena *arena, gw_diags *diags, gw_llm *llm);

/** The shape as a mapping of an entry of `models`: every member that is not at its default. */
gw_node *gw_hf_entry(const gw_llm *llm, gw_loc loc, gw_arena *arena);

/** The same as YAML, under its name, indented for `models`. */
void gw_hf_entry_write(const gw_llm *llm, const char *name, gw_buf *out);

#endif
