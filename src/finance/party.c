/* finance/party.c: every payment of the programme from one party to another.
 * In:    assets, contracts, running cost, loans, equity, tax, commitments.
 * Out:   flows (payer, paid, kind, amount); money in, out and net of each party by month.
 * Model: chips: buyer of the cluster -> supplier (of the chip supply that makes them; else the party
 *        named like the vendor in the catalogue; else the one party with the role supplier, unless
 *        there are several). Buildings and plants: developer -> builders. Energy and operation: the
 *        buyers of the chips at a site by running power, else its developer -> utility (the one
 *        party of that role). Contracts: buyer -> seller, those inside the programme too; guarantees
 *        from guarantor to seller, and to the lender what the cash does not cover. The market pays
 *        the buyer of the chips. Loans: lender -> borrower, and back; what a reserve
 *        or unspent notes earn comes from capital without a name to the borrower. Equity: pays its share, amount
 *        over the equity that its scope needs, to the owners there; in the order of the file no
 *        dollar of cost is paid twice. What an owner earns after service and tax is paid out to its
 *        outside shareholders in proportion to their share of the equity in what it owns. Tax is
 *        borne by the parties inside in proportion to what they earn in the month, or in all months if
 *        nobody earns in this one. A commitment in
 *        equity or debt to a named party flows evenly between its dates unless it is withdrawn,
 *        replaced by a later one, or the same two parties meet in the funding already; its debt is still
 *        owed at face value at the end, because its terms are not known.
 *        What is left at the end (assets at their worth, loans at what is owed) counts in the present
 *        value of its owner, not in its cash.
 * Valid: amounts when due (no working capital, no prepayment); a reserve and unspent notes are the
 *        borrower's own money, so only what they earn moves. Parties do what they do in this scenario only: the
 *        rest of their business is not here.
 * Derivation: relations 1 to 3 of the money graph in docs/model/finance.md. */
#include "finance/party.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "base/code.h"
#include "base/date.h"
#include "finance/cashflow.h"

typedef struct ledger {
    const gw_party_in *k;
    const gw_scenario *in;
    int n_months, n_parties, n_nodes;
    gw_flow *flows;
    int n_flows, cap;
    int *place;          /* [n_nodes x n_nodes x GW_N_FLOW] index of a flow + 1 */
    double **earned_usd; /* [n_nodes] net of trade and running cost, tax and service */
    gw_party_money *parties;
} ledger;

static int node_of(const ledger *g, gw_ref party, gw_outside else_node) {
    return party.name != NULL && party.i >= 0 && party.i < g->n_parties
               ? party.i
               : g->n_parties + (int)else_node;
}

static bool is_earning(gw_flow_kind kind) {
    return kind <= GW_FLOW_MARKET || kind == GW_FLOW_ENERGY || kind == GW_FLOW_OPERATIONS ||
           kind == GW_FLOW_TAX || kind == GW_FLOW_SERVICE || kind == GW_FLOW_GUARANTEE ||
           kind == GW_FLOW_INTEREST;
}

/* factor x usd[first..last] from one node to another. */
static void pay(ledger *g, int from, int to, gw_flow_kind kind, const double *usd, double factor,
                int first, int last) {
    if (from == to || factor == 0.0) {
        return;
    }
    double *out = g->parties[from].net_usd;
    double *in = g->parties[to].net_usd;
    bool earning = is_earning(kind);
    double total_usd = 0.0;
    for (int m = first; m <= last; m++) {
        double paid_usd = factor * usd[m];
        total_usd += paid_usd;
        out[m] -= paid_usd;
        in[m] += paid_usd;
        if (earning) {
            g->earned_usd[from][m] -= paid_usd;
            g->earned_usd[to][m] += paid_usd;
        }
    }
    g->parties[from].out_usd += total_usd;
    g->parties[to].in_usd += total_usd;
    int *at = &g->place[(from * g->n_nodes + to) * GW_N_FLOW + (int)kind];
    if (*at == 0 && total_usd != 0.0 && g->n_flows < g->cap) {
        g->flows[g->n_flows] = (gw_flow){.from = from, .to = to, .kind = kind};
        *at = ++g->n_flows;
    }
    if (*at > 0) {
        g->flows[*at - 1].usd += total_usd;
    }
}

static void pay_all(ledger *g, int from, int to, gw_flow_kind kind, const double *usd) {
    pay(g, from, to, kind, usd, 1.0, 0, g->n_months - 1);
}

/* ---------------------------------------------------------------- who is who */

static bool has_role(const gw_party *party, const char *role) {
    for (int i = 0; i < party->roles.n; i++) {
        if (strcmp(party->roles.at[i], role) == 0) {
            return true;
        }
    }
    return false;
}

/* The one party with a role; -1 if there are none or several. */
static int party_with_role(const ledger *g, const char *role) {
    int found = -1;
    for (int i = 0; i < g->n_parties; i++) {
        if (has_role(&g->in->parties.at[i], role)) {
            if (found >= 0) {
                return -1;
            }
            found = i;
        }
    }
    return found;
}

static bool same_word(const char *a, const char *b) {
    for (; *a != '\0' && *b != '\0'; a++, b++) {
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b)) {
            return false;
        }
    }
    return *a == *b;
}

static int party_named(const ledger *g, const char *name) {
    for (int i = 0; i < g->n_parties && name != NULL; i++) {
        const gw_party *party = &g->in->parties.at[i];
        if ((party->head.name != NULL && same_word(party->head.name, name)) ||
            (party->title != NULL && same_word(party->title, name))) {
            return i;
        }
    }
    return -1;
}

static int supplier_of(const ledger *g, int cluster) {
    const gw_scenario *in = g->in;
    int outside = g->n_parties + (int)GW_OUT_CHIP_MAKERS;
    int system = in->clusters.at[cluster].system.i;
    if (system < 0 || system >= in->systems.n) {
        return outside;
    }
    int chip = in->systems.at[system].accelerator.i;
    for (int i = 0; i < in->chip_supplies.n; i++) {
        const gw_chip_supply *line = &in->chip_supplies.at[i];
        for (int a = 0; a < line->accelerators.n; a++) {
            if (line->accelerators.at[a].i == chip && line->supplier.name != NULL &&
                line->supplier.i >= 0) {
                return line->supplier.i;
            }
        }
    }
    if (chip >= 0 && chip < in->accelerators.n && in->accelerators.at[chip].vendor != NULL) {
        int named = party_named(g, in->accelerators.at[chip].vendor);
        return named >= 0 ? named : outside;
    }
    int only = party_with_role(g, "supplier");
    return only >= 0 ? only : outside;
}

static int developer_of(const ledger *g, int site) {
    return node_of(g, g->in->sites.at[site].developer, GW_OUT_OWNERS);
}

static int chip_owner_of(const ledger *g, int cluster) {
    return node_of(g, g->in->clusters.at[cluster].buyer, GW_OUT_OWNERS);
}

/* ---------------------------------------------------------------- trade */

static void pay_assets(ledger *g) {
    for (int i = 0; i < g->k->cells->n; i++) {
        const gw_cell *cell = &g->k->cells->at[i];
        int to = cell->kind == GW_ASSET_CHIPS ? supplier_of(g, cell->cluster)
                                              : g->n_parties + (int)GW_OUT_BUILDERS;
        gw_flow_kind kind = cell->kind == GW_ASSET_CHIPS      ? GW_FLOW_CHIPS
                            : cell->kind == GW_ASSET_BUILDING ? GW_FLOW_CONSTRUCTION
                                                              : GW_FLOW_PLANT;
        pay(g, cell->owner, to, kind, cell->capex_usd, 1.0, cell->first, cell->last);
    }
}

/* Without clusters the developer pays. */
static void pay_running(ledger *g, double *buffer_usd) {
    int named = party_with_role(g, "utility");
    int utility = named >= 0 ? named : g->n_parties + (int)GW_OUT_UTILITIES;
    int operation = g->n_parties + (int)GW_OUT_OPERATIONS;
    for (int s = 0; s < g->in->sites.n; s++) {
        const double *const costs_usd[] = {g->k->running->site_energy_usd[s],
                                           g->k->running->site_other_usd[s]};
        for (int kind = 0; kind < 2; kind++) {
            int to = kind == 0 ? utility : operation;
            gw_flow_kind flow = kind == 0 ? GW_FLOW_ENERGY : GW_FLOW_OPERATIONS;
            bool any = false;
            for (int c = 0; c < g->in->clusters.n; c++) {
                if (g->in->clusters.at[c].site.i != s) {
                    continue;
                }
                any = true;
                for (int m = 0; m < g->n_months; m++) {
                    double all_usd = g->k->running->cluster_usd[c][m];
                    double saved_usd = g->k->sales->cluster_saved_usd[c][m]; /* shut down */
                    double keep = all_usd > 0.0 ? 1.0 - saved_usd / all_usd : 1.0;
                    buffer_usd[m] = keep * costs_usd[kind][m] * g->k->running->cluster_frac[c][m];
                }
                pay_all(g, chip_owner_of(g, c), to, flow, buffer_usd);
            }
            if (!any) {
                pay_all(g, developer_of(g, s), to, flow, costs_usd[kind]);
            }
        }
    }
}

static void pay_contracts(ledger *g) {
    static const gw_flow_kind kinds[] = {
        [GW_CONTRACT_COMPUTE] = GW_FLOW_COMPUTE,
        [GW_CONTRACT_FEE] = GW_FLOW_FEE,
        [GW_CONTRACT_LEASE] = GW_FLOW_LEASE,
    };
    for (int i = 0; i < g->in->contracts.n; i++) {
        const gw_contract *contract = &g->in->contracts.at[i];
        const gw_sale *sale = &g->k->sales->sale[i];
        int seller = node_of(g, contract->seller, GW_OUT_OWNERS);
        int buyer = node_of(g, contract->buyer, GW_OUT_MARKET);
        pay_all(g, buyer, seller, kinds[contract->kind], sale->usd);
        if (sale->guarantee_paid_usd > 0.0) {
            pay_all(g, node_of(g, contract->guarantor, GW_OUT_CAPITAL), seller, GW_FLOW_GUARANTEE,
                    sale->guaranteed_usd);
        }
    }
    for (int c = 0; c < g->in->clusters.n; c++) {
        pay_all(g, g->n_parties + (int)GW_OUT_MARKET, chip_owner_of(g, c), GW_FLOW_MARKET,
                g->k->sales->market_usd[c]);
    }
}

/* ---------------------------------------------------------------- capital */

static void pay_loans(ledger *g, double *buffer_usd) {
    for (int k = 0; k < g->k->n_lines; k++) {
        const gw_debt_line *line = &g->k->lines[k];
        const gw_funding *funding = &g->in->funding.at[g->k->line_funding[k]];
        const gw_loan_money *money = line->money;
        int lender = node_of(g, funding->party, GW_OUT_CAPITAL);
        int borrower =
            line->scope.borrower >= 0 ? line->scope.borrower : g->n_parties + (int)GW_OUT_OWNERS;
        pay_all(g, lender, borrower, GW_FLOW_DRAW, money->draw_usd);
        for (int m = 0; m < g->n_months; m++) {
            buffer_usd[m] = money->service_usd[m] + money->fee_usd[m] - money->guaranteed_usd[m];
        }
        pay_all(g, borrower, lender, GW_FLOW_SERVICE, buffer_usd);
        pay_all(g, g->n_parties + (int)GW_OUT_CAPITAL, borrower, GW_FLOW_INTEREST,
                money->income_usd);
        pay_all(g, node_of(g, funding->guarantor, GW_OUT_CAPITAL), lender, GW_FLOW_GUARANTEE,
                money->guaranteed_usd);
    }
}

/* Share of a cell's cost that loans pay, over the whole time. */
static double borrowed_frac(const ledger *g, int cell) {
    double frac = 0.0;
    for (int k = 0; k < g->k->n_lines; k++) {
        const gw_debt_line *line = &g->k->lines[k];
        if (line->scope.cell[cell] && line->scope.cost_usd > 0.0) {
            frac += line->money->drawn_usd / line->scope.cost_usd;
        }
    }
    return fmin(1.0, frac);
}

/* Equity of the funding, cell by cell; stake[investor x node] = its share of the equity there. */
static void pay_equity(ledger *g, double *stake, gw_arena *scratch) {
    const gw_cells *cells = g->k->cells;
    double *open = GW_NEW_N(scratch, cells->n + 1, double); /* share of the cost still to be paid */
    double *need_usd = GW_NEW_N(scratch, g->n_nodes, double);
    for (int i = 0; i < cells->n; i++) {
        open[i] = 1.0 - borrowed_frac(g, i);
        need_usd[cells->at[i].owner] += open[i] * cells->at[i].cost_usd;
    }
    for (int k = 0; k < g->in->funding.n; k++) {
        const gw_funding *funding = &g->in->funding.at[k];
        if (funding->kind != GW_FUNDING_EQUITY) {
            continue;
        }
        const gw_reach *scope = &g->k->equity_scope[k];
        gw_loan_money *money = &g->k->funding[k];
        double needed_usd = 0.0;
        for (int i = 0; i < cells->n; i++) {
            needed_usd += scope->cell[i] ? open[i] * cells->at[i].cost_usd : 0.0;
        }
        double share = needed_usd > 0.0 ? fmin(1.0, funding->amount_usd / needed_usd) : 0.0;
        int investor = node_of(g, funding->party, GW_OUT_CAPITAL);
        for (int i = 0; i < cells->n; i++) {
            if (!scope->cell[i] || !(share > 0.0)) {
                continue;
            }
            const gw_cell *cell = &cells->at[i];
            double part = share * open[i];
            pay(g, investor, cell->owner, GW_FLOW_EQUITY, cell->capex_usd, part, cell->first,
                cell->last);
            for (int m = cell->first; m <= cell->last; m++) {
                money->draw_usd[m] += part * cell->capex_usd[m];
            }
            money->drawn_usd += part * cell->cost_usd;
            open[i] -= part;
            if (investor != cell->owner && need_usd[cell->owner] > 0.0) {
                stake[investor * g->n_nodes + cell->owner] +=
                    part * cell->cost_usd / need_usd[cell->owner];
            }
        }
        money->cost_usd = scope->cost_usd;
        money->amount_usd = money->drawn_usd;
        money->binds = share < 1.0 ? NULL : "the equity that what it pays for needs";
    }
}

static bool in_funding(const ledger *g, int from, int to) {
    for (int i = 0; i < g->n_flows; i++) {
        const gw_flow *f = &g->flows[i];
        if (f->from == from && f->to == to &&
            (f->kind == GW_FLOW_EQUITY || f->kind == GW_FLOW_DRAW)) {
            return true;
        }
    }
    return false;
}

static bool is_replaced(const gw_scenario *in, int i) {
    for (int k = 0; k < in->commitments.n; k++) {
        if (in->commitments.at[k].supersedes.name != NULL &&
            in->commitments.at[k].supersedes.i == i) {
            return true;
        }
    }
    return false;
}

static void pay_commitments(ledger *g, double *buffer_usd) {
    for (int i = 0; i < g->in->commitments.n; i++) {
        const gw_commitment *promise = &g->in->commitments.at[i];
        bool capital = promise->kind == GW_COMMITMENT_EQUITY || promise->kind == GW_COMMITMENT_DEBT;
        bool gone = gw_is_set(promise->withdrawn_d) || is_replaced(g->in, i) ||
                    (g->k->schedule != NULL && g->k->schedule->withdrawn != NULL &&
                     g->k->schedule->withdrawn[i]);
        int from = node_of(g, promise->party, GW_OUT_CAPITAL);
        int to = node_of(g, promise->to, GW_OUT_OWNERS);
        if (!capital || gone || promise->to.name == NULL || !gw_is_set(promise->draw_from_d) ||
            in_funding(g, from, to)) {
            continue;
        }
        double until_d =
            gw_is_set(promise->draw_until_d) ? promise->draw_until_d + 1.0 : promise->draw_from_d;
        memset(buffer_usd, 0, (size_t)g->n_months * sizeof *buffer_usd);
        gw_calendar_spread(g->k->calendar, promise->amount_usd, promise->draw_from_d, until_d,
                           buffer_usd);
        pay_all(g, from, to, GW_FLOW_COMMITMENT, buffer_usd);
        for (int m = 0; m < g->n_months && promise->kind == GW_COMMITMENT_DEBT; m++) {
            g->parties[from].left_usd += buffer_usd[m]; /* terms are not known: owed at face */
            g->parties[to].left_usd -= buffer_usd[m];
        }
    }
}

/* ---------------------------------------------------------------- tax, distributions */

static bool bears_tax(const ledger *g, int node) {
    return node < g->n_parties ? g->k->sales->inside[node]
                               : node == g->n_parties + (int)GW_OUT_OWNERS;
}

static void pay_tax(ledger *g, gw_arena *scratch) {
    double *earned_usd = GW_NEW_N(scratch, g->n_months, double);
    double *one_usd = GW_NEW_N(scratch, g->n_months, double);
    double *node_usd = GW_NEW_N(scratch, g->n_nodes, double); /* of all months */
    double all_usd = 0.0;
    for (int node = 0; node < g->n_nodes; node++) {
        for (int m = 0; m < g->n_months && bears_tax(g, node); m++) {
            double gain_usd = fmax(0.0, g->earned_usd[node][m]);
            earned_usd[m] += gain_usd;
            node_usd[node] += gain_usd;
            all_usd += gain_usd;
        }
    }
    int unnamed = g->n_parties + (int)GW_OUT_OWNERS;
    for (int node = 0; node < g->n_nodes; node++) {
        if (!bears_tax(g, node)) {
            continue;
        }
        bool any = false;
        double whole_frac =
            all_usd > 0.0 ? node_usd[node] / all_usd : (node == unnamed ? 1.0 : 0.0);
        for (int m = 0; m < g->n_months; m++) {
            double frac = earned_usd[m] > 0.0 ? fmax(0.0, g->earned_usd[node][m]) / earned_usd[m]
                                              : whole_frac; /* nobody earns in this month */
            one_usd[m] = frac * g->k->tax_usd[m];
            any = any || one_usd[m] != 0.0;
        }
        if (any) {
            pay_all(g, node, g->n_parties + (int)GW_OUT_STATE, GW_FLOW_TAX, one_usd);
        }
    }
}

static void pay_distributions(ledger *g, const double *stake, gw_arena *scratch) {
    double *surplus_usd = GW_NEW_N(scratch, g->n_months, double);
    for (int owner = 0; owner < g->n_nodes; owner++) {
        bool known = false;
        for (int investor = 0; investor < g->n_nodes; investor++) {
            double part = stake[investor * g->n_nodes + owner];
            if (!(part > 0.0)) {
                continue;
            }
            for (int m = 0; m < g->n_months && !known; m++) {
                surplus_usd[m] = fmax(0.0, g->earned_usd[owner][m]);
            }
            known = true;
            pay(g, owner, investor, GW_FLOW_DISTRIBUTION, surplus_usd, part, 0, g->n_months - 1);
        }
    }
}

/* What each has when the horizon ends. */
static void leave(ledger *g) {
    const double end_d = gw_calendar_start_d(g->k->calendar, g->n_months);
    for (int i = 0; i < g->k->assets->n; i++) {
        const gw_asset *asset = &g->k->assets->at[i];
        int owner =
            asset->cluster >= 0 ? chip_owner_of(g, asset->cluster) : developer_of(g, asset->site);
        g->parties[owner].left_usd += gw_asset_value_usd(asset, end_d);
    }
    for (int k = 0; k < g->k->n_lines; k++) {
        const gw_debt_line *line = &g->k->lines[k];
        const gw_funding *funding = &g->in->funding.at[g->k->line_funding[k]];
        int borrower =
            line->scope.borrower >= 0 ? line->scope.borrower : g->n_parties + (int)GW_OUT_OWNERS;
        g->parties[node_of(g, funding->party, GW_OUT_CAPITAL)].left_usd +=
            line->money->outstanding_usd;
        g->parties[borrower].left_usd -= line->money->outstanding_usd;
    }
}

static bool comes_before(const gw_flow *x, const gw_flow *y) {
    if (x->usd != y->usd) {
        return x->usd > y->usd;
    }
    if (x->from != y->from || x->to != y->to) {
        return x->from != y->from ? x->from < y->from : x->to < y->to;
    }
    return x->kind < y->kind;
}

/* Largest first; insertion, because there are few and a sample may not allocate. */
static void sort_flows(gw_flow *flows, int n) {
    for (int i = 1; i < n; i++) {
        gw_flow flow = flows[i];
        int k = i;
        while (k > 0 && comes_before(&flow, &flows[k - 1])) {
            flows[k] = flows[k - 1];
            k--;
        }
        flows[k] = flow;
    }
}

void gw_party_work(const gw_party_in *party_in, gw_cash *cash, gw_arena *scratch) {
    ledger g = {.k = party_in,
                .in = party_in->in,
                .n_months = party_in->calendar->n_months,
                .n_parties = party_in->in->parties.n,
                .n_nodes = party_in->in->parties.n + GW_N_OUTSIDE};
    g.cap = 64 * g.n_nodes + 64;
    g.flows = GW_NEW_N(scratch, g.cap, gw_flow);
    g.place = GW_NEW_N(scratch, g.n_nodes * g.n_nodes * GW_N_FLOW, int);
    g.parties = GW_NEW_N(scratch, g.n_nodes, gw_party_money);
    g.earned_usd = GW_NEW_N(scratch, g.n_nodes, double *);
    for (int i = 0; i < g.n_nodes; i++) {
        g.parties[i].net_usd = GW_NEW_N(scratch, g.n_months, double);
        g.earned_usd[i] = GW_NEW_N(scratch, g.n_months, double);
    }
    double *buffer_usd = GW_NEW_N(scratch, g.n_months + 1, double);
    double *stake = GW_NEW_N(scratch, g.n_nodes * g.n_nodes, double);
    pay_assets(&g);
    pay_contracts(&g);
    pay_running(&g, buffer_usd);
    pay_loans(&g, buffer_usd);
    pay_equity(&g, stake, scratch);
    pay_commitments(&g, buffer_usd);
    pay_tax(&g, scratch);
    pay_distributions(&g, stake, scratch);
    leave(&g);
    for (int i = 0; i < g.n_nodes && g.n_months > 0; i++) {
        double *last_usd = &g.parties[i].net_usd[g.n_months - 1];
        *last_usd += g.parties[i].left_usd;
        g.parties[i].npv_usd =
            gw_monthly_npv(party_in->discount_rate, g.parties[i].net_usd, g.n_months);
        *last_usd -= g.parties[i].left_usd;
    }
    sort_flows(g.flows, g.n_flows);
    cash->flows = g.flows;
    cash->n_flows = g.n_flows;
    cash->parties = g.parties;
}
