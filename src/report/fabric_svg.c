/* report/fabric_svg.c: a drawing of a network: tiers as rows, a torus or HyperX as a grid, a dragonfly
 * as a ring of groups, a free network as two rings.
 * In: a gw_fabric_view.   Out: one SVG image.
 * Small networks are drawn link by link, with what each link carried; of large ones the first nodes
 * of a row and its last stand for all, with the counts beside them.
 * Derivation: none. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/fabric_text.h"
#include "report/svg.h"
#include "report/words.h"

#define WIDTH 760.0
#define LEFT 128.0 /* names and counts of rows */
#define RIGHT 16.0
#define ROW 92.0
#define BOX_H 22.0
#define MOST_EXACT_BOXES 48   /* in a row */
#define MOST_EXACT_LINKS 3000 /* of one direction */
#define SHOWN 12              /* boxes of a long row */
#define MOST_ROWS 8
#define MOST_GROUPS 28
#define BUSY 0.995
#define PI 3.14159265358979323846

/** A row of nodes: those of one tier, in their order. */
typedef struct drawn_row {
    int tier; /* as in net->tier; 0: hosts, 255: scale-up */
    int32_t n;
    double y;
    const char *name;
} drawn_row;

/** Class of a link by how much of it was used. */
static const char *use_css(const gw_fabric_view *v, int32_t link) {
    double used = gw_fabric_used_frac(v, link);
    return v->net->capacity_Bps[link] <= 0 ? "mark"
           : isnan(used)                   ? "lead"
           : used >= BUSY                  ? "s4"
           : used >= 0.5                   ? "s1"
                                           : "lead";
}

static void line(gw_buf *out, const char *css, double x1, double y1, double x2, double y2) {
    char full[48];
    bool plain = strcmp(css, "lead") == 0 || strcmp(css, "mark") == 0 || strcmp(css, "axis") == 0;
    snprintf(full, sizeof full, "%s%s", css, plain ? "" : " wire");
    gw_svg_line(out, full, x1, y1, x2, y2);
}

/* ---------------------------------------------------------------- rows of tiers */

/** Hosts lowest, scale-up below them, higher tiers above. */
static int list_rows(const gw_fabric_view *v, drawn_row *rows) {
    int32_t count[256] = {0};
    for (int32_t n = 0; n < v->net->n_nodes; n++) {
        count[v->net->tier[n]]++;
    }
    int n = 0;
    for (int t = 254; t >= 0 && n < MOST_ROWS - 1; t--) {
        if (count[t] > 0) {
            rows[n++] = (drawn_row){
                .tier = t, .n = count[t], .name = t == 0 ? "host" : gw_fabric_tier_name(v, t - 1)};
        }
    }
    if (count[255] > 0) {
        rows[n++] = (drawn_row){.tier = 255, .n = count[255], .name = "scale-up"};
    }
    for (int k = 0; k < n; k++) {
        rows[k].y = 30 + ROW * k;
    }
    return n;
}

/** Middle of the k-th of n boxes. */
static double box_x(double n, double k) {
    return LEFT + (WIDTH - LEFT - RIGHT) * (k + 0.5) / n;
}

static void put_row_name(const drawn_row *row, gw_buf *out) {
    gw_svg_text(out, "b", 8, row->y + 10, GW_ANCHOR_START, row->name);
    gw_svg_text(out, "m", 8, row->y + 24, GW_ANCHOR_START, gw_words_value((double)row->n, "").text);
}

static const char *box_css(int tier) {
    return tier == 0 ? "f5" : tier == 255 ? "f6" : tier == 1 ? "f3" : tier == 2 ? "f1" : "f2";
}

static void draw_exact(const gw_fabric_view *v, const drawn_row *rows, int n_rows, gw_buf *out) {
    gw_arena *arena = gw_arena_create(0);
    double *x = GW_NEW_N(arena, v->net->n_nodes, double);
    double *y = GW_NEW_N(arena, v->net->n_nodes, double);
    for (int r = 0; r < n_rows; r++) {
        int32_t k = 0;
        for (int32_t n = 0; n < v->net->n_nodes; n++) {
            if (v->net->tier[n] == rows[r].tier) {
                x[n] = box_x(rows[r].n, k++);
                y[n] = rows[r].y;
            }
        }
    }
    for (int32_t l = 0; l < v->net->n_links; l += v->net->duplex ? 2 : 1) {
        int32_t a = v->net->from[l], b = v->net->to[l];
        int32_t back = v->net->duplex ? l + 1 : l;
        bool more = gw_fabric_used_frac(v, back) > gw_fabric_used_frac(v, l);
        double ya = y[a] + (y[b] > y[a] ? BOX_H : 0), yb = y[b] + (y[a] > y[b] ? BOX_H : 0);
        line(out, use_css(v, more ? back : l), x[a], ya, x[b], yb);
    }
    for (int r = 0; r < n_rows; r++) {
        double w = fmin(46, 0.8 * (WIDTH - LEFT - RIGHT) / rows[r].n);
        put_row_name(&rows[r], out);
        for (int32_t n = 0; n < v->net->n_nodes; n++) {
            char name[80];
            if (v->net->tier[n] == rows[r].tier) {
                gw_net_node_name(v->net, n, name, sizeof name);
                gw_svg_rect(out, box_css(rows[r].tier), x[n] - w / 2, y[n], w, BOX_H, name);
            }
        }
    }
    gw_arena_free(arena);
}

/** Boxes that stand for a row: the first ones, dots, the last. */
static int shown_of(const drawn_row *row) {
    return row->n <= SHOWN ? row->n : SHOWN;
}

static void draw_abstract_row(const drawn_row *row, gw_buf *out) {
    int n = shown_of(row);
    bool cut = row->n > SHOWN;
    double w = fmin(46, 0.8 * (WIDTH - LEFT - RIGHT) / n);
    put_row_name(row, out);
    for (int k = 0; k < n; k++) {
        double x = box_x(n, k);
        if (cut && k == n - 2) {
            gw_svg_text(out, "b", x, row->y + 15, GW_ANCHOR_MIDDLE, "...");
            continue;
        }
        char text[32];
        int32_t number = cut && k == n - 1 ? row->n - 1 : k;
        snprintf(text, sizeof text, "%d", (int)number);
        gw_svg_rect(out, box_css(row->tier), x - w / 2, row->y, w, BOX_H, NULL);
        if (gw_svg_width(text, 11) < w - 4) {
            gw_svg_text(out, "ink", x, row->y + 15, GW_ANCHOR_MIDDLE, text);
        }
    }
}

/** Cables between two kinds of nodes. */
static double cables_between(const gw_fabric_view *v, int a, int b) {
    double n = 0;
    for (int32_t l = 0; l < v->net->n_links; l++) {
        int from = v->net->tier[v->net->from[l]], to = v->net->tier[v->net->to[l]];
        n += (from == a && to == b) || (from == b && to == a);
    }
    return v->net->duplex ? n / 2 : n;
}

static void draw_between(const gw_fabric_view *v, const drawn_row *high, const drawn_row *low,
                         gw_buf *out) {
    double cables = cables_between(v, high->tier, low->tier);
    int a = shown_of(high), b = shown_of(low);
    if (cables < 1) {
        return;
    }
    for (int k = 0; k < b; k++) {
        if (low->n > SHOWN && k == b - 2) {
            continue;
        }
        bool hosts = low->tier == 0 || low->tier == 255;
        for (int j = 0; j < a; j++) {
            bool dots = high->n > SHOWN && j == a - 2;
            bool own = (double)j / a <= (double)k / b && (double)k / b < (double)(j + 1) / a;
            if (!dots && (!hosts || own)) {
                line(out, "lead", box_x(a, j), high->y + BOX_H, box_x(b, k), low->y);
            }
        }
    }
    char text[112];
    snprintf(text, sizeof text, "%s cables", gw_words_value(cables, "").text);
    gw_svg_text(out, "m", 8, (high->y + low->y + BOX_H) / 2 + 8, GW_ANCHOR_START, text);
}

static double rows_height(int n_rows) {
    return 30 + ROW * (n_rows - 1) + BOX_H + 14;
}

/** True: every link was drawn. */
static bool draw_rows(const gw_fabric_view *v, gw_buf *out, const drawn_row *rows, int n_rows) {
    int32_t widest = 0;
    for (int r = 0; r < n_rows; r++) {
        widest = rows[r].n > widest ? rows[r].n : widest;
    }
    if (widest <= MOST_EXACT_BOXES && v->net->n_links <= MOST_EXACT_LINKS) {
        draw_exact(v, rows, n_rows, out);
        return true;
    }
    for (int r = 0; r + 1 < n_rows; r++) {
        draw_between(v, &rows[r], &rows[r + 1], out);
    }
    for (int r = 0; r < n_rows; r++) {
        draw_abstract_row(&rows[r], out);
    }
    return false;
}

/* ---------------------------------------------------------------- grids */

#define GRID_MOST 12
#define GRID_STEP 44.0

static void grid_cell(double x0, double y0, int x, int y, bool square, gw_buf *out) {
    double cx = x0 + GRID_STEP * x, cy = y0 + GRID_STEP * y;
    if (square) {
        gw_svg_rect(out, "f3", cx - 7, cy - 7, 14, 14, NULL);
    } else {
        gw_svg_circle(out, "f5", cx, cy, 7, NULL);
    }
}

static double grid_height(const gw_net_plan *p) {
    int ny = p->n_dims > 1 ? p->dim[1] : 1;
    return 76 + GRID_STEP * (ny < GRID_MOST ? ny : GRID_MOST);
}

/** One line of the grid: neighbours joined, and the ring or all with all indicated by a bow. */
static void grid_bow(bool across, double x0, double y0, int n, gw_buf *out) {
    double end = GRID_STEP * (n - 1), bow = 24;
    gw_buf_printf(out,
                  "<path class=\"s1 wire\" fill=\"none\" d=\"M%.1f %.1fQ%.1f %.1f %.1f %.1f\"/>\n",
                  x0, y0, across ? x0 + end / 2 : x0 - bow, across ? y0 - bow : y0 + end / 2,
                  across ? x0 + end : x0, across ? y0 : y0 + end);
}

static void draw_grid(const gw_fabric_view *v, gw_buf *out) {
    const gw_net_plan *p = &v->plan;
    bool hyperx = p->topology == GW_TOPOLOGY_HYPERX;
    int nx = p->dim[0] < GRID_MOST ? p->dim[0] : GRID_MOST;
    int dy = p->n_dims > 1 ? p->dim[1] : 1, ny = dy < GRID_MOST ? dy : GRID_MOST;
    double x0 = 60, y0 = 58;
    bool ring_x = (p->wrap || hyperx) && p->dim[0] > 2, ring_y = (p->wrap || hyperx) && dy > 2;
    for (int y = 0; y < ny; y++) {
        line(out, "lead", x0, y0 + GRID_STEP * y, x0 + GRID_STEP * (nx - 1), y0 + GRID_STEP * y);
        if (ring_x) {
            grid_bow(true, x0, y0 + GRID_STEP * y, nx, out);
        }
    }
    for (int x = 0; x < nx; x++) {
        line(out, "lead", x0 + GRID_STEP * x, y0, x0 + GRID_STEP * x, y0 + GRID_STEP * (ny - 1));
        if (ring_y) {
            grid_bow(false, x0 + GRID_STEP * x, y0, ny, out);
        }
    }
    for (int k = 0; k < nx * ny; k++) {
        grid_cell(x0, y0, k % nx, k / nx, hyperx, out);
    }
    gw_arena *arena = gw_arena_create(0);
    double tx = x0 + GRID_STEP * nx + 16;
    gw_svg_text(out, "b", tx, y0, GW_ANCHOR_START, gw_fabric_shape(v, arena));
    if (p->dim[0] > nx || dy > ny) {
        gw_svg_text(out, "m", tx, y0 + 20, GW_ANCHOR_START,
                    gw_arena_printf(arena, "the first %d x %d of %d x %d are drawn", nx, ny,
                                    p->dim[0], dy));
    }
    if (p->n_dims > 2) {
        double layers = 1;
        for (int d = 2; d < p->n_dims; d++) {
            layers *= p->dim[d];
        }
        gw_svg_text(out, "m", tx, y0 + 40, GW_ANCHOR_START,
                    gw_arena_printf(arena, "%.0f such layers, joined likewise", layers));
    }
    gw_svg_text(out, "m", tx, y0 + 60, GW_ANCHOR_START,
                hyperx    ? "bows: all switches of a row are joined"
                : p->wrap ? "bows: the ring is closed"
                          : "rings are open");
    gw_arena_free(arena);
}

/* ---------------------------------------------------------------- rings */

static void draw_dragonfly(const gw_fabric_view *v, gw_buf *out) {
    const gw_net_plan *p = &v->plan;
    int n = p->groups < MOST_GROUPS ? p->groups : MOST_GROUPS;
    bool plus = p->topology == GW_TOPOLOGY_DRAGONFLY_PLUS;
    double cx = 220, cy = 210, radius = 150, dot = fmin(34, 2.4 * radius / n);
    for (int a = 0; a < n; a++) {
        for (int b = a + 1; b < n; b++) {
            line(out, "lead", cx + radius * cos(2 * PI * a / n), cy + radius * sin(2 * PI * a / n),
                 cx + radius * cos(2 * PI * b / n), cy + radius * sin(2 * PI * b / n));
        }
    }
    gw_arena *arena = gw_arena_create(0);
    for (int a = 0; a < n; a++) {
        double x = cx + radius * cos(2 * PI * a / n), y = cy + radius * sin(2 * PI * a / n);
        char text[16];
        snprintf(text, sizeof text, "%d", a);
        gw_svg_circle(out, "f3", x, y, dot / 2 + 4, gw_arena_printf(arena, "group %d", a));
        gw_svg_text(out, "ink", x, y + 4, GW_ANCHOR_MIDDLE, text);
    }
    double out_n = (plus ? p->spines : p->routers) * (double)p->global_links;
    const char *lines[] = {
        gw_arena_printf(arena, "%d groups%s", p->groups, n < p->groups ? ", some drawn" : ""),
        plus ? gw_arena_printf(arena, "a group: %d leaves, %d spines, all joined", p->leaves,
                               p->spines)
             : gw_arena_printf(arena, "a group: %d routers, all joined", p->routers),
        gw_arena_printf(arena, "%d hosts on a %s", p->hosts_per_switch, plus ? "leaf" : "router"),
        gw_arena_printf(arena, "%.0f cables from a group to others:", out_n),
        gw_arena_printf(arena, "%.3g between each two groups",
                        p->groups > 1 ? out_n / (p->groups - 1) : 0)};
    for (int k = 0; k < 5; k++) {
        gw_svg_text(out, k == 0 ? "b" : "m", 450, 150 + 24.0 * k, GW_ANCHOR_START, lines[k]);
    }
    gw_arena_free(arena);
}

/** Switches on the inner ring, hosts on the outer. */
static void draw_free(const gw_fabric_view *v, gw_buf *out) {
    const gw_net *net = v->net;
    gw_arena *arena = gw_arena_create(0);
    double *x = GW_NEW_N(arena, net->n_nodes, double), *y = GW_NEW_N(arena, net->n_nodes, double);
    int32_t inner = net->n_nodes - net->n_hosts;
    for (int32_t n = 0; n < net->n_nodes; n++) {
        bool host = n < net->n_hosts;
        double turn = host ? (n + 0.5) / net->n_hosts : (n - net->n_hosts + 0.5) / inner;
        double radius = host ? 200 : inner == 1 ? 0 : 95;
        x[n] = 380 + 1.6 * radius * cos(2 * PI * turn);
        y[n] = 230 + radius * sin(2 * PI * turn);
    }
    for (int32_t l = 0; l < net->n_links; l++) {
        line(out, use_css(v, l), x[net->from[l]], y[net->from[l]], x[net->to[l]], y[net->to[l]]);
    }
    for (int32_t n = 0; n < net->n_nodes; n++) {
        char name[80];
        gw_net_node_name(net, n, name, sizeof name);
        bool host = n < net->n_hosts;
        gw_svg_circle(out, host ? "f5" : "f3", x[n], y[n], 7, name);
        gw_svg_text(out, host ? "m" : "b", x[n], y[n] - 11, GW_ANCHOR_MIDDLE, name);
    }
    gw_arena_free(arena);
}

/* ---------------------------------------------------------------- all of them */

bool gw_fabric_svg(const gw_fabric_view *v, int id, gw_buf *out) {
    drawn_row rows[MOST_ROWS];
    int topology = v->plan.topology;
    bool grid = topology == GW_TOPOLOGY_TORUS || topology == GW_TOPOLOGY_HYPERX;
    bool ring = topology == GW_TOPOLOGY_DRAGONFLY || topology == GW_TOPOLOGY_DRAGONFLY_PLUS;
    bool own = topology == GW_TOPOLOGY_FREE && v->net->n_nodes <= MOST_EXACT_BOXES;
    int n_rows = grid || ring || own ? 0 : list_rows(v, rows);
    double height = grid ? grid_height(&v->plan) : ring ? 420 : own ? 460 : rows_height(n_rows);
    gw_svg_begin(out, id, WIDTH, height, v->name, gw_enum_topology.items[topology].doc);
    if (grid) {
        draw_grid(v, out);
    } else if (ring) {
        draw_dragonfly(v, out);
    } else if (own) {
        draw_free(v, out);
    } else {
        own = draw_rows(v, out, rows, n_rows);
    }
    gw_svg_end(out);
    return own;
}
