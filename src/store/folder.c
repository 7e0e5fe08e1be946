/* store/folder.c: the output folder of a run.
 * In: a finished run and a path.   Out: the folder, whole or not at all.
 * Errors: GW_E_IO: the folder holds other files, its parent is missing, the disk is full. */
#include "store/folder.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/html.h"
#include "store/csv_result.h"
#include "store/json_result.h"
#include "store/sqlite_result.h"

#define SQLITE_NAME "results.sqlite"

static void write_html(const gw_result *r, gw_buf *out) {
    (void)!gw_report_html(r, out); /* fails only for want of memory, which ends the program */
}

static const struct {
    const char *name;
    void (*write)(const gw_result *r, gw_buf *out);
} texts[] = {
    {"report.html", write_html},           {"results.json", gw_store_json},
    {"metrics.csv", gw_store_csv_metrics}, {"monthly.csv", gw_store_csv_monthly},
    {"samples.csv", gw_store_csv_samples}, {"inputs.csv", gw_store_csv_inputs},
    {"claims.csv", gw_store_csv_claims},
};
#define N_TEXTS (sizeof texts / sizeof texts[0])

static void complain(gw_diags *diags, const char *what, const char *path, const char *hint) {
    gw_diag_add(diags, GW_E_IO, GW_ERROR, (gw_loc){0}, NULL, hint, "%s %s: %s", what, path,
                strerror(errno));
}

static bool is_ours(const char *name) {
    for (size_t i = 0; i < N_TEXTS; i++) {
        if (strcmp(name, texts[i].name) == 0) {
            return true;
        }
    }
    return strcmp(name, SQLITE_NAME) == 0;
}

/* ------------------------------------------------------------------ what is there already */

typedef enum state { ABSENT, REPLACEABLE, FOREIGN } state;

static state inspect(const char *dir, gw_diags *diags) {
    DIR *d = opendir(dir);
    if (d == NULL) {
        if (errno == ENOENT) {
            return ABSENT;
        }
        complain(diags, "cannot write to", dir, "give another folder with -o");
        return FOREIGN;
    }
    state found = REPLACEABLE;
    for (struct dirent *e = readdir(d); e != NULL && found == REPLACEABLE; e = readdir(d)) {
        bool is_self = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
        if (!is_self && !is_ours(e->d_name)) {
            gw_diag_add(diags, GW_E_IO, GW_ERROR, (gw_loc){0}, NULL,
                        "give a new folder, or one that holds only an earlier result",
                        "%s holds %s, which no run has written: nothing was replaced", dir,
                        e->d_name);
            found = FOREIGN;
        }
    }
    closedir(d);
    return found;
}

/* Removes the files that runs write, then the folder, if nothing else is in it. */
static void remove_folder(const char *dir) {
    char path[PATH_MAX];
    for (size_t i = 0; i <= N_TEXTS; i++) {
        int n =
            snprintf(path, sizeof path, "%s/%s", dir, i < N_TEXTS ? texts[i].name : SQLITE_NAME);
        if (n > 0 && (size_t)n < sizeof path) {
            unlink(path);
        }
    }
    rmdir(dir);
}

/* ------------------------------------------------------------------ writing */

static gw_code write_text(const gw_result *r, size_t i, const char *dir, gw_diags *diags) {
    char path[PATH_MAX];
    if ((size_t)snprintf(path, sizeof path, "%s/%s", dir, texts[i].name) >= sizeof path) {
        errno = ENAMETOOLONG;
        complain(diags, "cannot write", dir, NULL);
        return GW_E_IO;
    }
    gw_buf buf = {0};
    texts[i].write(r, &buf);
    gw_code code = gw_file_write(path, buf.text, buf.n);
    if (code != GW_OK) {
        complain(diags, "cannot write", path, NULL);
    }
    gw_buf_clear(&buf);
    return code;
}

static gw_code write_files(const gw_result *r, const char *dir, gw_diags *diags) {
    for (size_t i = 0; i < N_TEXTS; i++) {
        GW_TRY(write_text(r, i, dir, diags));
    }
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%.4000s/" SQLITE_NAME, dir);
    return gw_store_sqlite(r, path, diags);
}

/* Puts the finished folder in place of an earlier one, which comes back if that fails. */
static gw_code swap(const char *fresh, const char *dir, const char *old, gw_diags *diags) {
    bool had_old = rename(dir, old) == 0;
    if (!had_old && errno != ENOENT) {
        complain(diags, "cannot replace", dir, NULL);
        return GW_E_IO;
    }
    if (rename(fresh, dir) != 0) {
        complain(diags, "cannot put the result in place at", dir, NULL);
        if (had_old && rename(old, dir) != 0) {
            complain(diags, "the earlier result is now in", old, NULL);
        }
        return GW_E_IO;
    }
    if (had_old) {
        remove_folder(old);
    }
    return GW_OK;
}

/* Without slashes at the end; links to folders are followed, so that the folder moves and not the
 * link. */
static bool tidy_path(const char *dir, char *out, size_t n) {
    char *real = realpath(dir, NULL);
    int used = snprintf(out, n, "%s", real != NULL ? real : dir);
    free(real);
    size_t length = strlen(out);
    while (length > 1 && out[length - 1] == '/') {
        out[--length] = '\0';
    }
    return used > 0 && (size_t)used < n - 64; /* room for ".tmp.PID" and a file name */
}

gw_code gw_store_folder_check(const char *dir, gw_diags *diags) {
    char place[PATH_MAX];
    if (!tidy_path(dir, place, sizeof place)) {
        errno = ENAMETOOLONG;
        complain(diags, "cannot write to", dir, NULL);
        return GW_E_IO;
    }
    if (inspect(place, diags) == FOREIGN) {
        return GW_E_IO;
    }
    char *slash = strrchr(place, '/');
    const char *above = slash == NULL ? "." : slash == place ? "/" : place;
    if (slash != NULL && slash != place) {
        *slash = '\0';
    }
    struct stat info;
    if (stat(above, &info) != 0 || access(above, W_OK | X_OK) != 0) {
        complain(diags, "cannot write to", above, "the folder above must exist and be writable");
        return GW_E_IO;
    }
    if (!S_ISDIR(info.st_mode)) {
        errno = ENOTDIR;
        complain(diags, "cannot write to", above, "the folder above must exist and be writable");
        return GW_E_IO;
    }
    return GW_OK;
}

gw_code gw_store_folder(const gw_result *r, const char *dir, gw_diags *diags) {
    char place[PATH_MAX];
    char fresh[PATH_MAX];
    char old[PATH_MAX];
    if (!tidy_path(dir, place, sizeof place)) {
        errno = ENAMETOOLONG;
        complain(diags, "cannot write to", dir, NULL);
        return GW_E_IO;
    }
    if (inspect(place, diags) == FOREIGN) {
        return GW_E_IO;
    }
    snprintf(fresh, sizeof fresh, "%.4000s.tmp.%ld", place, (long)getpid());
    snprintf(old, sizeof old, "%.4000s.old.%ld", place, (long)getpid());
    if (mkdir(fresh, 0777) != 0 && errno != EEXIST) {
        complain(diags, "cannot create", fresh, "the folder above must exist and be writable");
        return GW_E_IO;
    }
    gw_code code = write_files(r, fresh, diags);
    if (code == GW_OK) {
        code = swap(fresh, place, old, diags);
    }
    if (code != GW_OK) {
        remove_folder(fresh);
    }
    return code;
}
