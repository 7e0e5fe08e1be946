/* base/diag.c: collects, sorts and prints problems. The texts live in one arena of the list. */
#include "base/diag.h"

#include <stdarg.h>
#include <string.h>

#define DIAGS_MAX 1000

struct gw_diags {
    gw_arena *arena;
    gw_diag *items; /* [cap], owned by the arena */
    size_t n;
    size_t cap;
    size_t n_errors;      /* with the ones not kept */
    size_t n_dropped;     /* came after the list was full */
    gw_code dropped_code; /* of the first error not kept */
};

gw_diags *gw_diags_create(void) {
    gw_arena *arena = gw_arena_create(4096);
    if (arena == NULL) {
        gw_out_of_memory(sizeof(gw_diags));
    }
    gw_diags *diags = GW_NEW(arena, gw_diags);
    diags->arena = arena;
    return diags;
}

void gw_diags_free(gw_diags *diags) {
    if (diags != NULL) {
        gw_arena_free(diags->arena);
    }
}

/* Old arrays stay in the arena: the doubling wastes at most as much as the list itself. */
static void grow(gw_diags *diags) {
    size_t cap = diags->cap == 0 ? 16 : 2 * diags->cap;
    gw_diag *items = GW_NEW_N(diags->arena, cap, gw_diag);
    if (diags->n > 0) {
        memcpy(items, diags->items, diags->n * sizeof *items);
    }
    diags->items = items;
    diags->cap = cap;
}

/* Most problems come from one file, so the name of the previous one is tried first. */
static const char *keep_file(gw_diags *diags, const char *file) {
    if (file == NULL) {
        return NULL;
    }
    if (diags->n > 0) {
        const char *last = diags->items[diags->n - 1].loc.file;
        if (last != NULL && strcmp(last, file) == 0) {
            return last;
        }
    }
    return gw_arena_strdup(diags->arena, file);
}

void gw_diag_add(gw_diags *diags, gw_code code, gw_severity severity, gw_loc loc, const char *path,
                 const char *hint, const char *fmt, ...) {
    if (severity == GW_ERROR) {
        diags->n_errors++;
    }
    if (diags->n >= DIAGS_MAX) {
        diags->n_dropped++;
        if (severity == GW_ERROR && diags->dropped_code == GW_OK) {
            diags->dropped_code = code;
        }
        return;
    }
    if (diags->n == diags->cap) {
        grow(diags);
    }
    loc.file = keep_file(diags, loc.file);
    va_list args;
    va_start(args, fmt);
    gw_diag item = {
        .code = code,
        .severity = severity,
        .loc = loc,
        .path = path == NULL ? "" : gw_arena_strdup(diags->arena, path),
        .msg = gw_arena_vprintf(diags->arena, fmt, args),
        .hint = hint == NULL ? "" : gw_arena_strdup(diags->arena, hint),
    };
    va_end(args);
    diags->items[diags->n++] = item;
}

size_t gw_diags_n(const gw_diags *diags) {
    return diags->n;
}

size_t gw_diags_n_errors(const gw_diags *diags) {
    return diags->n_errors;
}

const gw_diag *gw_diags_at(const gw_diags *diags, size_t i) {
    return i < diags->n ? &diags->items[i] : NULL;
}

static int compare_loc(const gw_diag *a, const gw_diag *b) {
    const char *file_a = a->loc.file == NULL ? "" : a->loc.file;
    const char *file_b = b->loc.file == NULL ? "" : b->loc.file;
    int by_file = strcmp(file_a, file_b);
    if (by_file != 0) {
        return by_file;
    }
    if (a->loc.line != b->loc.line) {
        return a->loc.line < b->loc.line ? -1 : 1;
    }
    return (a->loc.col > b->loc.col) - (a->loc.col < b->loc.col);
}

/* Merges the sorted halves [begin, middle) and [middle, end) of `from` into `to`; ties keep the
 * left one first. */
static void merge(const gw_diag *from, gw_diag *to, size_t begin, size_t middle, size_t end) {
    size_t left = begin;
    size_t right = middle;
    for (size_t i = begin; i < end; i++) {
        if (left < middle && (right >= end || compare_loc(&from[left], &from[right]) <= 0)) {
            to[i] = from[left++];
        } else {
            to[i] = from[right++];
        }
    }
}

/* qsort is not stable, and a list of at most a thousand deserves nothing cleverer than this. */
void gw_diags_sort(gw_diags *diags) {
    if (diags->n < 2) {
        return;
    }
    gw_mark mark = gw_arena_mark(diags->arena);
    gw_diag *other = GW_NEW_N(diags->arena, diags->n, gw_diag);
    gw_diag *from = diags->items;
    gw_diag *to = other;
    for (size_t width = 1; width < diags->n; width *= 2) {
        for (size_t begin = 0; begin < diags->n; begin += 2 * width) {
            size_t middle = begin + width < diags->n ? begin + width : diags->n;
            size_t end = begin + 2 * width < diags->n ? begin + 2 * width : diags->n;
            merge(from, to, begin, middle, end);
        }
        gw_diag *swap = from;
        from = to;
        to = swap;
    }
    if (from != diags->items) {
        memcpy(diags->items, from, diags->n * sizeof *from);
    }
    gw_arena_reset(diags->arena, mark);
}

gw_code gw_diags_code(const gw_diags *diags) {
    for (size_t i = 0; i < diags->n; i++) {
        if (diags->items[i].severity == GW_ERROR) {
            return diags->items[i].code;
        }
    }
    return diags->dropped_code;
}

static void print_one(const gw_diag *diag, FILE *to, int with_colour) {
    static const char *const words[] = {"note", "warning", "error"};
    static const char *const colours[] = {"\033[36m", "\033[33m", "\033[31m"};
    if (diag->loc.file != NULL && diag->loc.file[0] != '\0') {
        fprintf(to, "%s:", diag->loc.file);
        if (diag->loc.line > 0) {
            fprintf(to, "%d:", diag->loc.line);
            if (diag->loc.col > 0) {
                fprintf(to, "%d:", diag->loc.col);
            }
        }
        fputc(' ', to);
    }
    if (with_colour) {
        fprintf(to, "\033[1m%s%s:\033[0m ", colours[diag->severity], words[diag->severity]);
    } else {
        fprintf(to, "%s: ", words[diag->severity]);
    }
    fprintf(to, "%s\n", diag->msg);
    if (diag->path[0] != '\0') {
        fprintf(to, "    at %s\n", diag->path);
    }
    if (diag->hint[0] != '\0') {
        fprintf(to, "    hint: %s\n", diag->hint);
    }
}

void gw_diags_print(const gw_diags *diags, FILE *to, int with_colour) {
    for (size_t i = 0; i < diags->n; i++) {
        print_one(&diags->items[i], to, with_colour);
    }
    if (diags->n_dropped > 0) {
        fprintf(to, "... and %zu more\n", diags->n_dropped);
    }
}
