/* base/buf.h: a growing byte string for everything that is written out. */
#ifndef GW_BASE_BUF_H
#define GW_BASE_BUF_H

#include <stddef.h>

#include "base/code.h"

/** `{0}` is a valid empty buffer. text is NUL-terminated once anything was added; NULL before. */
typedef struct gw_buf {
    char *text;
    size_t n;
    size_t cap;
} gw_buf;

void gw_buf_clear(gw_buf *buf); /* frees the text; the buffer may be used again */
void gw_buf_add(gw_buf *buf, const char *text);
void gw_buf_addn(gw_buf *buf, const char *text, size_t n_bytes);
void gw_buf_addc(gw_buf *buf, char c);
void gw_buf_printf(gw_buf *buf, const char *fmt, ...) GW_PRINTF(2, 3);
/** Shortest decimal text that reads back as the same double; "null" for NaN and infinities. */
void gw_buf_add_double(gw_buf *buf, double value);
/** Text with & < > " ' escaped for HTML and SVG. */
void gw_buf_add_html(gw_buf *buf, const char *text);

/** Reads a whole file. Caller frees *text with free(). GW_E_IO with errno kept; GW_E_RANGE if the
 *  file is larger than max_bytes. */
GW_MUST_USE gw_code gw_file_read(const char *path, size_t max_bytes, char **text, size_t *n_bytes);
/** Writes aside (path.tmp.PID), flushes and renames: a reader sees the old file or the whole new
 * one. */
GW_MUST_USE gw_code gw_file_write(const char *path, const char *text, size_t n_bytes);

#endif
