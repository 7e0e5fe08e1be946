/* engine/flow_network.c: opens a network for flows and finds its nodes and links by name.
 * In: a scenario or a CSV of links.   Out: gw_net with its routing. */
#include "engine/flow_network.h"

#include <string.h>

#include "base/text.h"
#include "network/fault.h"

#define NEAREST_AMONG 20000 /* with more names the search would take longer than the work */

gw_code gw_flow_network_of_table(const char *file, const char *text, size_t n_bytes,
                                 gw_arena *arena, gw_diags *diags, gw_flow_network *out) {
    *out = (gw_flow_network){.file = file, .is_table = true};
    out->how = (gw_route_how){.kind = GW_ROUTING_D_MOD_K};
    gw_code code = gw_link_table_read(file, text, n_bytes, arena, diags, &out->table);
    out->net = out->table.net;
    return code;
}

void gw_flow_network_free(gw_flow_network *network) {
    if (network->is_table) {
        gw_link_table_free(&network->table);
    }
}

/* ------------------------------------------------------------------ of a scenario */

static int n_names(const gw_scenario *in) {
    return in->fabrics.n + in->clusters.n;
}

static const gw_head *head_of(const gw_scenario *in, int i) {
    return i < in->fabrics.n ? &in->fabrics.at[i].head : &in->clusters.at[i - in->fabrics.n].head;
}

static const char *all_names(const gw_scenario *in, gw_arena *arena) {
    const char *list = "";
    for (int i = 0; i < n_names(in) && i < 12; i++) {
        list = gw_arena_printf(arena, "%s%s`%s`", list, i == 0 ? "" : ", ", head_of(in, i)->name);
    }
    return n_names(in) > 12 ? gw_arena_printf(arena, "%s, ...", list) : list;
}

/* -1: told why. */
static int choose(const gw_spec *spec, const char *name, gw_arena *arena, gw_diags *diags) {
    const gw_scenario *in = &spec->scenario;
    gw_loc loc = {.file = spec->file};
    if (n_names(in) == 0) {
        gw_diag_add(diags, GW_E_REF, GW_ERROR, loc, NULL,
                    "add a network under `fabrics:`, or give a CSV of links",
                    "the scenario has neither fabrics nor clusters");
        return -1;
    }
    if (name == NULL && n_names(in) == 1) {
        return 0;
    }
    if (name == NULL) {
        gw_diag_add(diags, GW_E_REF, GW_ERROR, loc, NULL,
                    gw_arena_printf(arena, "choose with --fabric: %s", all_names(in, arena)),
                    "the scenario has %d networks", n_names(in));
        return -1;
    }
    for (int i = 0; i < n_names(in); i++) {
        if (strcmp(head_of(in, i)->name, name) == 0) {
            return i;
        }
    }
    gw_diag_add(diags, GW_E_REF, GW_ERROR, loc, NULL,
                gw_arena_printf(arena, "it has %s", all_names(in, arena)),
                "the scenario has no fabric or cluster `%s`", name);
    return -1;
}

static gw_code refuse(const gw_spec *spec, const gw_head *head, const char *problem,
                      gw_diags *diags) {
    gw_diag_add(diags, GW_E_MODEL, GW_ERROR, (gw_loc){.file = spec->file}, NULL, NULL,
                "`%s` cannot be built: %s", head->name, problem);
    return GW_E_MODEL;
}

/* Timed faults need a traffic that has a beginning; rows of a table begin when they say. */
static void tell_timed_faults(const gw_spec *spec, const gw_fabric *fabric, gw_diags *diags) {
    for (int i = 0; i < fabric->faults.n; i++) {
        const gw_fabric_fault *fault = &fabric->faults.at[i];
        if (fault->at_s == fault->at_s) { /* not NaN: given */
            gw_diag_add(diags, GW_E_MODEL, GW_WARNING, (gw_loc){.file = spec->file},
                        fault->head.path, "leave `at` out to have it down from the start",
                        "a fault with `at` is not part of `gigawatt flows`");
        }
    }
}

gw_code gw_flow_network_of_scenario(const gw_spec *spec, const char *name, gw_arena *arena,
                                    gw_diags *diags, gw_flow_network *out) {
    const gw_scenario *in = &spec->scenario;
    *out = (gw_flow_network){.file = spec->file};
    int i = choose(spec, name, arena, diags);
    if (i < 0) {
        return GW_E_REF;
    }
    bool is_cluster = i >= in->fabrics.n;
    int c = i - in->fabrics.n;
    const gw_fabric *fabric = is_cluster ? &in->clusters.at[c].fabric : &in->fabrics.at[i];
    gw_net_plan plan = {0};
    const char *problem = is_cluster ? gw_net_plan_of_cluster(in, c, arena, &plan)
                                     : gw_net_plan_of_fabric(in, fabric, arena, &plan);
    problem = problem != NULL ? problem : gw_net_plan_problem(&plan, arena);
    if (problem != NULL) {
        return refuse(spec, head_of(in, i), problem, diags);
    }
    out->name = head_of(in, i)->name;
    out->net = gw_net_build(&plan, arena);
    out->how = gw_net_routing(fabric);
    if (!gw_faults_apply(out->net, spec, fabric, diags)) {
        return GW_E_REF;
    }
    tell_timed_faults(spec, fabric, diags);
    return GW_OK;
}

/* ------------------------------------------------------------------ names */

int32_t gw_flow_network_node(const gw_flow_network *network, const char *name) {
    return network->is_table ? gw_name_set_find(&network->table.nodes, name, strlen(name))
                             : gw_net_find_node(network->net, name);
}

int32_t gw_flow_network_link(const gw_flow_network *network, const char *name) {
    return network->is_table ? gw_name_set_find(&network->table.links, name, strlen(name))
                             : gw_net_find_link(network->net, name);
}

static const char *nearest(const gw_name_set *names, const char *name) {
    return names->n > NEAREST_AMONG ? NULL : gw_text_nearest(name, names->text, (size_t)names->n);
}

const char *gw_flow_network_node_hint(const gw_flow_network *network, const char *name,
                                      gw_arena *arena) {
    const gw_net *net = network->net;
    if (network->is_table) {
        const char *near = nearest(&network->table.nodes, name);
        return near != NULL ? gw_arena_printf(arena, "did you mean `%s`?", near)
                            : gw_arena_printf(arena, "nodes are named in %s", network->file);
    }
    char first[256], last[256];
    gw_net_node_name(net, 0, first, sizeof first);
    gw_net_node_name(net, net->n_hosts - 1, last, sizeof last);
    return gw_arena_printf(arena, "hosts are %s to %s, or 0 to %d", first, last, net->n_hosts - 1);
}

const char *gw_flow_network_link_hint(const gw_flow_network *network, const char *name,
                                      gw_arena *arena) {
    if (network->is_table) {
        const char *near = nearest(&network->table.links, name);
        return near != NULL ? gw_arena_printf(arena, "did you mean `%s`?", near)
                            : gw_arena_printf(arena, "links are named in %s", network->file);
    }
    char first[512];
    gw_net_link_name(network->net, 0, first, sizeof first);
    return gw_arena_printf(arena, "links have names like %s; `gigawatt fabric --links` lists them",
                           first);
}
