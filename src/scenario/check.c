/* scenario/check.c: rules that span several fields. Each is a small function that reports and goes
 * on. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/units.h"
#include "scenario/bind.h"
#include "scenario/query.h"

typedef struct checker {
    const gw_scenario *s;
    const gw_spec *spec;
    gw_diags *diags;
} checker;

#define SAY(c, code, severity, loc, path, hint, ...)                                               \
    gw_diag_add((c)->diags, (code), (severity), (loc), (path), (hint), __VA_ARGS__)

static void check_order(const checker *c, gw_loc loc, const char *path, double early, double late,
                        const char *early_name, const char *late_name) {
    if (early >= late) { /* false when either is NaN */
        char a[16], b[16];
        gw_date_format(early, a, sizeof a);
        gw_date_format(late, b, sizeof b);
        SAY(c, GW_E_RANGE, GW_ERROR, loc, path, "swap or correct the dates",
            "`%s` (%s) is not before `%s` (%s)", early_name, a, late_name, b);
    }
}

/* Where a value of the scenario proper was written. */
static gw_loc loc_of(const checker *c, const char *path) {
    for (int i = 0; i < c->spec->n_values; i++) {
        if (strcmp(c->spec->values[i].path, path) == 0) {
            return c->spec->values[i].loc;
        }
    }
    return c->s->head.loc;
}

static void check_horizon(const checker *c) {
    const gw_scenario *s = c->s;
    if (s->as_of_d > s->horizon_end_d || s->as_of_d < s->horizon_start_d) {
        char date[16];
        gw_date_format(s->as_of_d, date, sizeof date);
        SAY(c, GW_E_RANGE, GW_ERROR, loc_of(c, "as_of"), "as_of", "widen `horizon` or move `as_of`",
            "as_of %s lies outside the horizon", date);
    }
    if (s->horizon_end_d - s->horizon_start_d > 100.0 * GW_YEAR_d) {
        SAY(c, GW_E_RANGE, GW_ERROR, s->head.loc, "horizon", "shorten it",
            "the horizon is longer than 100 years");
    }
}

/* A name from a closed list of words, for lists of texts. */
static void check_word(const checker *c, const gw_enum *words, const char *word, gw_loc loc,
                       const char *path) {
    const char *known[32];
    char hint[160] = "";
    for (int i = 0; i < words->n; i++) {
        if (strcmp(words->items[i].name, word) == 0) {
            return;
        }
        known[i] = words->items[i].name;
    }
    const char *near = gw_text_nearest(word, known, (size_t)words->n);
    if (near != NULL) {
        snprintf(hint, sizeof hint, "did you mean `%s`?", near);
    } else {
        snprintf(hint, sizeof hint, "`gigawatt schema --reference %s` lists the words",
                 words->name);
    }
    SAY(c, GW_E_KEY, GW_ERROR, loc, path, hint, "`%s` is not a known role", word);
}

static void check_party(const checker *c, const gw_party *party) {
    for (int i = 0; i < party->roles.n; i++) {
        check_word(c, &gw_enum_party_role, party->roles.at[i], party->head.loc, party->head.name);
    }
}

/* What is given must have an effect: a grid connection has no technology, energy or owner. */
static void check_grid(const checker *c, const gw_supply *p) {
    const char *idle = p->plant.name != NULL    ? "plant"
                       : gw_is_set(p->energy_J) ? "energy"
                       : p->owned               ? "owned"
                                                : NULL;
    if (idle != NULL) {
        SAY(c, GW_E_KEY, GW_ERROR, p->head.loc, p->head.path,
            "remove it, or make it kind: plant or storage",
            "`%s` has no effect on a grid connection", idle);
    }
}

/* Something dated after the last month never happens in the run: allowed, but worth a word. */
static void check_within(const checker *c, gw_loc loc, const char *name, double date_d,
                         const char *what) {
    if (date_d > c->s->horizon_end_d) { /* false when NaN */
        char date[16];
        gw_date_format(date_d, date, sizeof date);
        SAY(c, GW_E_RANGE, GW_WARNING, loc, name, "lengthen `horizon` if it matters",
            "`%s` %s on %s, after the horizon", name, what, date);
    }
}

static void check_site(const checker *c, const gw_site *site) {
    bool primary = false, unsure = false;
    for (int i = 0; i < site->buildings.n; i++) {
        const gw_building *b = &site->buildings.at[i];
        check_order(c, b->head.loc, b->head.path, b->ready_d, b->until_d, "ready", "until");
        check_order(c, b->head.loc, b->head.path, b->started_d, b->ready_d, "started", "ready");
        check_within(c, b->head.loc, b->head.path, b->ready_d, "is ready");
    }
    for (int i = 0; i < site->supply.n; i++) {
        const gw_supply *p = &site->supply.at[i];
        if (p->head.broken) {
            unsure = true;
            continue;
        }
        check_order(c, p->head.loc, p->head.path, p->energised_d, p->until_d, "energised", "until");
        check_within(c, p->head.loc, p->head.path, p->energised_d, "is energised");
        if (p->kind == GW_SUPPLY_GRID) {
            check_grid(c, p);
        }
        primary = primary || (p->role == GW_ROLE_PRIMARY && p->kind != GW_SUPPLY_STORAGE);
        if (p->kind != GW_SUPPLY_GRID && p->plant.name == NULL) {
            SAY(c, GW_E_KEY, GW_ERROR, p->head.loc, p->head.path,
                "`gigawatt catalog plants` lists technologies",
                "supply `%s` needs `plant`, the technology", p->head.name);
        }
        if (p->kind == GW_SUPPLY_STORAGE && !gw_is_set(p->energy_J)) {
            SAY(c, GW_E_KEY, GW_ERROR, p->head.loc, p->head.path, "for example energy: 400 MWh",
                "storage `%s` needs `energy`", p->head.name);
        }
    }
    if (!primary && !unsure && site->supply.n > 0) {
        SAY(c, GW_E_MODEL, GW_WARNING, site->head.loc, site->head.path,
            "set role: primary for what feeds the halls",
            "site `%s` has only backup or storage: nothing can ever run", site->head.name);
    }
}

/* IT power of the chips planned for a site, at the rating of their systems alone. */
static double planned_chips_W(const checker *c, int site) {
    double sum_W = 0.0;
    for (int i = 0; i < c->s->clusters.n; i++) {
        const gw_cluster *cluster = &c->s->clusters.at[i];
        if (cluster->site.i == site && cluster->system.i >= 0) {
            const gw_system *system = &c->s->systems.at[cluster->system.i];
            sum_W +=
                gw_cluster_planned_accelerators(cluster) * system->power_W / system->accelerators;
        }
    }
    return sum_W;
}

#define CROWDED_RATIO 1.5 /* chips over room: refits overlap, typing errors are larger */

/* Far more chips than the buildings can carry are a typing error more often than a plan. */
static void check_room(const checker *c, int i) {
    const gw_site *site = &c->s->sites.at[i];
    double room_W = 0.0, chips_W = planned_chips_W(c, i);
    for (int k = 0; k < site->buildings.n; k++) {
        room_W += site->buildings.at[k].count * site->buildings.at[k].it_power_W;
    }
    if (chips_W > CROWDED_RATIO * room_W) {
        char need[32], room[32];
        gw_quantity_format(chips_W, "MW", need, sizeof need);
        gw_quantity_format(room_W, "MW", room, sizeof room);
        SAY(c, GW_E_MODEL, GW_WARNING, site->head.loc, site->head.path,
            "check the counts of the lots and the power of the buildings",
            "the chips planned for `%s` need %s of IT power, its buildings carry %s: many can "
            "never "
            "run",
            site->head.name, need, room);
    }
}

static void check_cluster(const checker *c, const gw_cluster *cluster) {
    for (int i = 0; i < cluster->lots.n; i++) {
        const gw_chip_lot *lot = &cluster->lots.at[i];
        check_order(c, lot->head.loc, lot->head.path, lot->installed_d, lot->until_d, "installed",
                    "until");
        check_within(c, lot->head.loc, lot->head.path, lot->installed_d, "is installed");
    }
}

static void check_job(const checker *c, const gw_job *job) {
    check_within(c, job->head.loc, job->head.path, job->start_d, "starts");
    if (job->cluster.i < 0) {
        return;
    }
    const gw_cluster *cluster = &c->s->clusters.at[job->cluster.i];
    double island = gw_cluster_planned_accelerators(cluster) / (double)cluster->fabric.islands;
    bool separate = cluster->fabric.islands > 1 && cluster->fabric.trunks == 0;
    if (separate && job->accelerators > island) {
        char a[32], b[32];
        gw_quantity_format(job->accelerators, "", a, sizeof a);
        gw_quantity_format(floor(island), "", b, sizeof b);
        SAY(c, GW_E_MODEL, GW_WARNING, job->head.loc, job->head.path,
            "use fewer accelerators or fewer islands, or join them with `trunks`",
            "job `%s` wants %s accelerators, one island of `%s` joins %s: it cannot run",
            job->head.name, a, cluster->head.name, b);
    }
    double planned = gw_cluster_planned_accelerators(cluster);
    if (job->accelerators > planned) {
        char a[32], b[32];
        gw_quantity_format(job->accelerators, "", a, sizeof a);
        gw_quantity_format(planned, "", b, sizeof b);
        SAY(c, GW_E_MODEL, GW_WARNING, job->head.loc, job->head.path,
            "use fewer accelerators, or add lots to the cluster",
            "job `%s` wants %s accelerators, cluster `%s` will have %s: it never starts",
            job->head.name, a, cluster->head.name, b);
    }
}

static void check_serving(const checker *c, const gw_serving *serving) {
    if (serving->cluster.i < 0) {
        return;
    }
    double planned = gw_cluster_planned_accelerators(&c->s->clusters.at[serving->cluster.i]);
    if (serving->accelerators > planned) {
        char a[32], b[32];
        gw_quantity_format(serving->accelerators, "", a, sizeof a);
        gw_quantity_format(planned, "", b, sizeof b);
        SAY(c, GW_E_MODEL, GW_WARNING, serving->head.loc, serving->head.path,
            "use fewer accelerators, or add lots to the cluster",
            "`%s` wants %s accelerators to serve, its cluster will have %s", serving->head.name, a,
            b);
    }
}

/* Things that come one by one are counted in whole numbers; a draw may lie between them. */
static void check_counts(const checker *c) {
    for (int i = 0; i < c->spec->n_values; i++) {
        const gw_value *v = &c->spec->values[i];
        bool counted =
            v->entry == NULL && v->slot >= 0 && !v->uncertain &&
            (strcmp(v->field->key, "count") == 0 || strcmp(v->field->key, "accelerators") == 0) &&
            strncmp(v->path, "claims.", strlen("claims.")) != 0;
        if (counted && fabs(v->si - floor(v->si)) > 0.0) { /* false when NaN */
            SAY(c, GW_E_RANGE, GW_ERROR, v->loc, v->path, "things that come one by one",
                "`%s` is not a whole number", v->text);
        }
    }
}

/* The date that divides history from plans cannot be drawn: everything after it depends on it. */
static void check_as_of(const checker *c) {
    for (int i = 0; i < c->spec->n_values; i++) {
        const gw_value *v = &c->spec->values[i];
        if (v->uncertain && strcmp(v->path, "as_of") == 0) {
            SAY(c, GW_E_RANGE, GW_ERROR, v->loc, v->path, "write one date",
                "`as_of` cannot be uncertain");
        }
    }
}

static void check_bands(const checker *c) {
    for (int i = 0; i < c->s->bands.n; i++) {
        const gw_band *band = &c->s->bands.at[i];
        if (band->low > band->high) {
            SAY(c, GW_E_RANGE, GW_ERROR, band->head.loc, band->head.path, "swap them",
                "`low` is above `high`");
        }
    }
}

static void check_system(const checker *c, const gw_system *system) {
    if (system->head.broken) {
        return;
    }
    if (system->per_node > system->accelerators ||
        fmod(system->accelerators, system->per_node) != 0.0) {
        SAY(c, GW_E_MODEL, GW_ERROR, system->head.loc, system->head.path,
            "a system is made of whole nodes", "%g accelerators are not a multiple of per_node %g",
            system->accelerators, system->per_node);
    }
}

static void check_domain(const checker *c, const gw_system *system) {
    int i = system->accelerator.i;
    double most = i >= 0 ? c->s->accelerators.at[i].scaleup_domain : GW_NAN;
    if (system->scaleup_domain > most) { /* false when NaN */
        SAY(c, GW_E_MODEL, GW_ERROR, system->head.loc, system->head.path,
            "correct scaleup_domain here or in the accelerator",
            "a scale-up domain of %g is larger than %s allows (%g)", system->scaleup_domain,
            system->accelerator.name, most);
    }
}

/* Layers against one another, and what state layers need. */
static void check_layers(const checker *c, const gw_llm *m) {
    long long mixers = (long long)(m->layers - m->ffn_only_layers);
    if (m->ffn_only_layers + m->mixer_only_layers > m->layers || m->ssm_layers > mixers) {
        SAY(c, GW_E_MODEL, GW_ERROR, m->head.loc, m->head.path,
            "ffn_only_layers, mixer_only_layers and ssm_layers are counts within layers",
            "%lld layers of model `%s` cannot hold %lld with a feed-forward part only, %lld with a "
            "mixer only and %lld with a state",
            (long long)m->layers, m->head.name, (long long)m->ffn_only_layers,
            (long long)m->mixer_only_layers, (long long)m->ssm_layers);
        return;
    }
    if (m->ssm_layers < mixers && (m->heads < 1 || m->kv_heads < 1 || m->head_dim < 1)) {
        SAY(c, GW_E_MODEL, GW_ERROR, m->head.loc, m->head.path,
            "give heads, kv_heads and head_dim, or ssm_layers for all of them",
            "model `%s` has %lld attention layers but no heads", m->head.name,
            mixers - (long long)m->ssm_layers);
    }
    if (m->ssm_layers > 0 && (m->ssm_inner < 1 || m->ssm_state < 1)) {
        SAY(c, GW_E_MODEL, GW_ERROR, m->head.loc, m->head.path, "give ssm_inner and ssm_state",
            "model `%s` has %lld state layers without widths", m->head.name,
            (long long)m->ssm_layers);
    }
    if (m->ssm_layers > 0 && m->ssm_kind != GW_SSM_MAMBA &&
        (m->ssm_heads < 1 || m->ssm_heads % m->ssm_groups != 0 ||
         m->ssm_inner % m->ssm_heads != 0)) {
        SAY(c, GW_E_MODEL, GW_ERROR, m->head.loc, m->head.path,
            "ssm_heads divides ssm_inner and is a multiple of ssm_groups",
            "model `%s` has %lld state heads, an inner width of %lld and %lld groups", m->head.name,
            (long long)m->ssm_heads, (long long)m->ssm_inner, (long long)m->ssm_groups);
    }
}

static void check_llm(const checker *c, const gw_llm *m) {
    if (m->head.broken) {
        return;
    }
    check_layers(c, m);
    if (m->config != NULL) {
        SAY(c, GW_E_MODEL, GW_ERROR, m->head.loc, m->head.path,
            "write it in a scenario file, as config: path/config.json",
            "`config` of model `%s` cannot be read here", m->head.name);
    }
    if (m->experts > 0 && (m->top_k < 1 || m->top_k > m->experts || m->expert_ffn < 1)) {
        SAY(c, GW_E_MODEL, GW_ERROR, m->head.loc, m->head.path,
            "an expert model needs top_k (1 .. experts) and expert_ffn",
            "model `%s` has %lld experts but top_k %lld and expert_ffn %lld", m->head.name,
            (long long)m->experts, (long long)m->top_k, (long long)m->expert_ffn);
    }
    if (m->heads > 0 && m->kv_heads > 0 && m->heads % m->kv_heads != 0) {
        SAY(c, GW_E_MODEL, GW_ERROR, m->head.loc, m->head.path,
            "each key-value head serves the same number of heads",
            "%lld heads are not a multiple of %lld key-value heads", (long long)m->heads,
            (long long)m->kv_heads);
    }
    if (m->dense_layers > m->layers) {
        SAY(c, GW_E_MODEL, GW_ERROR, m->head.loc, m->head.path, NULL,
            "more dense layers (%lld) than layers (%lld)", (long long)m->dense_layers,
            (long long)m->layers);
    }
}

void gw_check(const gw_spec *spec, gw_diags *diags) {
    checker c = {.s = &spec->scenario, .spec = spec, .diags = diags};
    check_horizon(&c);
    check_as_of(&c);
    check_counts(&c);
    for (int i = 0; i < c.s->parties.n; i++) {
        check_party(&c, &c.s->parties.at[i]);
    }
    for (int i = 0; i < c.s->sites.n; i++) {
        check_site(&c, &c.s->sites.at[i]);
        check_room(&c, i);
    }
    for (int i = 0; i < c.s->clusters.n; i++) {
        check_cluster(&c, &c.s->clusters.at[i]);
    }
    gw_check_fabrics(spec, diags);
    for (int i = 0; i < c.s->jobs.n; i++) {
        check_job(&c, &c.s->jobs.at[i]);
    }
    for (int i = 0; i < c.s->serving.n; i++) {
        check_serving(&c, &c.s->serving.at[i]);
    }
    gw_check_money(spec, diags);
    gw_check_claims(spec, diags);
    for (int i = 0; i < c.s->systems.n; i++) {
        check_system(&c, &c.s->systems.at[i]);
        check_domain(&c, &c.s->systems.at[i]);
    }
    for (int i = 0; i < c.s->models.n; i++) {
        check_llm(&c, &c.s->models.at[i]);
    }
    check_bands(&c);
    gw_check_deals(spec, diags);
    gw_check_schedule(spec, diags);
}
