/* finance/flows_roots.c: every rate of return of a cash flow at any points in time.
 * In:    flow[n] at ascending times.
 * Out:   all rates, ascending, or the reason why there is none.
 * Model: with s = ln(1 + rate) the worth is an exponential sum g(s) = sum c[k] exp(-t[k] s); times
 *        need not be whole. Descartes' rule holds for such sums: g has no more roots than c has
 *        changes of sign, V. For a u between the two times of one change of sign, the derivative of
 *        exp(u s) g(s) is exp(u s) g1(s), where g1 has the coefficients (u - t[k]) c[k] and V - 1
 *        changes. Between two neighbouring roots of g1 the function exp(u s) g(s) is monotone, so g
 *        has at most one root there, and its sign at the two ends tells whether it has. From 0
 *        changes (no root) upwards this finds every root of g: no grid, no starting value. A root
 *        of g1 at which g vanishes too is a rate at which the worth touches zero: listed once.
 * Valid: rates of GW_FLOW_RATE_LOW to GW_FLOW_RATE_HIGH per period, up to GW_FLOW_CHANGES_MAX
 *        changes of sign. Roots closer together than rounding allows (about 1e-6) count as one.
 * Derivation: Laguerre 1883; Polya and Szego, Problems and Theorems in Analysis II, part V,
 *        problems
 *        77-80. The same proof for equal periods: irr.c. Oracles: numpy-financial's tests (BSD). */
#include <math.h>

#include "base/code.h"
#include "finance/flows.h"

/* A sum of up to GW_FLOWS_MAX terms with exponents of up to about 40 that count. */
static const double ROUNDING = 1e-12;

typedef struct sum {
    int n;
    const double *t; /* [n] ascending */
    double *c;       /* [n] */
} sum;

typedef struct value {
    double sum, error;
} value;

/* Scaled by a positive factor so that no term exceeds its coefficient. */
static value evaluate(const sum *g, double s) {
    double from = s >= 0.0 ? g->t[0] : g->t[g->n - 1];
    value v = {0.0, 0.0};
    for (int k = 0; k < g->n; k++) {
        double term = g->c[k] * exp(-s * (g->t[k] - from));
        v.sum += term;
        v.error += ROUNDING * fabs(term);
    }
    return v;
}

static int sign_of(value v) {
    return fabs(v.sum) <= v.error ? 0 : (v.sum > 0.0 ? 1 : -1);
}

/* Regula falsi after Anderson and Bjorck (BIT 13, 1973); every fourth step halves. */
static double find_between(const sum *g, double a, double b, double at_a, double at_b) {
    double width = b - a;
    int side = 0;
    for (int i = 0; i < 200 && b - a > 1e-16 * width; i++) {
        double s = i % 4 == 3 ? 0.5 * (a + b) : (a * at_b - b * at_a) / (at_b - at_a);
        if (!(s > a && s < b)) {
            s = 0.5 * (a + b);
        }
        value at_s = evaluate(g, s);
        if (fabs(at_s.sum) <= 1e-5 * at_s.error || s == a || s == b) {
            return s;
        }
        bool moves_b = (at_s.sum > 0.0) == (at_b > 0.0);
        double shrink = 1.0 - at_s.sum / (moves_b ? at_b : at_a);
        shrink = shrink > 0.0 ? shrink : 0.5;
        if (moves_b) {
            at_a *= side == 1 ? shrink : 1.0;
            b = s;
            at_b = at_s.sum;
        } else {
            at_b *= side == -1 ? shrink : 1.0;
            a = s;
            at_a = at_s.sum;
        }
        side = moves_b ? 1 : -1;
    }
    return 0.5 * (a + b);
}

/* Roots in (low, high), from those of the derivative. */
static int roots_between(const sum *g, double low, double high, const double *turning,
                         int n_turning, double *roots) {
    int n_roots = 0;
    double a = low;
    value at_a = evaluate(g, a);
    for (int i = 0; i <= n_turning; i++) {
        double b = i < n_turning ? turning[i] : high;
        value at_b = evaluate(g, b);
        if (sign_of(at_a) * sign_of(at_b) < 0) {
            roots[n_roots++] = find_between(g, a, b, at_a.sum, at_b.sum);
        } else if (i < n_turning && sign_of(at_b) == 0 &&
                   (n_roots == 0 || b - roots[n_roots - 1] > 1e-9)) {
            roots[n_roots++] = b;
        }
        a = b;
        at_a = at_b;
    }
    return n_roots;
}

/* The non-zero flows, and a time between the two sides of each change of sign. */
static int take(const gw_payment *flow, int n, double *t, double *c, double *turns, int *changes) {
    int n_terms = 0;
    *changes = 0;
    for (int k = 0; k < n; k++) {
        if (flow[k].amount_usd == 0.0) {
            continue;
        }
        if (n_terms > 0 && (c[n_terms - 1] > 0.0) != (flow[k].amount_usd > 0.0)) {
            if (*changes < GW_FLOW_CHANGES_MAX) {
                turns[*changes] = 0.5 * (t[n_terms - 1] + flow[k].at);
            }
            ++*changes;
        }
        t[n_terms] = flow[k].at;
        c[n_terms++] = flow[k].amount_usd;
    }
    return n_terms;
}

static const char *explain_none(const double *c, int n_terms, int changes) {
    if (n_terms == 0) {
        return "there is no cash flow";
    }
    if (changes > GW_FLOW_CHANGES_MAX) {
        return "more than 64 changes of sign: no rate of return is meaningful";
    }
    if (changes > 0) {
        return "no rate makes it worth nothing: its worth has one sign at every rate";
    }
    return c[0] < 0.0 ? "no sign change: money only goes out"
                      : "no sign change: money only comes in";
}

gw_rates gw_payment_rates(const gw_payment *flow, int n, gw_arena *scratch) {
    gw_rates out = {0};
    double turns[GW_FLOW_CHANGES_MAX] = {0};
    double roots[2][GW_FLOW_CHANGES_MAX + 1] = {{0}};
    double *t = GW_NEW_N(scratch, (size_t)n + 1, double);
    double *c = GW_NEW_N(scratch, (size_t)n + 1, double);
    double *level_c = GW_NEW_N(scratch, (size_t)n + 1, double);
    for (int k = 0; k < n; k++) {
        if (!isfinite(flow[k].amount_usd) || !isfinite(flow[k].at)) {
            out.reason = "a part of the cash flow is unknown";
            return out;
        }
    }
    int n_terms = take(flow, n, t, c, turns, &out.changes);
    if (out.changes == 0 || out.changes > GW_FLOW_CHANGES_MAX) {
        out.reason = explain_none(c, n_terms, out.changes);
        return out;
    }
    double span = t[n_terms - 1] - t[0];
    double low = log1p(GW_FLOW_RATE_LOW), high = log1p(GW_FLOW_RATE_HIGH);
    sum g = {n_terms, t, level_c};
    int n_roots = 0;
    for (int level = out.changes - 1; level >= 0; level--) { /* from the deepest derivative up */
        for (int k = 0; k < n_terms; k++) {
            level_c[k] = c[k];
            for (int j = 0; j < level; j++) {
                level_c[k] *= (turns[j] - t[k]) / span;
            }
        }
        n_roots = roots_between(&g, low, high, roots[(level + 1) % 2], n_roots, roots[level % 2]);
    }
    out.n = n_roots;
    for (int i = 0; i < n_roots; i++) {
        out.rate[i] = expm1(roots[0][i]);
    }
    out.reason = n_roots > 0 ? NULL : explain_none(c, n_terms, out.changes);
    return out;
}
