/* report/words.c: numbers as people read them.
 * In: SI values and display units.   Out: short texts.
 * Valid: any number; NaN gives "-". */
#include "report/words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/units.h"

#define COLUMNS 80

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
    char *micro = strstr(w.text, " u"); /* only "micro" begins so */
    if (unit != NULL && micro != NULL && strlen(w.text) + 2 < sizeof w.text) {
        memmove(micro + 3, micro + 2, strlen(micro + 2) + 1);
        micro[1] = '\xC2';
        micro[2] = '\xB5';
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

static const char *unit_of(const gw_words *w) {
    return w->text + unit_at(w->text);
}

/* `x` with three significant digits, without an exponent and with no more than six decimals. */
static void print_number(double x, char *out, size_t n) {
    int before = x == 0.0 ? 3 : (int)floor(log10(fabs(x))) + 1;
    int decimals = 3 - before;
    snprintf(out, n, "%.*f", decimals < 0 ? 0 : decimals > 6 ? 6 : decimals, x);
}

/* Texts of n values, all in the unit of the largest where that is a unit without an offset. */
static void in_one_unit(const double *x, int n, const char *unit, gw_words *texts) {
    int top = 0;
    bool is_shared = true;
    for (int i = 0; i < n; i++) {
        texts[i] = gw_words_value(x[i], unit);
        top = fabs(x[i]) > fabs(x[top]) ? i : top;
        is_shared = is_shared && strcmp(unit_of(&texts[i]), unit_of(&texts[0])) == 0;
    }
    if (unit == NULL || is_shared) {
        return;
    }
    char raw[96]; /* as the parser reads it */
    char one[100];
    char why[96];
    gw_quantity scale;
    gw_quantity_format(x[top], unit, raw, sizeof raw);
    snprintf(one, sizeof one, "1%.90s", raw + unit_at(raw));
    if (gw_quantity_parse(one, strlen(one), &scale, why, sizeof why, NULL, 0) != GW_OK ||
        scale.unit.offset != 0.0 || !(scale.si > 0.0)) {
        return;
    }
    for (int i = 0; i < n; i++) {
        if (isfinite(x[i]) && strcmp(unit_of(&texts[i]), unit_of(&texts[top])) != 0) {
            char number[40];
            print_number(x[i] / scale.si, number, sizeof number);
            snprintf(texts[i].text, sizeof texts[i].text, "%.39s%.50s", number,
                     unit_of(&texts[top]));
        }
    }
}

/* "1.02 - 1.31 GW" of the two texts; "-5 to -3": no dash next to a minus. */
static gw_words range_of(const gw_words *a, const gw_words *b, bool is_date) {
    gw_words w;
    if (strcmp(a->text, b->text) == 0) {
        return *a;
    }
    bool is_shared = !is_date && strcmp(unit_of(a), unit_of(b)) == 0;
    snprintf(w.text, sizeof w.text, "%.*s %s %.40s", (int)(is_shared ? unit_at(a->text) : 40),
             a->text, a->text[0] == '-' ? "to" : GW_DASH, b->text);
    return w;
}

gw_words gw_words_range(double low, double high, const char *unit) {
    const double ends[] = {low, high};
    gw_words texts[2];
    in_one_unit(ends, 2, unit, texts);
    return range_of(&texts[0], &texts[1], unit == NULL);
}

gw_words gw_words_interval(gw_summary s, const char *unit) {
    gw_words w;
    if (s.n == 0) {
        snprintf(w.text, sizeof w.text, "none");
        return w;
    }
    const double values[] = {s.p50, s.p10, s.p90};
    gw_words texts[3];
    in_one_unit(values, 3, unit, texts);
    int used = snprintf(w.text, sizeof w.text, "%.36s", texts[0].text);
    if (strcmp(texts[1].text, texts[2].text) != 0) {
        gw_words range = range_of(&texts[1], &texts[2], unit == NULL);
        const char *mid = unit_of(&texts[0]);
        bool is_shared = unit != NULL && strcmp(unit_of(&texts[1]), mid) == 0 &&
                         strcmp(unit_of(&texts[2]), mid) == 0;
        size_t n = strlen(range.text) - (is_shared ? strlen(mid) : 0);
        used +=
            snprintf(w.text + used, sizeof w.text - (size_t)used, " [%.*s]", (int)n, range.text);
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
    } else if (frac > 0.0 && frac <= 0.005) {
        snprintf(w.text, sizeof w.text, "under 1 %%");
    } else if (frac < 1.0 && frac >= 0.995) {
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

gw_words gw_words_years(double seconds) {
    gw_words w;
    snprintf(w.text, sizeof w.text, "%.3g", seconds / (GW_YEAR_d * GW_DAY_s));
    return w;
}

gw_words gw_words_month(int month) {
    static const char *const names[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};
    gw_words w;
    snprintf(w.text, sizeof w.text, "%s %d", names[gw_month_of_year(month)], month / 12);
    return w;
}

const char *gw_words_stop(const char *sentence) {
    size_t n = strlen(sentence);
    return n > 0 && (sentence[n - 1] == '.' || sentence[n - 1] == '?') ? "" : ".";
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

int gw_words_columns(const char *text, size_t n) {
    int columns = 0;
    for (size_t i = 0; i < n; i++) {
        columns += ((unsigned char)text[i] & 0xC0) != 0x80;
    }
    return columns;
}

void gw_words_wrap(gw_buf *out, const char *label, int indent, const char *text) {
    gw_buf_printf(out, "%-*s", indent, label);
    int column = indent;
    while (*text != '\0') {
        size_t n = strcspn(text, " ");
        int wide = gw_words_columns(text, n);
        if (column > indent && column + 1 + wide > COLUMNS) {
            gw_buf_printf(out, "\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            gw_buf_addc(out, ' ');
            column++;
        }
        gw_buf_addn(out, text, n);
        column += wide;
        text += n + (text[n] == ' ');
    }
    gw_buf_addc(out, '\n');
}
