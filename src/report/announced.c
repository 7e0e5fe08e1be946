/* report/announced.c: announcements as a naive forecast.
 * In: claims, timelines.   Out: per site the announced IT power and its day.
 * Model: a claim of power on one site with a day. Facility power, and power whose basis nobody stated, is turned
 * into IT power with the site's own ratio of facility to IT power if it was known by then, else with 1.31, the
 * middle of Epoch's sites. The day is the end of the claim's period; without one, the day that was
 * named last for that site, said on or before the same day.
 * Valid: names that share words; a site known under another name in the two tables is not found. */
#include "report/announced.h"

#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#define USUAL_RATIO 1.31

/* Does `name` hold `phrase` as whole words? */
static bool holds(const char *name, const char *phrase, size_t n) {
    for (const char *at = name; n > 0 && *at != '\0'; at++) {
        bool starts = at == name || !isalnum((unsigned char)at[-1]);
        if (starts && strncasecmp(at, phrase, n) == 0 && !isalnum((unsigned char)at[n])) {
            return true;
        }
    }
    return false;
}

/* Length of a place without " TX" at its end. */
static size_t place_length(const char *place) {
    size_t n = strlen(place);
    bool state = n > 3 && place[n - 3] == ' ' && isupper((unsigned char)place[n - 2]) &&
                 isupper((unsigned char)place[n - 1]);
    return state ? n - 3 : n;
}

int gw_announced_site(const gw_history *history, const char *programme, const char *place) {
    int best = -1, best_points = 0;
    bool tie = false;
    for (int s = 0; s < history->n; s++) {
        const char *name = history->site[s].name;
        int points = (holds(name, programme, strlen(programme)) ? 2 : 0) +
                     (holds(name, place, place_length(place)) ? 1 : 0);
        tie = points > best_points ? false : tie || points == best_points;
        if (points > best_points) {
            best = s;
            best_points = points;
        }
    }
    return tie ? -1 : best;
}

/* Facility over IT power of a site as known on a day. */
static double site_ratio(const gw_history_site *site, double said_d) {
    for (int i = 0; i < site->n && site->row[i].date_d <= said_d; i++) {
        double it_W = site->row[i].value[GW_HISTORY_IT_W];
        double facility_W = site->row[i].value[GW_HISTORY_FACILITY_W];
        if (it_W > 0.0 && facility_W >= it_W) {
            return facility_W / it_W;
        }
    }
    return USUAL_RATIO;
}

static bool is_plan(const gw_record *r) {
    switch (r->status) {
    case GW_STATUS_ANNOUNCED:
    case GW_STATUS_TERM_SHEET:
    case GW_STATUS_CONTRACTED:
    case GW_STATUS_FINANCED:
    case GW_STATUS_CONSTRUCTION:
    case GW_STATUS_REPORTED:
    case GW_STATUS_ESTIMATE:
        return true;
    default:
        return false;
    }
}

/* The day that a claim of power is due. */
static double due_d(const gw_records *records, const gw_record *power, const int *site, int of) {
    double day_d = power->until_d;
    double said_d = -GW_INF;
    for (int i = 0; i < records->n && isnan(power->until_d); i++) {
        const gw_record *r = &records->at[i];
        double named_d = gw_record_number(r);
        if (r->measure != GW_MEASURE_ONLINE || site[i] != of || isnan(named_d) ||
            r->said_until_d > power->said_until_d || r->said_until_d < said_d) {
            continue;
        }
        said_d = r->said_until_d;
        day_d = named_d;
    }
    return day_d;
}

int gw_announced_find(const gw_records *records, const gw_history *history, gw_arena *arena,
                      gw_announced **out) {
    int n = 0;
    int *site = GW_NEW_N(arena, records->n + 1, int);
    gw_announced *found = GW_NEW_N(arena, records->n + 1, gw_announced);
    for (int i = 0; i < records->n; i++) {
        site[i] = gw_announced_site(history, records->at[i].programme, records->at[i].site);
    }
    for (int i = 0; i < records->n; i++) {
        const gw_record *r = &records->at[i];
        double power_W = gw_record_number(r);
        if (r->measure != GW_MEASURE_POWER || !is_plan(r) || site[i] < 0 || !(power_W > 0.0) ||
            r->site[0] == '\0' || isnan(r->said_until_d)) {
            continue;
        }
        if (r->basis != GW_BASIS_IT && r->basis != GW_BASIS_FACILITY &&
            r->basis != GW_BASIS_UNSTATED) {
            continue;
        }
        double day_d = due_d(records, r, site, site[i]);
        if (isnan(day_d)) {
            continue;
        }
        double ratio =
            r->basis == GW_BASIS_IT ? 1.0 : site_ratio(&history->site[site[i]], r->said_until_d);
        found[n++] = (gw_announced){site[i], r->said_until_d, day_d, power_W / ratio};
    }
    *out = found;
    return n;
}
