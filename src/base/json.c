/* base/json.c: streaming JSON writer. The caller keeps begin and end calls balanced; that is
 * asserted. */
#include "base/json.h"

#include <assert.h>
#include <inttypes.h>
#include <stddef.h>

gw_json gw_json_begin(gw_buf *out) {
    return (gw_json){.out = out};
}

static void new_line(gw_json *json) {
    gw_buf_addc(json->out, '\n');
    for (int i = 0; i < json->depth; i++) {
        gw_buf_addn(json->out, "  ", 2);
    }
}

/* Length of the valid UTF-8 sequence at s (1..4), or 0. Overlong forms, surrogates and code points
 * above U+10FFFF are invalid. */
static size_t utf8_length(const unsigned char *s) {
    if (s[0] < 0x80) {
        return 1;
    }
    if (s[0] >= 0xC2 && s[0] <= 0xDF) {
        return (s[1] & 0xC0) == 0x80 ? 2 : 0;
    }
    if ((s[0] & 0xF0) == 0xE0) {
        unsigned char low = s[0] == 0xE0 ? 0xA0 : 0x80;
        unsigned char high = s[0] == 0xED ? 0x9F : 0xBF;
        return s[1] >= low && s[1] <= high && (s[2] & 0xC0) == 0x80 ? 3 : 0;
    }
    if (s[0] >= 0xF0 && s[0] <= 0xF4) {
        unsigned char low = s[0] == 0xF0 ? 0x90 : 0x80;
        unsigned char high = s[0] == 0xF4 ? 0x8F : 0xBF;
        return s[1] >= low && s[1] <= high && (s[2] & 0xC0) == 0x80 && (s[3] & 0xC0) == 0x80 ? 4
                                                                                             : 0;
    }
    return 0;
}

static void add_escaped(gw_buf *out, unsigned char c) {
    switch (c) {
    case '"':
        gw_buf_add(out, "\\\"");
        break;
    case '\\':
        gw_buf_add(out, "\\\\");
        break;
    case '\n':
        gw_buf_add(out, "\\n");
        break;
    case '\r':
        gw_buf_add(out, "\\r");
        break;
    case '\t':
        gw_buf_add(out, "\\t");
        break;
    default:
        if (c < 0x20 || c == 0x7F) {
            gw_buf_printf(out, "\\u%04x", (unsigned)c);
        } else {
            gw_buf_addc(out, (char)c);
        }
    }
}

static void add_string(gw_buf *out, const char *text) {
    const unsigned char *s = (const unsigned char *)text;
    gw_buf_addc(out, '"');
    while (*s != 0) {
        size_t n = utf8_length(s);
        if (n == 0) {
            gw_buf_add(out, "\xEF\xBF\xBD");
            s++;
        } else if (n == 1) {
            add_escaped(out, *s++);
        } else {
            gw_buf_addn(out, (const char *)s, n);
            s += n;
        }
    }
    gw_buf_addc(out, '"');
}

/* Everything that stands before a value: comma, line break, key. */
static void before_value(gw_json *json, const char *key) {
    if (json->depth > 0) {
        int level = json->depth - 1;
        bool is_inline = json->is_inline[level];
        if (json->has_item[level]) {
            gw_buf_add(json->out, is_inline ? ", " : ",");
        }
        if (!is_inline) {
            new_line(json);
        }
        json->has_item[level] = true;
    }
    if (key != NULL) {
        add_string(json->out, key);
        gw_buf_add(json->out, ": ");
    }
}

static void open_level(gw_json *json, const char *key, char bracket, bool is_inline) {
    before_value(json, key);
    assert(json->depth < GW_JSON_MAX_DEPTH);
    gw_buf_addc(json->out, bracket);
    bool inside = json->depth > 0 && json->is_inline[json->depth - 1];
    json->has_item[json->depth] = false;
    json->is_inline[json->depth] = inside || is_inline;
    json->depth++;
}

static void close_level(gw_json *json, char bracket) {
    assert(json->depth > 0);
    json->depth--;
    if (json->has_item[json->depth] && !json->is_inline[json->depth]) {
        new_line(json);
    }
    gw_buf_addc(json->out, bracket);
}

void gw_json_object(gw_json *json, const char *key) {
    open_level(json, key, '{', false);
}

void gw_json_end_object(gw_json *json) {
    close_level(json, '}');
}

void gw_json_array(gw_json *json, const char *key) {
    open_level(json, key, '[', json->inline_arrays);
}

void gw_json_end_array(gw_json *json) {
    close_level(json, ']');
}

void gw_json_text(gw_json *json, const char *key, const char *value) {
    before_value(json, key);
    if (value == NULL) {
        gw_buf_add(json->out, "null");
    } else {
        add_string(json->out, value);
    }
}

void gw_json_number(gw_json *json, const char *key, double value) {
    before_value(json, key);
    gw_buf_add_double(json->out, value);
}

void gw_json_integer(gw_json *json, const char *key, int64_t value) {
    before_value(json, key);
    gw_buf_printf(json->out, "%" PRId64, value);
}

void gw_json_bool(gw_json *json, const char *key, bool value) {
    before_value(json, key);
    gw_buf_add(json->out, value ? "true" : "false");
}

void gw_json_numbers(gw_json *json, const char *key, const double *values, size_t n) {
    before_value(json, key);
    gw_buf_addc(json->out, '[');
    for (size_t i = 0; i < n; i++) {
        if (i > 0) {
            gw_buf_add(json->out, ", ");
        }
        gw_buf_add_double(json->out, values[i]);
    }
    gw_buf_addc(json->out, ']');
}

void gw_json_finish(gw_json *json) {
    assert(json->depth == 0);
    gw_buf_addc(json->out, '\n');
}
