/* report/fabric_data.c: networks as JSON, CSV and lists of links.
 * In: a finished gw_fabric_report.   Out: text.
 * Derivation: engine/fabric_run.h. Names of members carry SI units. */
#include <math.h>
#include <stdio.h>

#include "base/csv.h"
#include "base/json.h"
#include "report/fabric_text.h"
#include "report/words.h"

/** The numbers of an inventory, once for JSON and CSV. */
typedef struct gw_named {
    const char *name;
    double value;
} gw_named;
#define N_INVENTORY 24

static int list_inventory(const gw_fabric_view *v, gw_named out[N_INVENTORY]) {
    const gw_inventory *i = &v->inventory;
    const gw_named all[] = {{"hosts_n", v->plan.n_hosts},
                            {"part_hosts_n", v->part_hosts_n},
                            {"most_hosts_n", i->most_hosts_n},
                            {"host_Bps", i->host_Bps},
                            {"switches_n", i->n_switches},
                            {"scaleup_switches_n", i->n_scaleup_switches},
                            {"cables_n", i->n_cables},
                            {"cables_host_n", i->n_cables_role[GW_CABLE_HOST]},
                            {"cables_switch_n", i->n_cables_role[GW_CABLE_SWITCH]},
                            {"cables_long_n", i->n_cables_role[GW_CABLE_LONG]},
                            {"cables_too_long_n", i->n_too_long},
                            {"cable_length_m", i->cable_length_m},
                            {"transceivers_n", i->n_optics},
                            {"optical_switch_ports_n", i->n_ocs_ports},
                            {"block_cables_n", i->n_block_cables},
                            {"ports_used_n", i->radix_needed},
                            {"ports_n", i->radix},
                            {"bisection_Bps", i->bisection_Bps},
                            {"full_bisection_frac", i->full_bisection_frac},
                            {"oversubscription_ratio", i->oversubscription},
                            {"diameter_switches_n", i->diameter_hops},
                            {"power_W", i->power_W},
                            {"price_usd", i->price_usd},
                            {"links_n", v->net->n_links},
                            {"nodes_n", v->net->n_nodes}};
    for (int k = 0; k < N_INVENTORY; k++) {
        out[k] = all[k];
    }
    return N_INVENTORY;
}

static void json_inventory(gw_json *json, const gw_fabric_view *v) {
    gw_named all[N_INVENTORY];
    int n = list_inventory(v, all);
    gw_json_object(json, "inventory");
    for (int k = 0; k < n; k++) {
        gw_json_number(json, all[k].name, all[k].value);
    }
    gw_json_object(json, "switches_by_tier_n");
    for (int t = 0; t < v->inventory.n_tiers; t++) {
        gw_json_number(json, gw_fabric_tier_name(v, t), v->inventory.n_switches_tier[t]);
    }
    gw_json_end_object(json);
    gw_json_array(json, "cable_classes");
    for (int k = 0; k < GW_CABLE_CLASSES; k++) {
        const gw_cable_class *c = &v->inventory.classes[k];
        if (c->n_cables > 0) {
            gw_json_object(json, NULL);
            gw_json_text(json, "class", c->name);
            gw_json_number(json, "cables_n", c->n_cables);
            gw_json_number(json, "length_m", c->length_m);
            gw_json_end_object(json);
        }
    }
    gw_json_end_array(json);
    gw_json_end_object(json);
}

static void json_row(gw_json *json, const gw_fabric_row *row) {
    gw_json_object(json, NULL);
    gw_json_text(json, "name", row->name);
    gw_json_text(json, "where", row->where);
    gw_json_text(json, "kind", gw_enum_collective.items[row->kind].name);
    gw_json_text(json, "algorithm", gw_enum_algorithm.items[row->algorithm].name);
    gw_json_number(json, "size_B", row->bytes_B);
    gw_json_integer(json, "ranks_n", row->ranks);
    gw_json_integer(json, "groups_n", row->groups);
    gw_json_number(json, "start_s", row->start_s);
    gw_json_text(json, "problem", row->problem);
    gw_json_text(json, "found_by", row->problem != NULL ? NULL : gw_fabric_by_names[row->by]);
    gw_json_number(json, "time_s", row->time_s);
    gw_json_number(json, "ideal_s", row->ideal_s);
    gw_json_number(json, "healthy_s", row->healthy_s);
    gw_json_number(json, "library_s", row->library_s);
    gw_json_number(json, "bus_Bps", row->bus_Bps);
    gw_json_text(json, "busiest_link", row->limit);
    gw_json_number(json, "busiest_link_frac", row->limit_frac);
    gw_json_bool(json, "limited_by_it", gw_fabric_is_limited(row));
    gw_json_integer(json, "flows_n", row->n_flows);
    gw_json_integer(json, "simulated_n", row->n_classes);
    gw_json_integer(json, "stuck_n", row->n_stuck);
    gw_json_number(json, "together_s", row->together_s);
    gw_json_end_object(json);
}

static void json_view(gw_json *json, const gw_fabric_view *v, gw_arena *arena) {
    gw_json_object(json, NULL);
    gw_json_text(json, "name", v->name);
    gw_json_text(json, "title", v->title);
    gw_json_text(json, "of", v->is_cluster ? "cluster" : "fabric");
    gw_json_text(json, "topology", gw_enum_topology.items[v->plan.topology].name);
    gw_json_text(json, "shape", gw_fabric_shape(v, arena));
    gw_json_text(json, "routing", gw_enum_routing.items[v->fabric->routing].name);
    gw_json_integer(json, "queue_pairs", v->fabric->queue_pairs);
    json_inventory(json, v);
    gw_json_array(json, "collectives");
    for (int i = 0; i < v->n_rows; i++) {
        json_row(json, &v->rows[i]);
    }
    gw_json_end_array(json);
    gw_json_bool(json, "together", v->together);
    gw_json_integer(json, "fault_events_n", v->n_events);
    gw_json_integer(json, "steps_as_one_n", v->steps_as_one);
    gw_json_end_object(json);
}

void gw_fabric_json(const gw_fabric_report *r, gw_buf *out) {
    gw_arena *arena = gw_arena_create(0);
    gw_json json = gw_json_begin(out);
    gw_json_object(&json, NULL);
    gw_json_text(&json, "title", r->title);
    gw_json_array(&json, "networks");
    for (int i = 0; i < r->n; i++) {
        json_view(&json, &r->views[i], arena);
    }
    gw_json_end_array(&json);
    gw_json_end_object(&json);
    gw_json_finish(&json);
    gw_arena_free(arena);
}

/* ---------------------------------------------------------------- CSV */

static void csv_number(gw_buf *out, const char *network, const char *subject, const char *name,
                       double value) {
    if (isnan(value)) {
        return;
    }
    gw_csv_text(out, network, 1);
    gw_csv_text(out, subject, 0);
    gw_csv_text(out, name, 0);
    gw_csv_number(out, value, 0);
    gw_csv_end(out);
}

static void csv_row(const gw_fabric_view *v, const gw_fabric_row *row, gw_buf *out) {
    char subject[200];
    if (row->name != NULL) {
        snprintf(subject, sizeof subject, "%s", row->name);
    } else {
        snprintf(subject, sizeof subject, "%s %s, %s", gw_enum_collective.items[row->kind].name,
                 gw_words_value(row->bytes_B, "MB").text, row->where);
    }
    const gw_named all[] = {{"size_B", row->bytes_B},
                            {"ranks_n", (double)row->ranks},
                            {"groups_n", (double)row->groups},
                            {"time_s", row->time_s},
                            {"ideal_s", row->ideal_s},
                            {"healthy_s", row->healthy_s},
                            {"library_s", row->library_s},
                            {"bus_Bps", row->bus_Bps},
                            {"busiest_link_frac", row->limit_frac},
                            {"stuck_n", (double)row->n_stuck},
                            {"together_s", row->together_s}};
    for (size_t k = 0; k < sizeof all / sizeof all[0]; k++) {
        csv_number(out, v->name, subject, all[k].name, all[k].value);
    }
}

void gw_fabric_csv(const gw_fabric_report *r, gw_buf *out) {
    gw_buf_add(out, "network,subject,name,value\n");
    for (int i = 0; i < r->n; i++) {
        const gw_fabric_view *v = &r->views[i];
        gw_named all[N_INVENTORY];
        int n = list_inventory(v, all);
        for (int k = 0; k < n; k++) {
            csv_number(out, v->name, "network", all[k].name, all[k].value);
        }
        for (int k = 0; k < v->n_rows; k++) {
            csv_row(v, &v->rows[k], out);
        }
    }
}

/* ---------------------------------------------------------------- links */

void gw_fabric_links_csv(const gw_fabric_report *r, gw_buf *out) {
    char link[160], src[80], dst[80];
    gw_buf_add(out, "network,link,src,dst,bytes_per_s,latency_s,length_m,carried_bytes,"
                    "utilisation\n");
    for (int i = 0; i < r->n; i++) {
        const gw_fabric_view *v = &r->views[i];
        for (int32_t l = 0; l < v->net->n_links; l++) {
            gw_net_link_name(v->net, l, link, sizeof link);
            gw_net_node_name(v->net, v->net->from[l], src, sizeof src);
            gw_net_node_name(v->net, v->net->to[l], dst, sizeof dst);
            gw_csv_text(out, v->name, 1);
            gw_csv_text(out, link, 0);
            gw_csv_text(out, src, 0);
            gw_csv_text(out, dst, 0);
            gw_csv_number(out, v->net->capacity_Bps[l], 0);
            gw_csv_number(out, v->net->latency_s[l], 0);
            gw_csv_number(out, v->net->kinds[v->net->kind[l]].length_m, 0);
            gw_csv_number(out, v->carried_B == NULL ? GW_NAN : v->carried_B[l], 0);
            gw_csv_number(out, gw_fabric_used_frac(v, l), 0);
            gw_csv_end(out);
        }
    }
}

void gw_fabric_links_text(const gw_fabric_report *r, gw_buf *out) {
    char link[160];
    for (int i = 0; i < r->n; i++) {
        const gw_fabric_view *v = &r->views[i];
        gw_buf_printf(out, "\nLinks of %s%s%s\n%-36s%14s%10s%10s%10s\n", v->name,
                      v->links_of != NULL ? ", used by " : "",
                      v->links_of != NULL ? v->links_of : "", "link", "rate", "latency", "length",
                      "used");
        for (int32_t l = 0; l < v->net->n_links; l++) {
            gw_net_link_name(v->net, l, link, sizeof link);
            double used = gw_fabric_used_frac(v, l);
            gw_buf_printf(out, "%-36s%14s%10s%10s%10s\n", link,
                          v->net->capacity_Bps[l] > 0
                              ? gw_words_value(v->net->capacity_Bps[l], "Gbit/s").text
                              : "down",
                          gw_words_value(v->net->latency_s[l], "us").text,
                          gw_words_value(v->net->kinds[v->net->kind[l]].length_m, "m").text,
                          isnan(used) ? "-" : gw_words_value(used, "%").text);
        }
    }
}
