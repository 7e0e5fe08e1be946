/* chakra/chakra_json.c: groups of ranks from JSON: ASTRA-sim's file of communicators, and the process
 * groups that PyTorch writes into metadata nodes.
 *
 * In:  {"1": [0, 1], "2": [2, 3]}, or a text with [{"pg_name": "0", "ranks": [0, 1], ...}, ...] in it.
 * Out: gw_chakra_group; no ranks means all. Model: none; what else stands in the text is skipped.
 * Valid: escapes in names are not resolved.
 * Sources: ASTRA-sim, --comm-group-configuration; PyTorch's execution trace observer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chakra/chakra_parts.h"

#define DEPTH_MAX 64

typedef struct scan {
    const char *at, *end;
    const char *problem;
    gw_arena *arena;
    int32_t *rank; /* malloc, for one list */
    int32_t n, room;
} scan;

static bool fail(scan *s, const char *problem) {
    if (s->problem == NULL) {
        s->problem = problem;
    }
    return false;
}

static void blank(scan *s) {
    while (s->at < s->end &&
           (*s->at == ' ' || *s->at == '\n' || *s->at == '\t' || *s->at == '\r')) {
        s->at++;
    }
}

static bool is_next(scan *s, char c) {
    blank(s);
    return s->at < s->end && *s->at == c;
}

static bool take(scan *s, char c) {
    if (!is_next(s, c)) {
        return false;
    }
    s->at++;
    return true;
}

static const char *take_text(scan *s) {
    if (!take(s, '"')) {
        fail(s, "a name in quotes is wanted here");
        return NULL;
    }
    const char *start = s->at;
    while (s->at < s->end && *s->at != '"') {
        s->at += *s->at == '\\' && s->end - s->at > 1 ? 2 : 1;
    }
    if (s->at >= s->end) {
        fail(s, "a quote is not closed");
        return NULL;
    }
    char *text = gw_arena_strndup(s->arena, start, (size_t)(s->at - start));
    s->at++;
    return text;
}

static bool take_rank(scan *s) {
    blank(s);
    int64_t value = 0;
    const char *start = s->at;
    while (s->at < s->end && *s->at >= '0' && *s->at <= '9' && value < 1000000000) {
        value = value * 10 + (*s->at++ - '0');
    }
    if (s->at == start || value >= 1000000000) {
        s->at = start;
        return fail(s, "a rank is wanted here: a whole number from 0 on");
    }
    if (s->n == s->room) {
        s->room = s->room * 2 + 64;
        int32_t *more = realloc(s->rank, (size_t)s->room * sizeof *more);
        if (more == NULL) {
            gw_out_of_memory((size_t)s->room * sizeof *more);
        }
        s->rank = more;
    }
    s->rank[s->n++] = (int32_t)value;
    return true;
}

static bool take_ranks(scan *s) {
    s->n = 0;
    if (!take(s, '[')) {
        return fail(s, "a list of ranks is wanted here: [0, 1, 2]");
    }
    if (take(s, ']')) {
        return true;
    }
    do {
        if (!take_rank(s)) {
            return false;
        }
    } while (take(s, ','));
    return take(s, ']') || fail(s, "`,` or `]` is wanted here");
}

/* Any value: counts brackets, minds quotes. */
static bool skip_value(scan *s) {
    int depth = 0;
    do {
        blank(s);
        if (s->at >= s->end) {
            return fail(s, "the text ends too early");
        }
        char c = *s->at;
        if (c == '"') {
            if (take_text(s) == NULL) {
                return false;
            }
            continue;
        }
        if (depth == 0 && (c == ',' || c == '}' || c == ']')) {
            return fail(s, "a value is wanted here");
        }
        depth += (c == '[' || c == '{') - (c == ']' || c == '}');
        s->at++;
        if (depth > DEPTH_MAX) {
            return fail(s, "brackets are nested too deep");
        }
        while (depth == 0 && c != ']' && c != '}' && s->at < s->end && *s->at != ',' &&
               *s->at != '}' && *s->at != ']') {
            s->at++; /* a number or a word */
        }
    } while (depth > 0);
    return true;
}

static int by_name(const void *a, const void *b) {
    const gw_chakra_group *x = a, *y = b;
    return strcmp(x->name, y->name);
}

static gw_chakra_group keep(scan *s, const char *name) {
    int32_t *rank = GW_NEW_N(s->arena, s->n > 0 ? s->n : 1, int32_t);
    if (s->n > 0) {
        memcpy(rank, s->rank, (size_t)s->n * sizeof *rank);
    }
    return (gw_chakra_group){.name = name, .n = s->n, .rank = rank};
}

static void append(scan *s, const char *name, int *n, gw_chakra_group **list) {
    if ((*n & (*n - 1)) == 0) { /* room doubles at powers of two */
        gw_chakra_group *more = GW_NEW_N(s->arena, *n == 0 ? 1 : *n * 2, gw_chakra_group);
        if (*n > 0) {
            memcpy(more, *list, (size_t)*n * sizeof *more);
        }
        *list = more;
    }
    (*list)[(*n)++] = keep(s, name);
}

static bool read_object(scan *s, int *n, gw_chakra_group **list) {
    if (!take(s, '{')) {
        return fail(s, "`{` is wanted here: {\"1\": [0, 1], \"2\": [2, 3]}");
    }
    if (take(s, '}')) {
        return true;
    }
    do {
        const char *name = take_text(s);
        if (name == NULL || !(take(s, ':') || fail(s, "`:` is wanted here")) || !take_ranks(s)) {
            return false;
        }
        append(s, name, n, list);
    } while (take(s, ','));
    return take(s, '}') || fail(s, "`,` or `}` is wanted here");
}

gw_code gw_chakra_read_groups(const char *file, const char *text, size_t n, gw_arena *arena,
                              gw_diags *diags, int *n_groups, gw_chakra_group **out) {
    scan s = {.at = text, .end = text + n, .arena = arena};
    *n_groups = 0;
    *out = NULL;
    if (read_object(&s, n_groups, out)) {
        blank(&s);
        if (s.at < s.end) {
            fail(&s, "nothing more is wanted here");
        }
    }
    free(s.rank);
    gw_loc at = {.file = gw_arena_strdup(arena, file), .line = 1, .col = 1};
    for (const char *c = text; c < s.at; c++) {
        at.line += *c == '\n';
        at.col = *c == '\n' ? 1 : at.col + 1;
    }
    if (s.problem != NULL) {
        gw_diag_add(diags, GW_E_SYNTAX, GW_ERROR, at, NULL, NULL, "%s", s.problem);
        return GW_E_SYNTAX;
    }
    if (*n_groups > 1) {
        qsort(*out, (size_t)*n_groups, sizeof **out, by_name);
    }
    for (int i = 1; i < *n_groups; i++) {
        if (strcmp((*out)[i - 1].name, (*out)[i].name) == 0) {
            gw_diag_add(diags, GW_E_KEY, GW_ERROR, (gw_loc){.file = at.file}, NULL, NULL,
                        "group `%s` stands twice", (*out)[i].name);
            return GW_E_KEY;
        }
    }
    return GW_OK;
}

/* One {"pg_name": ..., "ranks": [...]}. */
static bool read_process_group(scan *s, gw_chakra_trace *trace) {
    const char *name = NULL;
    s->n = 0;
    if (!take(s, '{')) {
        return fail(s, "`{` is wanted here");
    }
    do {
        const char *key = take_text(s);
        if (key == NULL || !take(s, ':')) {
            return fail(s, "`:` is wanted here");
        }
        if (strcmp(key, "ranks") == 0) {
            if (!take_ranks(s)) {
                return false;
            }
        } else if (strcmp(key, "pg_name") == 0 && is_next(s, '"')) {
            name = take_text(s);
        } else if (!skip_value(s)) {
            return false;
        }
    } while (take(s, ','));
    if (!take(s, '}') || name == NULL) {
        return fail(s, "a group has a pg_name and ranks");
    }
    for (int i = 0; i < trace->n_groups; i++) {
        if (strcmp(trace->group[i].name, name) == 0) {
            trace->group[i] = keep(s, name);
            return true;
        }
    }
    append(s, name, &trace->n_groups, &trace->group);
    return true;
}

bool gw_chakra_pytorch_groups(const char *text, size_t n, gw_arena *arena, gw_chakra_trace *trace) {
    scan s = {.at = text, .end = text + n, .arena = arena};
    if (memmem(text, n, "\"pg_name\"", 9) == NULL) {
        return false;
    }
    const char *list = memmem(text, n, "[{", 2);
    if (list == NULL) {
        return false;
    }
    s.at = list + 1;
    bool ok = true;
    do {
        ok = read_process_group(&s, trace);
    } while (ok && take(&s, ','));
    free(s.rank);
    if (!ok) {
        static const char what[] = "process groups that could not be read, in inputs of metadata";
        gw_chakra_unused_add(trace, arena, what, sizeof what - 1);
    }
    return ok;
}
