/* base/buf.c: growing byte string, shortest numbers, whole-file reading and atomic writing. */
#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/number.h"

void gw_buf_clear(gw_buf *buf) {
    free(buf->text);
    *buf = (gw_buf){0};
}

/* Room for n_bytes more and the NUL. */
static void reserve(gw_buf *buf, size_t n_bytes) {
    size_t need;
    if (__builtin_add_overflow(buf->n, n_bytes, &need) || need > SIZE_MAX / 2) {
        gw_out_of_memory(n_bytes);
    }
    need += 1;
    if (buf->text != NULL && need <= buf->cap) {
        return;
    }
    size_t cap = buf->cap < 64 ? 64 : buf->cap;
    while (cap < need) {
        cap *= 2;
    }
    char *text = realloc(buf->text, cap);
    if (text == NULL) {
        gw_out_of_memory(cap);
    }
    buf->text = text;
    buf->cap = cap;
}

void gw_buf_addn(gw_buf *buf, const char *text, size_t n_bytes) {
    reserve(buf, n_bytes);
    if (n_bytes > 0) {
        memcpy(buf->text + buf->n, text, n_bytes);
    }
    buf->n += n_bytes;
    buf->text[buf->n] = '\0';
}

void gw_buf_add(gw_buf *buf, const char *text) {
    gw_buf_addn(buf, text, strlen(text));
}

void gw_buf_addc(gw_buf *buf, char c) {
    gw_buf_addn(buf, &c, 1);
}

void gw_buf_printf(gw_buf *buf, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    reserve(buf, 128);
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(buf->text + buf->n, buf->cap - buf->n, fmt, args);
    if (n >= 0 && (size_t)n >= buf->cap - buf->n) {
        reserve(buf, (size_t)n);
        vsnprintf(buf->text + buf->n, buf->cap - buf->n, fmt, again);
    }
    va_end(again);
    va_end(args);
    if (n > 0) {
        buf->n += (size_t)n;
    }
    buf->text[buf->n] = '\0';
}

void gw_buf_add_double(gw_buf *buf, double value) {
    if (!isfinite(value)) {
        gw_buf_add(buf, "null");
        return;
    }
    char text[GW_NUMBER_ROOM];
    gw_buf_addn(buf, text, gw_number_write(text, value));
}

void gw_buf_add_html(gw_buf *buf, const char *text) {
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&':
            gw_buf_add(buf, "&amp;");
            break;
        case '<':
            gw_buf_add(buf, "&lt;");
            break;
        case '>':
            gw_buf_add(buf, "&gt;");
            break;
        case '"':
            gw_buf_add(buf, "&quot;");
            break;
        case '\'':
            gw_buf_add(buf, "&#39;");
            break;
        default:
            gw_buf_addc(buf, *text);
        }
    }
}

/* Pipes and /dev/stdin have no size, so the file is read until it ends. */
static gw_code read_all(FILE *from, size_t max_bytes, gw_buf *buf) {
    char block[16384];
    size_t n;
    gw_buf_addn(buf, "", 0);
    while ((n = fread(block, 1, sizeof block, from)) > 0) {
        if (n > max_bytes - buf->n) {
            return GW_E_RANGE;
        }
        gw_buf_addn(buf, block, n);
    }
    return ferror(from) ? GW_E_IO : GW_OK;
}

gw_code gw_file_read(const char *path, size_t max_bytes, char **text, size_t *n_bytes) {
    FILE *from = fopen(path, "rb");
    if (from == NULL) {
        return GW_E_IO;
    }
    gw_buf buf = {0};
    gw_code code = read_all(from, max_bytes, &buf);
    int kept_errno = errno;
    fclose(from);
    if (code != GW_OK) {
        gw_buf_clear(&buf);
        errno = kept_errno;
        return code;
    }
    *text = buf.text;
    *n_bytes = buf.n;
    return GW_OK;
}

static gw_code write_all(int fd, const char *text, size_t n_bytes) {
    size_t done = 0;
    while (done < n_bytes) {
        ssize_t n = write(fd, text + done, n_bytes - done);
        if (n < 0 && errno != EINTR) {
            return GW_E_IO;
        }
        done += n > 0 ? (size_t)n : 0;
    }
    return fsync(fd) == 0 || errno == EINVAL ? GW_OK : GW_E_IO;
}

gw_code gw_file_write(const char *path, const char *text, size_t n_bytes) {
    gw_buf aside = {0};
    gw_buf_printf(&aside, "%s.tmp.%ld", path, (long)getpid());
    gw_code code = GW_E_IO;
    int kept_errno;
    int fd = open(aside.text, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) {
        kept_errno = errno;
        goto out;
    }
    code = write_all(fd, text, n_bytes);
    kept_errno = errno;
    if (close(fd) != 0 && code == GW_OK) {
        code = GW_E_IO;
        kept_errno = errno;
    }
    if (code == GW_OK && rename(aside.text, path) != 0) {
        code = GW_E_IO;
        kept_errno = errno;
    }
    if (code != GW_OK) {
        unlink(aside.text);
    }
out:
    gw_buf_clear(&aside);
    errno = kept_errno;
    return code;
}
