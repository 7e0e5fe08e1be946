/* report/serving_text.c: models that answer requests, for `gigawatt train` and the reports.
 * In: gw_service of each entry.   Out: text, JSON.
 * Derivation: none, numbers as they are; formulas in training/serving.c. */
#include "report/serving_text.h"

#include <math.h>

#include "report/words.h"

void gw_serving_widths(const gw_service *service, gw_buf *out) {
    gw_buf_printf(out, "tp %d", service->tp);
    if (service->pp > 1) {
        gw_buf_printf(out, " x pp %d", service->pp);
    }
    if (service->dp > 1) {
        gw_buf_printf(out, " x dp %d", service->dp);
    }
    if (service->ep > 0) {
        gw_buf_printf(out, ", experts over %d", service->ep);
    }
    if (!isnan(service->batch)) {
        gw_buf_printf(out, ", %s sequences at once", gw_words_value(service->batch, "").text);
    }
}

/** "  label        value   note". */
static void put(gw_buf *out, const char *label, gw_words value, const char *note) {
    gw_buf_printf(out, "  %-28s %12s   %s\n", label, value.text, note);
}

static void put_entry(const gw_serving *entry, const gw_service *s, gw_buf *out) {
    gw_buf_printf(out, "\nServing: %s\n", gw_words_title(entry->title, &entry->head));
    gw_buf_printf(out, "  %s in %s, prompt %s, output %s tokens\n  A copy: ", entry->model.name,
                  gw_enum_precision.items[entry->precision].name,
                  gw_words_value(entry->prompt_tok, "").text,
                  gw_words_value(entry->output_tok, "").text);
    gw_serving_widths(s, out);
    gw_buf_addc(out, '\n');
    if (s->problem) {
        gw_buf_printf(out, "  Cannot run: %s\n", s->problem);
        return;
    }
    put(out, "Time to the first token", gw_words_value(s->ttft_s, "ms"), "prompt, wait, one step");
    put(out, "Time per output token", gw_words_value(s->tpot_s, "ms"),
        entry->disaggregated ? "prompts elsewhere" : "prompts of others in between");
    put(out, "Output tokens per second", gw_words_value(s->total_tokens_per_s, ""),
        "all copies, full load");
    put(out, "  per accelerator", gw_words_value(s->output_tokens_per_s, ""), "prompts included");
    put(out, "  if it did nothing else", gw_words_value(s->decode_tokens_per_s, ""), "decode only");
    put(out, "Prompt tokens per second", gw_words_value(s->prefill_tokens_per_s, ""),
        "per accelerator, prompts only");
    put(out, entry->disaggregated ? "Accelerators for prompts" : "Time spent on prompts",
        gw_words_value(s->prefill_frac, "%"), "of the whole");
    gw_buf_printf(out, "  A step of %s:\n    products %s, attention %s, network %s, other %s\n",
                  gw_words_value(s->step_s, "ms").text, gw_words_value(s->weights_s, "ms").text,
                  gw_words_value(s->attention_s, "ms").text,
                  gw_words_value(s->network_s, "ms").text, gw_words_value(s->other_s, "ms").text);
    gw_buf_printf(out, "  Memory %s of %s, batch bound by %s:\n    weights %s, cache %s, work %s\n",
                  gw_words_value(s->memory_B, "GB").text, gw_words_value(s->capacity_B, "GB").text,
                  s->batch_limit, gw_words_value(s->weights_B, "GB").text,
                  gw_words_value(s->cache_B, "GB").text, gw_words_value(s->work_B, "GB").text);
    gw_buf_printf(out, "  Cache of a token: %s. Bottleneck: %s.\n",
                  gw_words_value(s->kv_token_B, "kB").text, s->bottleneck);
    gw_buf_add(out, "  A roofline with assumed overheads, not set against measured servers.\n");
}

void gw_serving_text(const gw_scenario *in, const gw_service *services, gw_buf *out) {
    for (int i = 0; i < in->serving.n; i++) {
        put_entry(&in->serving.at[i], &services[i], out);
    }
}

static void put_json(const gw_service *s, gw_json *json) {
    gw_json_text(json, "problem", s->problem);
    gw_json_number(json, "tp", s->tp);
    gw_json_number(json, "pp", s->pp);
    gw_json_number(json, "dp", s->dp);
    gw_json_number(json, "batch", s->batch);
    gw_json_text(json, "batch_limit", s->batch_limit);
    gw_json_number(json, "n_copies", s->n_copies);
    gw_json_number(json, "ttft_s", s->ttft_s);
    gw_json_number(json, "tpot_s", s->tpot_s);
    gw_json_number(json, "step_s", s->step_s);
    gw_json_number(json, "weights_s", s->weights_s);
    gw_json_number(json, "attention_s", s->attention_s);
    gw_json_number(json, "network_s", s->network_s);
    gw_json_number(json, "other_s", s->other_s);
    gw_json_number(json, "prefill_tokens_per_s", s->prefill_tokens_per_s);
    gw_json_number(json, "decode_tokens_per_s", s->decode_tokens_per_s);
    gw_json_number(json, "output_tokens_per_s", s->output_tokens_per_s);
    gw_json_number(json, "total_tokens_per_s", s->total_tokens_per_s);
    gw_json_number(json, "prefill_frac", s->prefill_frac);
    gw_json_number(json, "kv_token_B", s->kv_token_B);
    gw_json_number(json, "weights_B", s->weights_B);
    gw_json_number(json, "cache_B", s->cache_B);
    gw_json_number(json, "work_B", s->work_B);
    gw_json_number(json, "capacity_B", s->capacity_B);
    gw_json_text(json, "bottleneck", s->bottleneck);
}

void gw_serving_json(const gw_scenario *in, const gw_service *services, const char *key,
                     gw_json *json) {
    gw_json_object(json, key);
    for (int i = 0; i < in->serving.n; i++) {
        const gw_serving *entry = &in->serving.at[i];
        const gw_service *s = &services[i];
        gw_json_object(json, entry->head.name);
        gw_json_text(json, "model", entry->model.name);
        gw_json_text(json, "precision", gw_enum_precision.items[entry->precision].name);
        put_json(s, json);
        gw_json_end_object(json);
    }
    gw_json_end_object(json);
}
