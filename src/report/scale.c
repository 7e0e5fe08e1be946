/* report/scale.c: axes of the charts.
 * In:   the range of the data (SI, days or ratios) and a display unit.
 * Out:  round ends, positions and labelled ticks.
 * Derivation: steps are 1, 2 or 5 times a power of ten, the smallest that gives no more than the
 * wanted intervals; dates step by 1, 2, 7, 14 days or 1, 3, 6, 12, 24, 60, 120 months. */
#include "report/scale.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/units.h"

double gw_scale_unit(double size, const char *unit, char *text, unsigned long n) {
    char shown[64];
    snprintf(text, n, "%s", unit);
    double as_is = unit[0] == '\0' ? 1.0 : gw_unit_scale(unit);
    if (!isfinite(size) || size == 0.0) {
        return as_is;
    }
    if (unit[0] == '\0') {
        bool is_large = fabs(size) >= 2e6;
        snprintf(text, n, "%s", is_large ? "million" : "");
        return is_large ? 1e6 : 1.0;
    }
    gw_quantity_format(size, unit, shown, sizeof shown);
    const char *space = strchr(shown, ' ');
    if (space == NULL) {
        return as_is;
    }
    char one[64];
    char msg[128];
    char hint[128];
    gw_quantity parsed;
    int n_one = snprintf(one, sizeof one, "1 %s%s", space[1] == '/' ? "1" : "", space + 1);
    if (gw_quantity_parse(one, (size_t)n_one, &parsed, msg, sizeof msg, hint, sizeof hint) !=
        GW_OK) {
        return as_is;
    }
    snprintf(text, n, "%s", space + 1);
    return parsed.si - parsed.unit.offset;
}

/* The smallest of 1, 2, 5 x 10^k that is at least x. */
static double round_up_125(double x) {
    double power = pow(10.0, floor(log10(x)));
    double lead = x / power;
    const double slack = 1.0 + 1e-9;
    return power * (lead <= slack         ? 1.0
                    : lead <= 2.0 * slack ? 2.0
                    : lead <= 5.0 * slack ? 5.0
                                          : 10.0);
}

static void put_in_order(double *lo, double *hi) {
    if (*hi < *lo) {
        double low = *hi;
        *hi = *lo;
        *lo = low;
    }
}

gw_scale gw_scale_linear(double lo, double hi, const char *unit, int n_ticks) {
    gw_scale s = {.kind = GW_SCALE_LINEAR, .px_hi = 1.0};
    if (!isfinite(lo) || !isfinite(hi)) {
        lo = 0.0;
        hi = 1.0;
    }
    put_in_order(&lo, &hi);
    if (!(hi > lo)) {
        double room = lo == 0.0 ? 1.0 : 0.1 * fabs(lo);
        lo -= lo == 0.0 ? 0.0 : room;
        hi += room;
    }
    s.unit_si = gw_scale_unit(fmax(fabs(lo), fabs(hi)), unit, s.unit, sizeof s.unit);
    double step = round_up_125((hi - lo) / s.unit_si / n_ticks);
    s.decimals = step >= 1.0 ? 0 : (int)ceil(-log10(step) - 1e-9);
    s.step = step * s.unit_si;
    s.lo = floor(lo / s.step + 1e-9) * s.step;
    s.hi = ceil(hi / s.step - 1e-9) * s.step;
    return s;
}

gw_scale gw_scale_date(double lo_d, double hi_d, int n_ticks) {
    static const int days[] = {1, 2, 7, 14};
    static const int months[] = {1, 3, 6, 12, 24, 60, 120};
    gw_scale s = {.kind = GW_SCALE_DATE, .px_hi = 1.0, .unit_si = 1.0};
    if (!isfinite(lo_d) || !isfinite(hi_d)) {
        lo_d = 0.0;
        hi_d = 365.0;
    }
    put_in_order(&lo_d, &hi_d);
    if (hi_d - lo_d < 4.0) {
        lo_d -= 2.0;
        hi_d += 2.0;
    }
    s.lo = lo_d;
    s.hi = hi_d;
    double wanted_d = (hi_d - lo_d) / n_ticks;
    for (unsigned i = 0; i < sizeof days / sizeof days[0]; i++) {
        if (days[i] >= wanted_d) {
            s.step = days[i];
            return s;
        }
    }
    s.step_months = months[sizeof months / sizeof months[0] - 1];
    for (unsigned i = sizeof months / sizeof months[0]; i-- > 0;) {
        if (months[i] * 31.0 >= wanted_d) {
            s.step_months = months[i];
        }
    }
    s.step = s.step_months;
    return s;
}

gw_scale gw_scale_log(double lo, double hi) {
    gw_scale s = {.kind = GW_SCALE_LOG, .px_hi = 1.0, .unit_si = 1.0};
    bool is_legal = lo > 0.0 && hi >= lo && isfinite(hi);
    lo = is_legal ? lo : 0.1;
    hi = is_legal ? hi : 10.0;
    s.hi = round_up_125(hi);
    s.lo = 1.0 / round_up_125(1.0 / lo);
    if (s.hi / s.lo < 3.9) {
        s.lo /= 2.0;
        s.hi *= 2.0;
    }
    return s;
}

gw_scale gw_scale_for(double lo, double hi, const char *unit, int n_ticks) {
    return unit == NULL ? gw_scale_date(lo, hi, n_ticks) : gw_scale_linear(lo, hi, unit, n_ticks);
}

double gw_scale_px(const gw_scale *s, double value) {
    if (isnan(value)) {
        return value;
    }
    double v = fmin(fmax(value, s->lo), s->hi);
    double share = s->kind == GW_SCALE_LOG ? log(v / s->lo) / log(s->hi / s->lo)
                                           : (v - s->lo) / (s->hi - s->lo);
    return s->px_lo + share * (s->px_hi - s->px_lo);
}

static int ticks_linear(const gw_scale *s, gw_tick *ticks) {
    int n = 0;
    long first = lround(s->lo / s->step);
    long last = lround(s->hi / s->step);
    for (long k = first; k <= last && n < GW_TICKS_MAX; k++, n++) {
        ticks[n].at = (double)k * s->step;
        double shown = ticks[n].at / s->unit_si;
        if (s->decimals == 0) {
            gw_quantity_format(round(shown), "", ticks[n].label, sizeof ticks[n].label);
        } else {
            snprintf(ticks[n].label, sizeof ticks[n].label, "%.*f", s->decimals, shown);
        }
    }
    return n;
}

static int ticks_log(const gw_scale *s, gw_tick *ticks) {
    static const double leads[] = {1.0, 2.0, 5.0};
    int n = 0;
    for (int power = -9; power <= 9; power++) {
        for (int i = 0; i < 3 && n < GW_TICKS_MAX; i++) {
            double at = leads[i] * pow(10.0, power);
            if (at > s->lo * 0.999 && at < s->hi * 1.001) {
                ticks[n].at = at;
                snprintf(ticks[n].label, sizeof ticks[n].label, "%g\xC3\x97", at);
                n++;
            }
        }
    }
    return n;
}

static int ticks_date(const gw_scale *s, gw_tick *ticks) {
    int n = 0;
    if (s->step_months == 0) {
        for (double at = ceil(s->lo / s->step) * s->step; at <= s->hi && n < GW_TICKS_MAX;
             at += s->step, n++) {
            ticks[n].at = at;
            gw_date_format(at, ticks[n].label, sizeof ticks[n].label);
        }
        return n;
    }
    int month = gw_month_of_date(s->lo);
    month -= month % s->step_months;
    for (; n < GW_TICKS_MAX; month += s->step_months) {
        double at = gw_month_start_d(month);
        if (at > s->hi) {
            break;
        }
        if (at < s->lo) {
            continue;
        }
        ticks[n].at = at;
        if (s->step_months >= 12) {
            snprintf(ticks[n].label, sizeof ticks[n].label, "%d", month / 12);
        } else {
            snprintf(ticks[n].label, sizeof ticks[n].label, "%d-%02d", month / 12, month % 12 + 1);
        }
        n++;
    }
    return n;
}

int gw_scale_ticks(const gw_scale *s, gw_tick *ticks) {
    switch (s->kind) {
    case GW_SCALE_LINEAR:
        return ticks_linear(s, ticks);
    case GW_SCALE_LOG:
        return ticks_log(s, ticks);
    default:
        return ticks_date(s, ticks);
    }
}
