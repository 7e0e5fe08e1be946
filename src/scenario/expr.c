/* scenario/expr.c: parser of written values. See expr.h for the grammar. */
#include "scenario/expr.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/special.h"

#define MAX_ARGS GW_DISCRETE_MAX

typedef struct slice {
    const char *at;
    size_t n;
} slice;

typedef struct context {
    const char *text; /* start of the whole value, for offsets */
    const gw_field *field;
    gw_unit field_unit;
    bool any_dim;
    int price_year;
    gw_expr_error *error;
} context;

static const struct {
    const char *name;
    gw_dist_kind kind;
    int n_args;
    const char *usage;
} forms[] = {
    {"uniform", GW_DIST_UNIFORM, 2, "uniform(low; high)"},
    {"triangular", GW_DIST_TRIANGULAR, 3, "triangular(min; mode; max)"},
    {"pert", GW_DIST_PERT, 3, "pert(min; mode; max)"},
    {"normal", GW_DIST_NORMAL, 2, "normal(mean; standard deviation)"},
    {"lognormal", GW_DIST_LOGNORMAL, 2, "lognormal(P50; P90)"},
    {"discrete", GW_DIST_DISCRETE, -1, "discrete(value = 30 %; value = 70 %)"},
};
enum { N_FORMS = sizeof forms / sizeof forms[0] };

static slice trim(slice s) {
    while (s.n > 0 && isspace((unsigned char)s.at[0])) {
        s.at++;
        s.n--;
    }
    while (s.n > 0 && isspace((unsigned char)s.at[s.n - 1])) {
        s.n--;
    }
    return s;
}

static gw_code fail(const context *cx, gw_code code, slice where, const char *hint, const char *fmt,
                    ...) GW_PRINTF(5, 6);
static gw_code fail(const context *cx, gw_code code, slice where, const char *hint, const char *fmt,
                    ...) {
    gw_expr_error *e = cx->error;
    e->code = code;
    e->offset = (size_t)(where.at - cx->text);
    va_list args;
    va_start(args, fmt);
    vsnprintf(e->msg, sizeof e->msg, fmt, args);
    va_end(args);
    snprintf(e->hint, sizeof e->hint, "%s", hint == NULL ? "" : hint);
    return code;
}

static bool looks_like_date(slice s) {
    if (s.n < 4 || s.n > 10) {
        return false;
    }
    for (int i = 0; i < 4; i++) {
        if (!isdigit((unsigned char)s.at[i])) {
            return false;
        }
    }
    return s.n == 4 || s.at[4] == '-';
}

static gw_code parse_date(const context *cx, slice s, double *date_d) {
    char copy[32];
    if (s.n >= sizeof copy) {
        return fail(cx, GW_E_SYNTAX, s, "write 2026, 2026-Q3, 2026-06 or 2026-06-30",
                    "`%.*s` is not a date", (int)s.n, s.at);
    }
    memcpy(copy, s.at, s.n);
    copy[s.n] = '\0';
    gw_code code = gw_date_parse(copy, cx->field->date_part, date_d);
    if (code != GW_OK) {
        return fail(cx, code, s, "write 2026, 2026-Q3, 2026-06 or 2026-06-30", "`%s` is not a date",
                    copy);
    }
    return GW_OK;
}

static gw_code check_dim(const context *cx, slice s, const gw_quantity *q, const gw_unit *want) {
    char got[64], due[64];
    if (gw_dim_equal(q->unit.dim, want->dim)) {
        return GW_OK;
    }
    const char *unit = cx->field->unit == NULL ? "d" : cx->field->unit; /* dates have none */
    char hint[120];
    if (!q->had_unit) {
        snprintf(hint, sizeof hint, "write it with a unit, for example `%.*s %s`", (int)s.n, s.at,
                 unit);
        return fail(cx, GW_E_UNIT, s, hint, "`%.*s` has no unit; %s is due here", (int)s.n, s.at,
                    gw_dim_name(want->dim, due, sizeof due));
    }
    if (unit[0] == '\0') {
        snprintf(hint, sizeof hint, "write the number without a unit");
    } else {
        snprintf(hint, sizeof hint, "use a unit such as %s", unit);
    }
    return fail(cx, GW_E_UNIT, s, hint, "`%.*s` is %s; %s is due here", (int)s.n, s.at,
                gw_dim_name(q->unit.dim, got, sizeof got), gw_dim_name(want->dim, due, sizeof due));
}

/* A quantity in SI of the wanted unit; differences (want->offset 0) refuse degrees with an offset.
 */
static gw_code parse_quantity(const context *cx, slice s, const gw_unit *want, bool any,
                              gw_quantity *q) {
    char msg[160], hint[120];
    hint[0] = '\0';
    gw_code code = gw_quantity_parse(s.at, s.n, q, msg, sizeof msg, hint, sizeof hint);
    if (code != GW_OK) {
        return fail(cx, code, s, hint, "%s", msg);
    }
    if (!any) {
        GW_TRY(check_dim(cx, s, q, want));
        if (want->offset == 0.0 && q->unit.offset != 0.0) {
            return fail(cx, GW_E_UNIT, s, "write it in K",
                        "`%.*s` is a temperature; a temperature difference is due here", (int)s.n,
                        s.at);
        }
    }
    double usd = q->unit.dim.e[GW_DIM_usd];
    if (usd != 0.0 && q->unit.price_year != 0) {
        double ratio = gw_price_index_ratio(q->unit.price_year, cx->price_year);
        if (isnan(ratio)) {
            return fail(cx, GW_E_RANGE, s, "price years from 2015 to 2040 are known",
                        "prices of %d cannot be put into money of %d", q->unit.price_year,
                        cx->price_year);
        }
        q->si *= pow(ratio, usd);
    }
    return GW_OK;
}

static gw_code parse_scalar(const context *cx, slice s, double *si, gw_dim *dim) {
    if (cx->field->kind == GW_KIND_DATE) {
        return parse_date(cx, s, si);
    }
    gw_quantity q;
    GW_TRY(parse_quantity(cx, s, &cx->field_unit, cx->any_dim, &q));
    *si = q.si;
    *dim = q.unit.dim;
    return GW_OK;
}

/* A spread: a difference in the field's unit, in days for dates. */
static gw_code parse_difference(const context *cx, slice s, double *si) {
    gw_unit want = cx->field_unit;
    want.offset = 0.0;
    gw_quantity q;
    GW_TRY(parse_quantity(cx, s, &want, cx->any_dim, &q));
    *si = cx->field->kind == GW_KIND_DATE ? q.si / GW_DAY_s : q.si;
    return GW_OK;
}

static int split_args(slice inside, slice *args) {
    int n = 0, depth = 0;
    bool has_semicolon = memchr(inside.at, ';', inside.n) != NULL;
    slice rest = inside;
    for (size_t i = 0; i <= rest.n; i++) {
        bool end = i == rest.n;
        char c = end ? '\0' : rest.at[i];
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        if (end || (depth == 0 && (c == ';' || (c == ',' && !has_semicolon)))) {
            if (n == MAX_ARGS) {
                return MAX_ARGS + 1;
            }
            args[n++] = trim((slice){rest.at, i});
            if (end) {
                break;
            }
            rest.at += i + 1;
            rest.n -= i + 1;
            i = (size_t)-1;
        }
    }
    return n;
}

static gw_code parse_discrete(const context *cx, slice *args, int n, gw_expr *out) {
    double total = 0.0;
    for (int i = 0; i < n; i++) {
        const char *eq = memchr(args[i].at, '=', args[i].n);
        if (eq == NULL) {
            return fail(cx, GW_E_SYNTAX, args[i], "discrete(value = 30 %; value = 70 %)",
                        "`%.*s` has no probability", (int)args[i].n, args[i].at);
        }
        slice value = trim((slice){args[i].at, (size_t)(eq - args[i].at)});
        slice share = trim((slice){eq + 1, args[i].n - (size_t)(eq + 1 - args[i].at)});
        gw_quantity p;
        gw_unit none = {.scale = 1.0};
        GW_TRY(parse_scalar(cx, value, &out->dist.a[i], &out->dim));
        GW_TRY(parse_quantity(cx, share, &none, false, &p));
        out->dist.p[i] = p.si;
        total += p.si;
    }
    if (!(fabs(total - 1.0) < 1e-6)) {
        return fail(cx, GW_E_RANGE, args[0], "they must add up to 100 %",
                    "the probabilities add up to %.4g %%", 100.0 * total);
    }
    for (int i = 0; i < n; i++) {
        out->dist.p[i] /= total;
    }
    out->dist.n = n;
    return GW_OK;
}

static gw_code parse_form(const context *cx, int form, slice call, slice inside, gw_expr *out) {
    slice args[MAX_ARGS];
    int n = split_args(inside, args);
    char hint[80];
    snprintf(hint, sizeof hint, "write %s", forms[form].usage);
    if (n > MAX_ARGS || (forms[form].n_args > 0 && n != forms[form].n_args)) {
        return fail(cx, GW_E_SYNTAX, call, hint, "%s takes %d arguments, not %d", forms[form].name,
                    forms[form].n_args > 0 ? forms[form].n_args : MAX_ARGS, n);
    }
    out->dist = (gw_dist){.kind = forms[form].kind};
    if (forms[form].kind == GW_DIST_DISCRETE) {
        GW_TRY(parse_discrete(cx, args, n, out));
    } else {
        for (int i = 0; i < n; i++) {
            bool spread = forms[form].kind == GW_DIST_NORMAL && i == 1;
            GW_TRY(spread ? parse_difference(cx, args[i], &out->dist.a[i])
                          : parse_scalar(cx, args[i], &out->dist.a[i], &out->dim));
        }
    }
    const char *problem = gw_dist_problem(&out->dist);
    if (problem != NULL) {
        return fail(cx, GW_E_RANGE, call, hint, "%s: %s", forms[form].name, problem);
    }
    return GW_OK;
}

/* "name(...)": the form's number, or -1. */
static int find_form(slice s, slice *inside) {
    const char *open = memchr(s.at, '(', s.n);
    if (open == NULL || s.at[s.n - 1] != ')') {
        return -1;
    }
    slice name = trim((slice){s.at, (size_t)(open - s.at)});
    for (int i = 0; i < N_FORMS; i++) {
        if (strlen(forms[i].name) == name.n && strncmp(forms[i].name, name.at, name.n) == 0) {
            *inside = (slice){open + 1, (size_t)(s.at + s.n - 1 - (open + 1))};
            return i;
        }
    }
    return -1;
}

/* "+-" or the plus-minus sign in UTF-8; returns its length and place, or 0. */
static size_t find_plus_minus(slice s, size_t *place) {
    for (size_t i = 1; i + 1 < s.n; i++) {
        if (s.at[i] == '+' && s.at[i + 1] == '-') {
            *place = i;
            return 2;
        }
        if ((unsigned char)s.at[i] == 0xC2 && (unsigned char)s.at[i + 1] == 0xB1) {
            *place = i;
            return 2;
        }
    }
    return 0;
}

static gw_code parse_plus_minus(const context *cx, slice left, slice right, gw_expr *out) {
    double centre = 0.0, half = 0.0;
    GW_TRY(parse_scalar(cx, left, &centre, &out->dim));
    bool percent = right.n > 0 && right.at[right.n - 1] == '%';
    bool field_is_share = cx->field->unit != NULL && strcmp(cx->field->unit, "%") == 0;
    if (percent && cx->field->kind != GW_KIND_DATE && !field_is_share) {
        gw_quantity q;
        gw_unit none = {.scale = 1.0};
        GW_TRY(parse_quantity(cx, right, &none, false, &q));
        half = q.si * fabs(centre);
    } else {
        GW_TRY(parse_difference(cx, right, &half));
    }
    if (!(half >= 0.0)) {
        return fail(cx, GW_E_RANGE, right, NULL, "the spread after +- must not be negative");
    }
    out->dist = (gw_dist){.kind = half > 0.0 ? GW_DIST_NORMAL : GW_DIST_CONST};
    out->dist.a[0] = centre;
    out->dist.a[1] = half / gw_normal_quantile(0.9);
    return GW_OK;
}

static gw_code unknown_form(const context *cx, slice s) {
    const char *open = memchr(s.at, '(', s.n);
    slice name = trim((slice){s.at, (size_t)(open - s.at)});
    if (s.at[s.n - 1] != ')') {
        return fail(cx, GW_E_SYNTAX, s,
                    "inside { } or [ ] separate the arguments with `;`, for YAML takes the comma",
                    "the bracket in `%.*s` is not closed", (int)s.n, s.at);
    }
    return fail(cx, GW_E_SYNTAX, s, "known: uniform, triangular, pert, normal, lognormal, discrete",
                "`%.*s` is not a distribution", (int)name.n, name.at);
}

/* "DATE + form" or "DATE + quantity". */
static gw_code parse_date_sum(const context *cx, slice left, slice right, gw_expr *out) {
    double date_d = 0.0;
    GW_TRY(parse_date(cx, left, &date_d));
    gw_field delay = *cx->field;
    delay.kind = GW_KIND_NUM;
    delay.unit = "d";
    context inner = *cx;
    inner.field = &delay;
    slice inside;
    int form = right.n > 0 ? find_form(right, &inside) : -1;
    if (form >= 0) {
        GW_TRY(parse_form(&inner, form, right, inside, out));
    } else if (right.n > 0 && memchr(right.at, '(', right.n) != NULL) {
        return unknown_form(&inner, right);
    } else {
        out->dist = (gw_dist){.kind = GW_DIST_CONST};
        GW_TRY(parse_scalar(&inner, right, &out->dist.a[0], &out->dim));
    }
    int n = out->dist.kind == GW_DIST_DISCRETE ? out->dist.n : 3;
    for (int i = 0; i < n; i++) {
        out->dist.a[i] /= GW_DAY_s;
    }
    out->dist.shift = date_d;
    if (out->dist.kind == GW_DIST_CONST) {
        out->dist.a[0] += date_d;
        out->dist.shift = 0.0;
    }
    return GW_OK;
}

static gw_code parse_any(const char *text, size_t n, const gw_field *field, int price_year,
                         gw_expr *out, gw_expr_error *error) {
    context cx = {.text = text, .field = field, .price_year = price_year, .error = error};
    const char *unit = field->kind == GW_KIND_DATE ? "d" : field->unit;
    const char *bad = NULL;
    cx.any_dim = strcmp(unit, "*") == 0;
    cx.field_unit.scale = 1.0;
    if (!cx.any_dim && gw_unit_parse(unit, strlen(unit), &cx.field_unit, &bad) != GW_OK) {
        return fail(&cx, GW_E_BUG, (slice){text, n}, NULL, "field unit `%s` is unknown", unit);
    }
    *out = (gw_expr){.dim = cx.field_unit.dim};
    slice s = trim((slice){text, n});
    if (s.n == 0) {
        return fail(&cx, GW_E_SYNTAX, s, NULL, "a value is missing");
    }
    slice inside;
    int form = find_form(s, &inside);
    if (form >= 0) {
        return parse_form(&cx, form, s, inside, out);
    }
    size_t place = 0;
    size_t n_sign = find_plus_minus(s, &place);
    if (n_sign > 0) {
        slice right = {s.at + place + n_sign, s.n - place - n_sign};
        return parse_plus_minus(&cx, trim((slice){s.at, place}), trim(right), out);
    }
    if (field->kind == GW_KIND_DATE) {
        const char *plus = memchr(s.at, '+', s.n);
        if (plus != NULL) {
            slice left = trim((slice){s.at, (size_t)(plus - s.at)});
            slice right = trim((slice){plus + 1, s.n - (size_t)(plus + 1 - s.at)});
            if (looks_like_date(left)) {
                return parse_date_sum(&cx, left, right, out);
            }
        }
    }
    if (memchr(s.at, '(', s.n) != NULL) {
        return unknown_form(&cx, s);
    }
    out->dist = (gw_dist){.kind = GW_DIST_CONST};
    return parse_scalar(&cx, s, &out->dist.a[0], &out->dim);
}

/* What is accepted can be drawn: no conversion, sum or width of legal parts may have overflowed. */
gw_code gw_expr_parse(const char *text, size_t n, const gw_field *field, int price_year,
                      gw_expr *out, gw_expr_error *error) {
    GW_TRY(parse_any(text, n, field, price_year, out, error));
    const gw_dist *dist = &out->dist;
    if (gw_dist_problem(dist) != NULL || !isfinite(gw_dist_quantile(dist, 0.5)) ||
        !isfinite(gw_dist_quantile(dist, 0.25)) || !isfinite(gw_dist_quantile(dist, 0.75))) {
        context cx = {.text = text, .field = field, .price_year = price_year, .error = error};
        return fail(&cx, GW_E_RANGE, trim((slice){text, n}), NULL, "the value is out of range");
    }
    return GW_OK;
}

gw_provenance gw_provenance_split(const char *text) {
    gw_provenance out = {0};
    const char *at = NULL;
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '@' && (p == text || isspace((unsigned char)p[-1]))) {
            at = p;
            break;
        }
    }
    slice value = trim((slice){text, at == NULL ? strlen(text) : (size_t)(at - text)});
    out.n_value = (size_t)(value.at + value.n - text);
    if (at == NULL) {
        return out;
    }
    const char *p = at + 1;
    out.source = p;
    out.n_source = strcspn(p, ":( ");
    p += out.n_source;
    if (*p == ':') {
        out.grade = ++p;
        out.n_grade = strcspn(p, "( ");
        p += out.n_grade;
    }
    while (isspace((unsigned char)*p)) {
        p++;
    }
    if (*p == '(') {
        slice note = trim((slice){p + 1, strlen(p + 1)});
        out.malformed = note.n == 0 || note.at[note.n - 1] != ')';
        out.note = note.at;
        out.n_note = note.n > 0 ? note.n - 1 : 0;
    } else if (*p != '\0') {
        out.malformed = true;
    }
    return out;
}
