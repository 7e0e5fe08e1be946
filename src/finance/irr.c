/* finance/irr.c: all internal rates of return, isolated by Rolle's theorem.
 * In:    a cash flow in equal periods.
 * Out:   every root, ascending, and a sentence unless it is unique.
 * Model: with s = ln(1 + rate) per period the worth is an exponential sum g(s) = sum c[k] exp(-k
 *        s), which has no more real roots than c has changes of sign, V. Let t lie between the last
 *        coefficient before a change of sign and the first after it. The derivative of exp(t s)
 *        g(s) is exp(t s) g1(s), where g1 has the coefficients (t - k) c[k] and one change of sign
 *        less. Between two neighbouring roots of g1 the function exp(t s) g(s) is monotone, so g
 *        has at most one root there, found by its sign at the two ends. Doing this for V, V-1, ...
 *        0 changes finds every root: nothing depends on a starting value or on the width of a grid.
 *        A root of g1 at which g vanishes too is a rate at which the worth touches zero without
 *        crossing it. An investment whose running sum changes its sign once takes a shorter way: one
 *        bracket (find_simple).
 * Valid: rates of -99 % to 1000 % a year; up to 4096 periods and 64 changes of sign. Roots closer
 *        together than rounding allows (about 1e-6 of the rate) are reported as one.
 * Derivation: Descartes' rule for exponential sums (Laguerre 1883; see also Polya and Szego,
 *        Problems and Theorems in Analysis II, part V, problems 77-80). Oracles: tests of
 *        numpy-financial (BSD). */
#include "finance/irr.h"

#include <math.h>
#include <stdbool.h>

#include "base/code.h"

static const double LOWEST_RATE = -0.99; /* per year */
static const double HIGHEST_RATE = 10.0;

/* Relative error of a sum of up to GW_IRR_FLOWS_MAX terms is below terms x 2^-53; this leaves some
 * room. */
static const double ROUNDING = 1e-12;

typedef struct series {
    const double *c; /* [n] coefficients of the flow */
    int n;
    const double *turns; /* [n_turns] the t of each differentiation that is applied */
    int n_turns;
} series;

typedef struct value {
    double sum;   /* worth, scaled by a positive factor */
    double error; /* rounding error of sum, at most */
} value;

int gw_irr_sign_changes(const double *flow, int n) {
    int changes = 0;
    double last = 0.0;
    for (int k = 0; k < n; k++) {
        if (flow[k] != 0.0) {
            changes += last * flow[k] < 0.0;
            last = flow[k] > 0.0 ? 1.0 : -1.0;
        }
    }
    return changes;
}

/* Horner from the end with the smaller powers, so that nothing overflows. */
static value evaluate(const double *c, int n, double s) {
    double sum = 0.0;
    double size = 0.0;
    double x = exp(-fabs(s));
    for (int i = 0; i < n; i++) {
        double ck = s >= 0.0 ? c[n - 1 - i] : c[i];
        sum = sum * x + ck;
        size = size * x + fabs(ck);
    }
    return (value){sum, ROUNDING * size};
}

/* Sign of a value, 0 where rounding leaves it open. */
static int sign_of(value v) {
    return fabs(v.sum) <= v.error ? 0 : (v.sum > 0.0 ? 1 : -1);
}

/* Root in [a, b] with values of opposite sign there: regula falsi after Anderson and Bjorck (BIT
 * 13, 1973); every fourth step is a bisection, so that 200 steps always suffice. */
static double find_between(const double *c, int n, double a, double b, double at_a, double at_b) {
    double width = b - a;
    int side = 0; /* which end moved last: -1 a, +1 b */
    for (int i = 0; i < 200 && b - a > 1e-15 * width; i++) {
        double s = i % 4 == 3 ? 0.5 * (a + b) : (a * at_b - b * at_a) / (at_b - at_a);
        if (!(s > a && s < b)) {
            s = 0.5 * (a + b);
        }
        value at_s = evaluate(c, n, s);
        if (fabs(at_s.sum) <= 1e-4 * at_s.error) {
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

/* Coefficients of the flow after the differentiations of one level. */
static void differentiate(const series *flow, int n_turns, double *c) {
    for (int k = 0; k < flow->n; k++) {
        double ck = flow->c[k];
        for (int j = 0; j < n_turns; j++) {
            ck *= (flow->turns[j] - k) / flow->n;
        }
        c[k] = ck;
    }
}

/* Roots of one level in the open interval (low, high), from the roots of its derivative. */
static int roots_between(const double *c, int n, double low, double high, const double *turning,
                         int n_turning, double *roots) {
    int n_roots = 0;
    double a = low;
    value at_a = evaluate(c, n, a);
    for (int i = 0; i <= n_turning; i++) {
        double b = i < n_turning ? turning[i] : high;
        value at_b = evaluate(c, n, b);
        if (sign_of(at_a) * sign_of(at_b) < 0) {
            roots[n_roots++] = find_between(c, n, a, b, at_a.sum, at_b.sum);
        } else if (i < n_turning && sign_of(at_b) == 0) {
            roots[n_roots++] = b;
        }
        a = b;
        at_a = at_b;
    }
    return n_roots;
}

static const char *explain_none(const double *flow, int n, int changes) {
    if (changes > 0) {
        return "no rate between -99 % and 1000 % a year makes the cash flow worth nothing";
    }
    for (int k = 0; k < n; k++) {
        if (flow[k] < 0.0) {
            return "money is only paid, never received: there is no rate of return";
        }
        if (flow[k] > 0.0) {
            return "money is only received, never paid: there is no rate of return";
        }
    }
    return "there is no cash flow";
}

/* The t of each change of sign: halfway between the two coefficients that differ. */
static int find_turns(const double *flow, int n, double *turns) {
    int n_turns = 0;
    int last = -1;
    for (int k = 0; k < n; k++) {
        if (flow[k] == 0.0) {
            continue;
        }
        if (last >= 0 && (flow[last] > 0.0) != (flow[k] > 0.0)) {
            turns[n_turns++] = 0.5 * (last + k);
        }
        last = k;
    }
    return n_turns;
}

static gw_irr none(const char *problem) {
    return (gw_irr){.n = 0, .problem = problem};
}

gw_irr gw_irr_find(const double *flow, int n, double periods_per_year) {
    for (int k = 0; k < n; k++) {
        if (!isfinite(flow[k])) {
            return none("a part of the cash flow is unknown");
        }
    }
    if (n > GW_IRR_FLOWS_MAX || !(periods_per_year > 0.0)) {
        return none("the cash flow is too long for a rate of return");
    }
    int changes = gw_irr_sign_changes(flow, n);
    if (changes == 0) {
        return none(explain_none(flow, n, changes));
    }
    if (changes > GW_IRR_CHANGES_MAX) {
        return none(
            "the cash flow changes its sign more than 64 times: no rate of return is meaningful");
    }
    double turns[GW_IRR_CHANGES_MAX] = {0};
    double c[GW_IRR_FLOWS_MAX];
    double roots[2][GW_IRR_CHANGES_MAX + 1] = {{0}};
    series all = {flow, n, turns, find_turns(flow, n, turns)};
    double low = log1p(LOWEST_RATE) / periods_per_year;
    double high = log1p(HIGHEST_RATE) / periods_per_year;
    int n_roots = 0;
    /* From the deepest derivative with roots up to the flow itself. */
    for (int level = changes - 1; level >= 0; level--) {
        differentiate(&all, level, c);
        n_roots = roots_between(c, n, low, high, roots[(level + 1) % 2], n_roots, roots[level % 2]);
    }
    gw_irr out = {.n = n_roots < GW_IRR_MAX ? n_roots : GW_IRR_MAX};
    for (int i = 0; i < out.n; i++) {
        out.root[i] = expm1(roots[0][i] * periods_per_year);
    }
    if (n_roots == 0) {
        out.problem = explain_none(flow, n, changes);
    } else if (n_roots > 1) {
        out.problem = "more than one rate makes the cash flow worth nothing: none of them is a "
                      "rate of return";
    }
    return out;
}

/* The common case: money goes out first and the running sum changes its sign once, to a profit. Then
 * one rate is positive (Norstrom, J. Fin. Quant. Anal. 7, 1972), and it is bracketed by zero and the
 * highest rate. n = 0 if this does not decide. */
static gw_irr find_simple(const double *flow, int n, double periods_per_year) {
    double sum = 0.0;
    bool positive = false;
    int changes = 0;
    for (int k = 0; k < n; k++) {
        sum += flow[k];
        if (sum != 0.0 && (sum > 0.0) != positive) {
            positive = !positive;
            changes++;
        }
    }
    if (changes != 1 || !positive || !isfinite(sum) || n > GW_IRR_FLOWS_MAX) {
        return none(NULL);
    }
    double high = log1p(HIGHEST_RATE) / periods_per_year;
    value at_zero = evaluate(flow, n, 0.0);
    value at_high = evaluate(flow, n, high);
    if (sign_of(at_zero) <= 0 || sign_of(at_high) >= 0) {
        return none(NULL);
    }
    double s = find_between(flow, n, 0.0, high, at_zero.sum, at_high.sum);
    return (gw_irr){.n = 1, .root = {expm1(s * periods_per_year)}};
}

gw_irr gw_irr_of_investment(const double *flow, int n, double periods_per_year) {
    gw_irr simple = find_simple(flow, n, periods_per_year);
    if (simple.n == 1) {
        return simple;
    }
    gw_irr irr = gw_irr_find(flow, n, periods_per_year);
    int k = 0;
    while (k < n && flow[k] == 0.0) {
        k++;
    }
    if (irr.n > 1 && irr.n < GW_IRR_MAX && irr.root[irr.n - 2] < 0.0 && flow[k] < 0.0) {
        irr = (gw_irr){.n = 1, .root = {irr.root[irr.n - 1]}};
    }
    return irr;
}
