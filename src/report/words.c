/* report/words.c: numbers as people read them.
 * In: SI values and display units.   Out: short texts.
 * Valid: any number; NaN gives "-". */
#include "report/words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/units.h"

gw_words gw_words_value(double value, const char *unit) {
    gw_words w;
    if (unit == NULL) {
        gw_date_format(value, w.text, sizeof w.text);
    } else if (unit[0] == '\0' && fabs(value) >= 1000.0) {
        /* A draw need not be whole: nobody counts parts of an accelerator. */
        gw_quantity_format(round(value), unit, w.text, sizeof w.text);
    } else {
        gw_quantity_format(value, unit, w.text, sizeof w.text);
    }
    char *cube = strstr(w.text, " m3");
    if (cube != NULL &&
        strlen(w.text) + 2 < sizeof w.text) { /* cubic metres as people write them */
        memmove(cube + 4, cube + 3, strlen(cube + 3) + 1);
        cube[2] = '\xC2';
        cube[3] = '\xB3';
    }
    return w;
}

gw_words gw_words_large(double count) {
    static const struct {
        double size;
        const char *name;
    } names[] = {{1e12, "trillion"}, {1e9, "billion"}, {1e6, "million"}};
    gw_words w;
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (fabs(count) >= names[i].size) {
            snprintf(w.text, sizeof w.text, "%.3g %s", count / names[i].size, names[i].name);
            return w;
        }
    }
    return gw_words_value(count, "");
}

gw_words gw_words_capital(const char *text) {
    gw_words w;
    snprintf(w.text, sizeof w.text, "%s", text);
    if (w.text[0] >= 'a' && w.text[0] <= 'z') {
        w.text[0] = (char)(w.text[0] - 'a' + 'A');
    }
    return w;
}

/* Position of the unit in "1.18 GW" (the blank), or the end. */
static size_t unit_at(const char *text) {
    const char *blank = strchr(text, ' ');
    return blank == NULL ? strlen(text) : (size_t)(blank - text);
}

gw_words gw_words_range(double low, double high, const char *unit) {
    gw_words a = gw_words_value(low, unit);
    gw_words b = gw_words_value(high, unit);
    gw_words w;
    if (strcmp(a.text, b.text) == 0) {
        return a;
    }
    size_t at = unit_at(a.text);
    bool is_shared = unit != NULL && strcmp(a.text + at, b.text + unit_at(b.text)) == 0;
    bool has_minus = unit != NULL && low < 0.0; /* "-5 to -3": no dash next to a minus */
    snprintf(w.text, sizeof w.text, "%.*s %s %.40s", (int)(is_shared ? at : 40), a.text,
             has_minus ? "to" : GW_DASH, b.text);
    return w;
}

gw_words gw_words_interval(gw_summary s, const char *unit) {
    gw_words w;
    if (s.n == 0) {
        snprintf(w.text, sizeof w.text, "none");
        return w;
    }
    gw_words mid = gw_words_value(s.p50, unit);
    int used = snprintf(w.text, sizeof w.text, "%.36s", mid.text);
    gw_words low = gw_words_value(s.p10, unit);
    gw_words high = gw_words_value(s.p90, unit);
    if (strcmp(low.text, high.text) != 0) {
        gw_words range = gw_words_range(s.p10, s.p90, unit);
        size_t blank = unit_at(mid.text);
        size_t n = strlen(range.text);
        size_t n_unit = strlen(mid.text + blank);
        bool ends_alike = unit != NULL && n > n_unit && n_unit > 0 &&
                          strcmp(range.text + n - n_unit, mid.text + blank) == 0 &&
                          strcmp(low.text + unit_at(low.text), mid.text + blank) == 0;
        used += snprintf(w.text + used, sizeof w.text - (size_t)used, " [%.*s]",
                         (int)(ends_alike ? n - n_unit : n), range.text);
    }
    if (s.n_none > 0) {
        double share = (double)s.n / (double)(s.n + s.n_none);
        snprintf(w.text + used, sizeof w.text - (size_t)used, " in %.12s of samples",
                 gw_words_share(share).text);
    }
    return w;
}

gw_summary gw_words_summary(const gw_result *r, gw_metric_id metric, int instance) {
    if (r->n_samples > 0) {
        return *gw_result_summary(r, metric, instance);
    }
    double x = r->base_row[r->model->metric_offset[metric] + instance];
    bool is_none = isnan(x);
    return (gw_summary){.p10 = x,
                        .p50 = x,
                        .p90 = x,
                        .mean = x,
                        .min = x,
                        .max = x,
                        .n = is_none ? 0 : 1,
                        .n_none = is_none ? 1 : 0};
}

const double *gw_words_series(const gw_result *r, gw_series_id id) {
    return r->n_samples > 0 ? r->series[id].p50 : r->series[id].base;
}

gw_words gw_words_share(double frac) {
    gw_words w;
    if (isnan(frac)) {
        snprintf(w.text, sizeof w.text, "-");
    } else if (frac > 0.0 && frac < 0.005) {
        snprintf(w.text, sizeof w.text, "under 1 %%");
    } else if (frac < 1.0 && frac > 0.995) {
        snprintf(w.text, sizeof w.text, "over 99 %%");
    } else {
        snprintf(w.text, sizeof w.text, "%.0f %%", 100.0 * frac);
    }
    return w;
}

gw_words gw_words_duration(double seconds) {
    gw_words w;
    double days = seconds / GW_DAY_s;
    if (isnan(seconds)) {
        snprintf(w.text, sizeof w.text, "-");
    } else if (fabs(seconds) < 120.0) {
        snprintf(w.text, sizeof w.text, "%.3g seconds", seconds);
    } else if (fabs(seconds) < 7200.0) {
        snprintf(w.text, sizeof w.text, "%.0f minutes", seconds / 60.0);
    } else if (fabs(days) < 3.0) {
        snprintf(w.text, sizeof w.text, "%.1f hours", seconds / 3600.0);
    } else if (fabs(days) < 100.0) {
        snprintf(w.text, sizeof w.text, "%.0f days", days);
    } else if (fabs(days) < 900.0) {
        snprintf(w.text, sizeof w.text, "%.0f months", days / (GW_YEAR_d / 12.0));
    } else {
        snprintf(w.text, sizeof w.text, "%.1f years", days / GW_YEAR_d);
    }
    return w;
}

gw_words gw_words_count(long n) {
    static const char *const small[] = {"no",    "one",   "two",  "three", "four",   "five",  "six",
                                        "seven", "eight", "nine", "ten",   "eleven", "twelve"};
    gw_words w;
    if (n >= 0 && n <= 12) {
        snprintf(w.text, sizeof w.text, "%s", small[n]);
    } else {
        gw_quantity_format((double)n, "", w.text, sizeof w.text);
    }
    return w;
}

const char *gw_words_plural(long n, const char *one, const char *many) {
    return n == 1 ? one : many;
}

bool gw_words_same(const char *a, const char *b) {
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

gw_words gw_words_plain(const char *name) {
    gw_words w;
    snprintf(w.text, sizeof w.text, "%s", name);
    for (char *p = w.text; *p != '\0'; p++) {
        *p = *p == '_' ? ' ' : *p;
    }
    return w;
}

const char *gw_words_title(const char *title, const gw_head *head) {
    return title != NULL && title[0] != '\0' ? title : head->name;
}

const char *gw_words_severity(gw_severity severity) {
    static const char *const names[] = {"note", "doubtful", "contradiction"};
    return names[severity];
}

const char *gw_words_quantity(gw_claim_quantity quantity) {
    static const char *const names[GW_N_CLAIM_QUANTITY] = {
        "power",       "accelerators", "cost",      "revenue per year",
        "date online", "duration",     "buildings", "households"};
    return names[quantity];
}

gw_words gw_words_wording(int wording) {
    bool is_mute = wording == GW_WORDING_PLAIN || wording == GW_WORDING_INTENDS;
    return is_mute ? (gw_words){""}
                   : gw_words_join(gw_words_plain(gw_enum_wording.items[wording].name).text, " ");
}

gw_words gw_words_join(const char *a, const char *b) {
    gw_words w;
    snprintf(w.text, sizeof w.text, "%s%s", a, b);
    return w;
}

/* Length of the next part of a path, up to the dot. */
static size_t part_length(const char *path) {
    return strcspn(path, ".");
}

static const gw_field *field_named(const gw_struct *type, const char *key, size_t n) {
    for (int i = 0; type != NULL && i < type->n_fields; i++) {
        if (strncmp(type->fields[i].key, key, n) == 0 && type->fields[i].key[n] == '\0') {
            return &type->fields[i];
        }
    }
    return NULL;
}

/* Names of entries and of the last field stay; names of maps ("sites", "buildings") go. */
gw_words gw_words_input(const char *path) {
    gw_words w = {""};
    size_t used = 0;
    const gw_struct *type = &gw_struct_scenario;
    bool is_entry = false; /* the next part is the name of a map's entry */
    for (const char *at = path; *at != '\0';) {
        size_t n = part_length(at);
        const gw_field *field = is_entry ? NULL : field_named(type, at, n);
        bool is_map = field != NULL && field->kind == GW_KIND_MAP;
        if (!is_map && used + n + 2 < sizeof w.text) {
            for (size_t i = 0; i < n + (used > 0); i++) {
                char c = i == 0 && used > 0 ? ' ' : at[i - (used > 0)];
                w.text[used + i] = c == '_' && !is_entry ? ' ' : c;
            }
            used += n + (used > 0);
            w.text[used] = '\0';
        }
        type = field != NULL && field->type != NULL ? field->type : type;
        is_entry = is_map;
        at += n + (at[n] == '.');
    }
    return w;
}

gw_words gw_words_input_value(const gw_value *input, double value) {
    return gw_words_value(value, input->field->kind == GW_KIND_DATE ? NULL : input->field->unit);
}

bool gw_words_is_number(const gw_value *v) {
    return v->used && v->text != NULL && v->slot >= 0;
}

bool gw_words_is_input(const gw_value *v) {
    bool is_text = v->field->kind == GW_KIND_TEXT || v->field->kind == GW_KIND_TEXTS;
    bool is_source = strncmp(v->path, "sources.", strlen("sources.")) == 0;
    return gw_words_is_number(v) ||
           (v->used && v->text != NULL && !v->from_default && !is_text && !is_source);
}

const char *gw_words_file(const char *path) {
    const char *slash = path == NULL ? NULL : strrchr(path, '/');
    return path == NULL ? "" : slash == NULL ? path : slash + 1;
}

double gw_words_clamped_share(const gw_result *r) {
    double n = (double)r->n_samples * r->model->n_uncertain;
    return n > 0.0 ? (double)r->n_clamped / n : 0.0;
}
