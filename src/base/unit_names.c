/* base/unit_names.c: names of dimensions, and hints for units that do not exist. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "base/unit_table.h"
#include "base/units.h"

typedef struct dim_name {
    gw_dim dim;
    const char *name;
} dim_name;

/*   m  kg   s  K   B usd FLOP tok */
static const dim_name DIM_NAMES[] = {
    {GW_D_NUMBER, "number"},
    {GW_D_LENGTH, "length"},
    {GW_D_AREA, "area"},
    {GW_D_VOLUME, "volume"},
    {GW_D_MASS, "mass"},
    {GW_D_TIME, "time"},
    {GW_D_RATE, "rate"},
    {GW_D_KELVIN, "temperature"},
    {GW_D_DATA, "data"},
    {GW_D_MONEY, "money"},
    {GW_D_FLOP, "arithmetic work"},
    {GW_D_TOKEN, "tokens"},
    {GW_D_POWER, "power"},
    {GW_D_ENERGY, "energy"},
    {GW_D_PRESSURE, "pressure"},
    {{{0, 0, -1, 0, 1, 0, 0, 0}}, "data rate"},
    {{{0, 0, -1, 0, 0, 0, 1, 0}}, "arithmetic rate"},
    {{{0, 0, -1, 0, 0, 0, 0, 1}}, "token rate"},
    {{{2, 1, -4, 0, 0, 0, 0, 0}}, "ramp rate"},
    {{{1, 0, -1, 0, 0, 0, 0, 0}}, "speed"},
    {{{3, 0, -1, 0, 0, 0, 0, 0}}, "volume flow"},
    {{{0, 1, -1, 0, 0, 0, 0, 0}}, "mass flow"},
    {{{-3, 1, 0, 0, 0, 0, 0, 0}}, "density"},
    {{{0, 1, -3, 0, 0, 0, 0, 0}}, "power per area"},
    {{{2, 0, -2, -1, 0, 0, 0, 0}}, "specific heat"},
    {{{2, 1, -3, -1, 0, 0, 0, 0}}, "power per temperature"},
    {{{2, 0, -2, 0, 0, 0, 0, 0}}, "energy per mass"},
    {{{-2, 0, 2, 0, 0, 0, 0, 0}}, "mass per energy"},
    {{{1, -1, 2, 0, 0, 0, 0, 0}}, "volume per energy"},
    {{{2, 1, -2, 0, 0, 0, 0, -1}}, "energy per token"},
    {{{2, 1, -2, 0, 0, 0, -1, 0}}, "energy per work"},
    {{{0, 0, -1, 0, 0, 1, 0, 0}}, "money per time"},
    {{{-2, -1, 2, 0, 0, 1, 0, 0}}, "price of energy"},
    {{{-2, -1, 3, 0, 0, 1, 0, 0}}, "money per power"},
    {{{-2, 0, 0, 0, 0, 1, 0, 0}}, "money per area"},
    {{{-3, 0, 0, 0, 0, 1, 0, 0}}, "money per volume"},
    {{{0, -1, 0, 0, 0, 1, 0, 0}}, "money per mass"},
    {{{0, 0, 0, 0, 0, 1, 0, -1}}, "price of tokens"},
    {{{0, 0, 0, 0, 0, 0, 1, -1}}, "work per token"},
    {{{0, 0, 0, 0, -1, 0, 1, 0}}, "work per byte"},
};

const char *gw_dim_name(gw_dim dim, char *out, size_t n) {
    static const char *const base[GW_N_DIM] = {"m", "kg", "s", "K", "B", "USD", "FLOP", "tok"};
    for (size_t i = 0; i < sizeof DIM_NAMES / sizeof DIM_NAMES[0]; i++) {
        if (gw_dim_equal(dim, DIM_NAMES[i].dim)) {
            return DIM_NAMES[i].name;
        }
    }
    size_t used = 0;
    if (n > 0) {
        out[0] = '\0';
    }
    for (int i = 0; i < GW_N_DIM; i++) {
        if (dim.e[i] == 0 || used >= n) {
            continue;
        }
        char power[8] = "";
        if (dim.e[i] != 1) {
            snprintf(power, sizeof power, "%d", dim.e[i]);
        }
        int wrote = snprintf(out + used, n - used, "%s%s%s", used > 0 ? " " : "", base[i], power);
        used += wrote > 0 ? (size_t)wrote : 0;
    }
    return out;
}

/* What people write, and what they mean. Edit distance alone would not find these. */
static const char *const SYNONYMS[][2] = {
    {"gbps", "Gbit/s"},
    {"tbps", "Tbit/s"},
    {"mbps", "Mbit/s"},
    {"bps", "bit/s"},
    {"flops", "FLOP/s"},
    {"gflops", "GFLOP/s"},
    {"tflops", "TFLOP/s"},
    {"pflops", "PFLOP/s"},
    {"eflops", "EFLOP/s"},
    {"sec", "s"},
    {"secs", "s"},
    {"second", "s"},
    {"seconds", "s"},
    {"minute", "min"},
    {"minutes", "min"},
    {"hr", "h"},
    {"hrs", "h"},
    {"hour", "h"},
    {"hours", "h"},
    {"day", "d"},
    {"days", "d"},
    {"week", "wk"},
    {"weeks", "wk"},
    {"wks", "wk"},
    {"month", "mo"},
    {"months", "mo"},
    {"year", "yr"},
    {"years", "yr"},
    {"yrs", "yr"},
    {"y", "yr"},
    {"a", "yr"},
    {"dollar", "USD"},
    {"dollars", "USD"},
    {"c", "degC"},
    {"°c", "degC"},
    {"f", "degF"},
    {"°f", "degF"},
    {"celsius", "degC"},
    {"kelvin", "K"},
    {"percent", "%"},
    {"pct", "%"},
    {"byte", "B"},
    {"bytes", "B"},
    {"bits", "bit"},
    {"tonne", "t"},
    {"tonnes", "t"},
    {"ton", "t"},
    {"tons", "t"},
    {"watt", "W"},
    {"watts", "W"},
    {"gallon", "gal"},
    {"gallons", "gal"},
    {"litre", "L"},
    {"litres", "L"},
    {"liter", "L"},
    {"liters", "L"},
    {"acres", "acre"},
    {"mile", "mi"},
    {"miles", "mi"},
    {"sqft", "ft2"},
    {"parameters", "params"},
    {"tr", "ton_refrigeration"},
};

#define NAMES_MAX 400
#define NAME_BYTES 24

/* Every legal name: each unit plain, then with its prefixes. Built only when a hint is wanted. */
typedef struct name_list {
    char text[NAMES_MAX][NAME_BYTES];
    const char *name[NAMES_MAX];
    size_t n;
} name_list;

static void list_names(name_list *list) {
    list->n = 0;
    for (size_t i = 0; i < gw_n_unit_rows; i++) {
        const gw_unit_row *row = &gw_unit_rows[i];
        for (size_t j = 0; j <= gw_n_unit_prefixes && list->n < NAMES_MAX; j++) {
            const gw_unit_prefix *prefix = j == 0 ? NULL : &gw_unit_prefixes[j - 1];
            if (prefix != NULL && (row->prefixes & prefix->kind) == 0) {
                continue;
            }
            snprintf(list->text[list->n], NAME_BYTES, "%s%s", prefix == NULL ? "" : prefix->text,
                     row->name);
            list->name[list->n] = list->text[list->n];
            list->n++;
        }
    }
}

const char *gw_unit_nearest(const char *text, size_t n) {
    static _Thread_local char found[NAME_BYTES]; /* the list of names dies with this call */
    char word[NAME_BYTES];
    if (n == 0 || n >= sizeof word) {
        return NULL;
    }
    memcpy(word, text, n);
    word[n] = '\0';
    name_list list;
    list_names(&list);
    for (size_t i = 0; i < list.n; i++) {
        if (strcasecmp(word, list.name[i]) == 0) {
            return strcpy(found, list.name[i]); /* only the case was wrong */
        }
    }
    for (size_t i = 0; i < sizeof SYNONYMS / sizeof SYNONYMS[0]; i++) {
        if (strcasecmp(word, SYNONYMS[i][0]) == 0) {
            return SYNONYMS[i][1];
        }
    }
    /* One edit turns any word of two letters into half of the table: such a hint misleads. */
    const char *nearest = n < 3 ? NULL : gw_text_nearest(word, list.name, list.n);
    return nearest == NULL ? NULL : strcpy(found, nearest);
}
