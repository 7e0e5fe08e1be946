/* report/fabric_html.c: the page of `gigawatt fabric`: a drawing of each network, what it is made of,
 * what its collectives take.
 * In: a finished gw_fabric_report.   Out: one HTML file that loads nothing.
 * Derivation: engine/fabric_run.h. */
#include <math.h>

#include "report/fabric_text.h"
#include "report/html_page.h"
#include "report/words.h"

#define BUSIEST_SHOWN 20

typedef struct leaf {
    gw_page page;
    const gw_fabric_report *r;
    gw_arena *arena;
} leaf;

static void card(leaf *l, const char *name, const char *value, const char *sub) {
    gw_buf *out = l->page.out;
    gw_buf_printf(out, "<div class=\"card\"><div class=\"k\">%s</div><div class=\"v\">", name);
    gw_buf_add_html(out, value);
    gw_buf_add(out, "</div><div class=\"s\">");
    gw_buf_add_html(out, sub);
    gw_buf_add(out, "</div></div>\n");
}

static void draw_head(leaf *l) {
    gw_buf *out = l->page.out;
    gw_buf_add(out, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                    "<meta name=\"color-scheme\" content=\"light dark\">\n"
                    "<meta name=\"generator\" content=\"gigawatt " GW_VERSION "\">\n<title>");
    gw_buf_add_html(out, l->r->title);
    gw_buf_add(out, " - networks - gigawatt</title>\n<style>\n");
    gw_page_style(out);
    gw_buf_add(out, "svg.gw .wire{stroke-width:1.6}svg.gw .lead{opacity:.55}\n"
                    "</style></head><body>\n<header class=\"top\"><p class=\"eyebrow\">Networks"
                    "</p>\n<h1>");
    gw_buf_add_html(out, l->r->title);
    gw_buf_add(out, "</h1>\n");
    if (l->r->n > 1) {
        gw_buf_add(out, "<nav aria-label=\"Networks\">");
        for (int i = 0; i < l->r->n; i++) {
            gw_buf_printf(out, "<a href=\"#n%d\">", i + 1);
            gw_buf_add_html(out, l->r->views[i].name);
            gw_buf_add(out, "</a>");
        }
        gw_buf_add(out, "</nav>");
    }
    gw_buf_add(out, "</header>\n<main>\n");
}

static void draw_cards(leaf *l, const gw_fabric_view *v) {
    const gw_inventory *i = &v->inventory;
    gw_buf_add(l->page.out, "<div class=\"cards\">\n");
    card(l, "Hosts", gw_words_value(v->plan.n_hosts, "").text,
         gw_arena_printf(l->arena, "%s each and direction",
                         gw_words_value(i->host_Bps, "Gbit/s").text));
    card(l, "Switches", gw_words_value(i->n_switches, "").text,
         i->n_switches < 1
             ? gw_arena_printf(l->arena, "hosts are joined directly; %s links on the longest way",
                               gw_words_value(i->diameter_hops - 1, "").text)
             : gw_arena_printf(l->arena, "%s on the longest way; up to %d ports each in use",
                               gw_words_value(i->diameter_hops, "").text, i->radix_needed));
    card(l, "Cables", gw_words_value(i->n_cables, "").text,
         gw_arena_printf(l->arena, "%s, %s transceivers",
                         gw_words_value(i->cable_length_m, "km").text,
                         gw_words_value(i->n_optics, "").text));
    card(l, "Bisection", gw_words_value(i->full_bisection_frac, "%").text,
         gw_arena_printf(l->arena, "%s; share of what half the hosts can send",
                         gw_words_value(i->bisection_Bps, "Tbit/s").text));
    gw_buf_add(l->page.out, "</div>\n");
}

static void fact(leaf *l, const char *name, const char *value) {
    gw_page_row_begin(&l->page);
    gw_page_cell(&l->page, name);
    gw_page_cell(&l->page, value);
    gw_page_row_end(&l->page);
}

static void draw_inventory(leaf *l, const gw_fabric_view *v) {
    const gw_inventory *i = &v->inventory;
    gw_page_table_begin(&l->page, NULL, "=What|How much");
    for (int t = 0; t < i->n_tiers; t++) {
        if (i->n_switches_tier[t] > 0) {
            fact(l, gw_arena_printf(l->arena, "Switches: %s", gw_fabric_tier_name(v, t)),
                 gw_words_value(i->n_switches_tier[t], "").text);
        }
    }
    if (i->n_scaleup_switches > 0) {
        fact(l, "Scale-up domains", gw_words_value(i->n_scaleup_switches, "").text);
    }
    static const char *const roles[] = {NULL, "Cables to hosts", "Cables between switches",
                                        "Long cables"};
    for (int k = GW_CABLE_HOST; k <= GW_CABLE_LONG; k++) {
        if (i->n_cables_role[k] > 0) {
            fact(l, roles[k], gw_words_value(i->n_cables_role[k], "").text);
        }
    }
    for (int k = 0; k < GW_CABLE_CLASSES; k++) {
        const gw_cable_class *c = &i->classes[k];
        if (c->n_cables > 0) {
            fact(l, gw_arena_printf(l->arena, "Cables: %s", c->name),
                 gw_arena_printf(l->arena, "%s, %s", gw_words_value(c->n_cables, "").text,
                                 gw_words_value(c->length_m, "km").text));
        }
    }
    if (i->n_ocs_ports > 0) {
        fact(l, "Ports of optical circuit switches", gw_words_value(i->n_ocs_ports, "").text);
        fact(l, "Copper inside blocks, not priced", gw_words_value(i->n_block_cables, "").text);
    }
    fact(l, "Oversubscription of the leaves",
         gw_arena_printf(l->arena, "%s : 1", gw_words_value(i->oversubscription, "").text));
    if (gw_is_set(i->power_W)) {
        fact(l, "Power of switches and transceivers", gw_words_value(i->power_W, "kW").text);
        fact(l, "Price of switches and transceivers", gw_words_value(i->price_usd, "USD").text);
    }
    gw_page_table_end(&l->page);
}

static void draw_row(leaf *l, const gw_fabric_view *v, const gw_fabric_row *row) {
    gw_page *p = &l->page;
    gw_page_row_begin(p);
    gw_page_cellf(p, "%s%s%s", row->name != NULL ? row->name : "", row->name != NULL ? ": " : "",
                  gw_words_plain(gw_enum_collective.items[row->kind].name).text);
    gw_page_cellf(p, "%s, %s", gw_fabric_ranks(row, l->arena), row->where);
    if (row->problem != NULL) {
        gw_page_cellf(p, "not done: %s", row->problem);
        for (int k = 0; k < 5 + (v->together ? 1 : 0); k++) {
            gw_page_cell(p, "");
        }
        gw_page_row_end(p);
        return;
    }
    gw_page_cellf(p, "%s; %s", gw_enum_algorithm.items[row->algorithm].name,
                  gw_fabric_by_names[row->by]);
    gw_page_cell(p, gw_fabric_is_limited(row) ? row->limit : "");
    gw_page_cell(p, gw_words_value(row->bytes_B, "MB").text);
    gw_page_cell(p, isnan(row->time_s) ? "never" : gw_words_value(row->time_s, "ms").text);
    gw_page_cell(p, gw_words_value(row->ideal_s, "ms").text);
    gw_page_cell(p, gw_words_value(row->bus_Bps, "GB/s").text);
    if (v->together) {
        gw_page_cell(p, row->together_stuck ? "never" : gw_words_value(row->together_s, "ms").text);
    }
    gw_page_row_end(p);
}

static void draw_collectives(leaf *l, const gw_fabric_view *v) {
    gw_page_heading(&l->page, 3, NULL, "Collectives");
    gw_page_table_begin(&l->page, NULL,
                        v->together
                            ? "=What|Ranks|How; found by|Limit|>Buffer|>Alone|>Ideal|>Bus|>At once"
                            : "=What|Ranks|How; found by|Limit|>Buffer|>Time|>Ideal|>Bus");
    for (int i = 0; i < v->n_rows; i++) {
        draw_row(l, v, &v->rows[i]);
    }
    gw_page_table_end(&l->page);
    gw_page_note(&l->page,
                 "Ideal: every end point at its own rate, no link shared. Closed form: proven that "
                 "nothing else limits; flows: max-min fair sharing of every link; bound: what end "
                 "points, up-links and bisection allow at best. Bus: bandwidth as nccl-tests "
                 "define it. Line rates, without the losses of libraries and protocols.");
    if (v->steps_as_one > 1) {
        gw_page_note(&l->page, "At once: up to %s equal steps went as one flow of all their bytes.",
                     gw_words_value((double)v->steps_as_one, "").text);
    }
}

/** The links that were used most. */
static void draw_links(leaf *l, const gw_fabric_view *v) {
    int32_t top[BUSIEST_SHOWN];
    int n = 0;
    for (int32_t k = 0; v->carried_B != NULL && k < v->net->n_links; k++) {
        double used = gw_fabric_used_frac(v, k);
        int at = n;
        while (at > 0 && used > gw_fabric_used_frac(v, top[at - 1])) {
            at--;
        }
        if (!(used > 0) || at >= BUSIEST_SHOWN) {
            continue;
        }
        n = n < BUSIEST_SHOWN ? n + 1 : n;
        for (int j = n - 1; j > at; j--) {
            top[j] = top[j - 1];
        }
        top[at] = k;
    }
    if (n == 0) {
        return;
    }
    char name[160];
    gw_page_fold_begin(
        &l->page, gw_arena_printf(l->arena, "The links that were used most (%s)", v->links_of), n);
    gw_page_table_begin(&l->page, NULL, "Link|>Rate|>Latency|>Length|>Carried|>Used");
    for (int k = 0; k < n; k++) {
        gw_net_link_name(v->net, top[k], name, sizeof name);
        gw_page_row_begin(&l->page);
        gw_page_cell(&l->page, name);
        gw_page_cell(&l->page, gw_words_value(v->net->capacity_Bps[top[k]], "Gbit/s").text);
        gw_page_cell(&l->page, gw_words_value(v->net->latency_s[top[k]], "us").text);
        gw_page_cell(&l->page,
                     gw_words_value(v->net->kinds[v->net->kind[top[k]]].length_m, "m").text);
        gw_page_cell(&l->page, gw_words_value(v->carried_B[top[k]], "MB").text);
        gw_page_cell(&l->page, gw_words_value(gw_fabric_used_frac(v, top[k]), "%").text);
        gw_page_row_end(&l->page);
    }
    gw_page_table_end(&l->page);
    gw_page_fold_end(&l->page);
}

static void draw_view(leaf *l, int i) {
    const gw_fabric_view *v = &l->r->views[i];
    gw_buf_printf(l->page.out, "<section><h2 id=\"n%d\"><span class=\"n\">%d</span>", i + 1, i + 1);
    gw_buf_add_html(l->page.out, v->title != NULL ? v->title : v->name);
    gw_buf_add(l->page.out, "</h2>\n");
    gw_page_para(&l->page, "%s: %s. Routing: %s.", gw_enum_topology.items[v->plan.topology].name,
                 gw_fabric_shape(v, l->arena), gw_enum_routing.items[v->fabric->routing].doc);
    if (v->part_hosts_n > 0) {
        gw_page_para(&l->page,
                     "Too large to be built whole: what follows is of a part of %s hosts with the "
                     "same switches and ratios.",
                     gw_words_value(v->part_hosts_n, "").text);
    }
    draw_cards(l, v);
    gw_page_figure_begin(&l->page);
    bool whole = gw_fabric_svg(v, ++l->page.n_charts, l->page.out);
    gw_page_figure_end(&l->page, "%s",
                       whole && v->carried_B != NULL
                           ? gw_arena_printf(l->arena,
                                             "Blue: half used and more, orange: full, dashed: down "
                                             "(%s).",
                                             v->links_of)
                           : "");
    draw_inventory(l, v);
    draw_collectives(l, v);
    draw_links(l, v);
    gw_buf_add(l->page.out, "</section>\n");
}

void gw_fabric_html(const gw_fabric_report *r, gw_buf *out) {
    leaf l = {.page = {.out = out, .in = r->in}, .r = r, .arena = gw_arena_create(0)};
    draw_head(&l);
    for (int i = 0; i < r->n; i++) {
        draw_view(&l, i);
    }
    gw_buf_add(out, "</main>\n<footer>Made by gigawatt " GW_VERSION ". This file is complete in "
                    "itself: it loads nothing. Every number is also in fabric.json and fabric.csv, "
                    "every link in links.csv.</footer>\n</body></html>\n");
    gw_arena_free(l.arena);
}
