/* bench/bench_fabric.c: flows over fat trees of SimGrid's notation, from building to the last end.
 *
 * bench_fabric write LEVELS PATTERN BYTES FLOWS        the flows of a pattern, "src dst bytes" a row
 * bench_fabric run LEVELS ROUTING FLOWS TIMES          ours on such a file; seconds of each end
 * bench_fabric scale LEVELS ROUTING BYTES              a permutation, and the copy of the same bytes
 * bench_fabric collective LEVELS DOMAIN ALGORITHM BYTES   all-reduce over all hosts, every step as
 *                                                      flows; DOMAIN above 1: nodes of so many, by rail
 *
 * PATTERN: permutation or all_to_all. ROUTING: d_mod_k, ecmp or spray. CPU seconds, MB and counts are
 * printed as JSON; tools/bench-fabric puts them beside SimGrid's.
 *
 * The copy: what a simulator must at least read and write once, memory to memory: links, sizes and
 * rows of the flows in, ends and limits out. It is the limit that memory bandwidth sets. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/rng.h"
#include "flow/flow.h"
#include "network/net_plan.h"
#include "scenario/enums.h"
#include "traffic/traffic.h"

#define LINK_BPS 50e9

static double cpu_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double peak_MB(void) {
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (double)use.ru_maxrss / 1024.0;
}

static _Noreturn void give_up(const char *why) {
    fprintf(stderr, "bench_fabric: %s\n", why);
    exit(2);
}

static void *room(int64_t n, size_t size) {
    void *out = malloc((size_t)(n > 0 ? n : 1) * size);
    if (out == NULL) {
        give_up("no memory");
    }
    return out;
}

static double number(const char *text) {
    char *end = NULL;
    double value = strtod(text, &end);
    if (end == text || *end != 0) {
        give_up("a number is wanted");
    }
    return value;
}

/* ------------------------------------------------------------------ the tree */

static const char *take_list(const char *at, int n, int *out) {
    for (int i = 0; i < n; i++) {
        char *end = NULL;
        out[i] = (int)strtol(at, &end, 10);
        if (end == at || out[i] < 1) {
            give_up("levels are written 3;16,16,40;1,16,16;1,1,1");
        }
        at = *end != 0 ? end + 1 : end;
    }
    return at;
}

static gw_net_plan plan_of(const char *levels) {
    gw_net_plan p = {.topology = GW_TOPOLOGY_FAT_TREE,
                     .nics = 1,
                     .rails = 1,
                     .per_node = 1,
                     .planes = 1,
                     .domain = 1,
                     .islands = 1,
                     .nic_Bps = LINK_BPS,
                     .link_Bps = LINK_BPS,
                     .host_cable_m = 3,
                     .cable_m = 30};
    const char *at = take_list(levels, 1, &p.n_levels);
    if (p.n_levels > GW_NET_LEVELS) {
        give_up("too many levels");
    }
    at = take_list(at, p.n_levels, p.down);
    at = take_list(at, p.n_levels, p.up);
    take_list(at, p.n_levels, p.parallel);
    p.n_hosts = 1;
    for (int i = 0; i < p.n_levels; i++) {
        p.n_hosts *= p.down[i];
    }
    return p;
}

static gw_net *tree_of(const char *levels, gw_arena *arena) {
    gw_net_plan plan = plan_of(levels);
    const char *problem = gw_net_plan_problem(&plan, arena);
    if (problem != NULL) {
        give_up(problem);
    }
    gw_net *net = gw_net_build(&plan, arena);
    for (int32_t l = 0; l < net->n_links + net->n_bundles; l++) {
        net->latency_s[l] = 0.0; /* plain sharing, as SimGrid is asked for */
    }
    return net;
}

static int routing_of(const char *name) {
    for (int i = 0; i < gw_enum_routing.n; i++) {
        if (strcmp(gw_enum_routing.items[i].name, name) == 0) {
            return i;
        }
    }
    give_up("routing is d_mod_k, ecmp or spray");
}

/* ------------------------------------------------------------------ flows */

typedef struct flows {
    int64_t n;
    int32_t *src, *dst;
    double *bytes;
} flows;

static flows flows_for(int64_t n) {
    return (flows){.src = room(n, sizeof(int32_t)),
                   .dst = room(n, sizeof(int32_t)),
                   .bytes = room(n, sizeof(double))};
}

static void add(flows *f, int32_t src, int32_t dst, double bytes) {
    f->src[f->n] = src;
    f->dst[f->n] = dst;
    f->bytes[f->n++] = bytes;
}

/* Nobody sends to itself: a cycle through all hosts in random order (Sattolo). */
static flows permutation(int32_t n, double bytes) {
    flows f = flows_for(n);
    int32_t *to = room(n, sizeof *to);
    for (int32_t i = 0; i < n; i++) {
        to[i] = i;
    }
    for (int32_t i = n - 1; i > 0; i--) {
        int32_t j = (int32_t)(gw_rng_uniform(1, (uint64_t)i, 0, 0) * i);
        int32_t kept = to[i];
        to[i] = to[j];
        to[j] = kept;
    }
    for (int32_t i = 0; i < n; i++) {
        add(&f, i, to[i], bytes);
    }
    free(to);
    return f;
}

static flows all_to_all(int32_t n, double bytes) {
    flows f = flows_for((int64_t)n * n);
    for (int32_t i = 0; i < n; i++) {
        for (int32_t j = 0; j < n; j++) {
            if (i != j) {
                add(&f, i, j, bytes);
            }
        }
    }
    return f;
}

static flows read_flows(const char *path) {
    FILE *in = fopen(path, "r");
    if (in == NULL) {
        give_up("FLOWS cannot be read");
    }
    int64_t n = 0;
    for (int c = getc(in); c != EOF; c = getc(in)) {
        n += c == '\n';
    }
    rewind(in);
    flows f = flows_for(n);
    char line[128];
    while (f.n < n && fgets(line, sizeof line, in) != NULL) {
        char *at = line;
        int32_t src = (int32_t)strtol(at, &at, 10);
        int32_t dst = (int32_t)strtol(at, &at, 10);
        add(&f, src, dst, strtod(at, NULL));
    }
    fclose(in);
    return f;
}

static void free_flows(flows *f) {
    free(f->src);
    free(f->dst);
    free(f->bytes);
}

/* ------------------------------------------------------------------ a run */

typedef struct timed {
    double build_s, route_s, run_s;
    int64_t n_crossed; /* flows x links */
    gw_flow_result result;
    gw_flow_set set;
} timed;

static void route_all(const gw_net *net, int routing, const flows *f, gw_arena *arena, timed *t) {
    gw_route_how how = {.kind = routing, .seed = 1};
    gw_path path = gw_path_create(arena);
    int64_t room_n = f->n * 6 + 64;
    int64_t *at = room(f->n + 1, sizeof *at);
    int32_t *link = room(room_n, sizeof *link);
    at[0] = 0;
    for (int64_t i = 0; i < f->n; i++) {
        if (!gw_net_route(net, &how, f->src[i], f->dst[i], (uint32_t)i, &path)) {
            give_up("some hosts have no way");
        }
        if (at[i] + path.n > room_n) {
            room_n = room_n * 2 + path.n;
            link = realloc(link, (size_t)room_n * sizeof *link);
        }
        memcpy(link + at[i], path.link, (size_t)path.n * sizeof *link);
        at[i + 1] = at[i] + path.n;
    }
    t->set = (gw_flow_set){.n = f->n, .bytes = f->bytes, .at = at, .link = link};
    t->n_crossed = at[f->n];
}

static timed work(const char *levels, const char *routing, const flows *f, gw_arena *arena) {
    timed t = {.n_crossed = 0};
    double at_s = cpu_s();
    gw_net *net = tree_of(levels, arena);
    t.build_s = cpu_s() - at_s;
    at_s = cpu_s();
    route_all(net, routing_of(routing), f, arena, &t);
    t.route_s = cpu_s() - at_s;
    at_s = cpu_s();
    gw_flow_links links = gw_net_links(net);
    gw_flow_run(&links, &t.set, &(gw_flow_opts){0}, arena, &t.result);
    t.run_s = cpu_s() - at_s;
    return t;
}

static void print_times(const timed *t) {
    printf("{\"build_s\": %.6g, \"route_s\": %.6g, \"run_s\": %.6g, \"peak_MB\": %.6g, "
           "\"flows\": %lld, \"crossed\": %lld, \"classes\": %lld, \"events\": %lld, "
           "\"end_s\": %.17g",
           t->build_s, t->route_s, t->run_s, peak_MB(), (long long)t->set.n,
           (long long)t->n_crossed, (long long)t->result.n_classes, (long long)t->result.n_events,
           t->result.end_s);
}

static void free_set(timed *t) {
    free((void *)t->set.at);
    free((void *)t->set.link);
}

/* Best of some copies, so that a neighbour's burst does not count. */
static double copy_s(int64_t n_bytes) {
    char *from = room(n_bytes, 1), *to = room(n_bytes, 1);
    double best_s = INFINITY;
    memset(from, 1, (size_t)n_bytes);
    memset(to, 2, (size_t)n_bytes);
    for (int k = 0; k < 7; k++) {
        double at_s = cpu_s();
        memcpy(to, from, (size_t)n_bytes);
        best_s = fmin(best_s, cpu_s() - at_s);
        from[k] = to[n_bytes - 1 - k]; /* the copy has a reader */
    }
    free(from);
    free(to);
    return best_s;
}

/* ------------------------------------------------------------------ commands */

static void write_flows(const char *levels, const char *pattern, double bytes, const char *path) {
    int32_t n = plan_of(levels).n_hosts;
    flows f = strcmp(pattern, "all_to_all") == 0 ? all_to_all(n, bytes) : permutation(n, bytes);
    FILE *out = fopen(path, "w");
    if (out == NULL) {
        give_up("FLOWS cannot be written");
    }
    for (int64_t i = 0; i < f.n; i++) {
        fprintf(out, "%d %d %.17g\n", f.src[i], f.dst[i], f.bytes[i]);
    }
    fclose(out);
    free_flows(&f);
}

static void run(const char *levels, const char *routing, const char *from, const char *to) {
    flows f = read_flows(from);
    gw_arena *arena = gw_arena_create((size_t)1 << 20);
    timed t = work(levels, routing, &f, arena);
    FILE *out = fopen(to, "w");
    if (out == NULL) {
        give_up("TIMES cannot be written");
    }
    for (int64_t i = 0; i < f.n && t.result.finish_s != NULL; i++) {
        fprintf(out, "%.17g\n", t.result.finish_s[i]);
    }
    fclose(out);
    print_times(&t);
    printf("}\n");
    free_set(&t);
    free_flows(&f);
    gw_arena_free(arena);
}

static void scale(const char *levels, const char *routing, double bytes) {
    flows f = permutation(plan_of(levels).n_hosts, bytes);
    gw_arena *arena = gw_arena_create((size_t)1 << 20);
    timed t = work(levels, routing, &f, arena);
    print_times(&t);
    int64_t touched = t.n_crossed * (int64_t)sizeof(int32_t) +
                      f.n * (int64_t)(3 * sizeof(double) + sizeof(int32_t));
    free_set(&t);
    free_flows(&f);
    gw_arena_free(arena);
    printf(", \"touched_B\": %lld, \"copy_s\": %.6g}\n", (long long)touched, copy_s(touched));
}

static int algorithm_of(const char *name) {
    for (int i = 0; i < gw_enum_algorithm.n; i++) {
        if (strcmp(gw_enum_algorithm.items[i].name, name) == 0) {
            return i;
        }
    }
    give_up("ALGORITHM is ring, tree, hierarchical ...");
}

static void collective(const char *levels, int domain, const char *algorithm, double bytes) {
    gw_arena *arena = gw_arena_create((size_t)1 << 20);
    gw_net_plan plan = plan_of(levels);
    if (domain > 1) {
        plan.topology = GW_TOPOLOGY_RAIL;
        plan.rails = plan.per_node = plan.domain = domain;
        plan.scaleup_Bps = 450e9;
    }
    const char *problem = gw_net_plan_problem(&plan, arena);
    if (problem != NULL) {
        give_up(problem);
    }
    double at_s = cpu_s();
    gw_net *net = gw_net_build(&plan, arena);
    double build_s = cpu_s() - at_s;
    int32_t *rank = GW_NEW_N(arena, net->n_hosts, int32_t);
    for (int32_t i = 0; i < net->n_hosts; i++) {
        rank[i] = i;
    }
    gw_collective_ask ask = {.kind = GW_ALL_REDUCE,
                             .algorithm = algorithm_of(algorithm),
                             .bytes = bytes,
                             .n = net->n_hosts,
                             .n_groups = 1,
                             .rank = rank};
    gw_route_how how = {.kind = GW_ROUTING_D_MOD_K, .seed = 1};
    gw_traffic traffic;
    gw_traffic_result result;
    at_s = cpu_s();
    problem = gw_traffic_make(net, &ask, arena, &traffic);
    if (problem != NULL) {
        give_up(problem);
    }
    gw_traffic_run(net, &how, &traffic, arena, &result);
    printf(
        "{\"build_s\": %.6g, \"run_s\": %.6g, \"peak_MB\": %.6g, \"hosts\": %d, \"flows\": %lld, "
        "\"closed_form\": %d, \"end_s\": %.17g}\n",
        build_s, cpu_s() - at_s, peak_MB(), net->n_hosts, (long long)result.n_flows,
        result.closed_form, result.time_s);
    gw_arena_free(arena);
}

int main(int argc, char **argv) {
    if (argc == 6 && strcmp(argv[1], "write") == 0) {
        write_flows(argv[2], argv[3], number(argv[4]), argv[5]);
    } else if (argc == 6 && strcmp(argv[1], "run") == 0) {
        run(argv[2], argv[3], argv[4], argv[5]);
    } else if (argc == 5 && strcmp(argv[1], "scale") == 0) {
        scale(argv[2], argv[3], number(argv[4]));
    } else if (argc == 6 && strcmp(argv[1], "collective") == 0) {
        collective(argv[2], (int)number(argv[3]), argv[4], number(argv[5]));
    } else {
        give_up("write LEVELS PATTERN BYTES FLOWS | run LEVELS ROUTING FLOWS TIMES | "
                "scale LEVELS ROUTING BYTES | collective LEVELS DOMAIN ALGORITHM BYTES");
    }
    return 0;
}
