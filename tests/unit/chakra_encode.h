/* chakra_encode.h: writes execution traces as Chakra's own generators do: messages of the schema after
 * their lengths. An encoder of its own, so that the reader is not tested by itself. */
#ifndef GW_CHAKRA_ENCODE_H
#define GW_CHAKRA_ENCODE_H

#include <stdint.h>
#include <string.h>

#include "base/buf.h"

enum { VARINT = 0, FIXED_64 = 1, BYTES = 2, FIXED_32 = 5 };

static inline void put_varint(gw_buf *b, uint64_t v) {
    for (; v >= 128; v >>= 7) {
        gw_buf_addc(b, (char)(v | 128));
    }
    gw_buf_addc(b, (char)v);
}

static inline void put_key(gw_buf *b, int field, int type) {
    put_varint(b, (uint64_t)field << 3 | (uint64_t)type);
}

static inline void put_number(gw_buf *b, int field, uint64_t v) {
    put_key(b, field, VARINT);
    put_varint(b, v);
}

static inline void put_bytes(gw_buf *b, int field, const char *bytes, size_t n) {
    put_key(b, field, BYTES);
    put_varint(b, n);
    gw_buf_addn(b, bytes, n);
}

static inline void put_fixed(gw_buf *b, int field, uint64_t bits, int n_bytes) {
    put_key(b, field, n_bytes == 8 ? FIXED_64 : FIXED_32);
    for (int i = 0; i < n_bytes; i++) {
        gw_buf_addc(b, (char)(bits >> (8 * i)));
    }
}

/* A whole message, length first. */
static inline void put_message(gw_buf *file, gw_buf *message) {
    put_varint(file, message->n);
    gw_buf_addn(file, message->n > 0 ? message->text : "", message->n);
    gw_buf_clear(message);
}

static inline void put_metadata(gw_buf *file, const char *version) {
    gw_buf m = {0};
    put_bytes(&m, 1, version, strlen(version));
    put_message(file, &m);
}

/* A node is begun, takes attributes, and is ended. */
static inline gw_buf node_begin(uint64_t id, const char *name, int type) {
    gw_buf n = {0};
    if (id != 0) { /* proto3 leaves zeros out */
        put_number(&n, 1, id);
    }
    put_bytes(&n, 2, name, strlen(name));
    put_number(&n, 3, (uint64_t)type);
    return n;
}

static inline void node_after(gw_buf *node, uint64_t id) {
    put_number(node, 5, id);
}

static inline void node_micros(gw_buf *node, uint64_t micros) {
    put_number(node, 7, micros);
}

/* field: 7 int32, 9 int64, 11 uint32, 13 uint64, 27 bool. */
static inline void node_attr(gw_buf *node, const char *name, int field, uint64_t value) {
    gw_buf a = {0};
    put_bytes(&a, 1, name, strlen(name));
    put_number(&a, field, value);
    put_bytes(node, 10, a.text, a.n);
    gw_buf_clear(&a);
}

static inline void node_text(gw_buf *node, const char *name, const char *text) {
    gw_buf a = {0};
    put_bytes(&a, 1, name, strlen(name));
    put_bytes(&a, 29, text, strlen(text));
    put_bytes(node, 10, a.text, a.n);
    gw_buf_clear(&a);
}

static inline void node_flags(gw_buf *node, const char *name, const char *flags, size_t n) {
    gw_buf a = {0}, list = {0};
    put_bytes(&list, 1, flags, n);
    put_bytes(&a, 1, name, strlen(name));
    put_bytes(&a, 28, list.text, list.n);
    put_bytes(node, 10, a.text, a.n);
    gw_buf_clear(&a);
    gw_buf_clear(&list);
}

static inline void put_comp(gw_buf *file, uint64_t id, uint64_t micros, int64_t after) {
    gw_buf n = node_begin(id, "COMP", 4);
    node_attr(&n, "is_cpu_op", 27, 0);
    node_micros(&n, micros);
    if (after >= 0) {
        node_after(&n, (uint64_t)after);
    }
    put_message(file, &n);
}

/* group NULL: none given. */
static inline void put_coll(gw_buf *file, uint64_t id, int comm, uint64_t bytes, const char *group,
                            int64_t after) {
    gw_buf n = node_begin(id, "COLL", 7);
    node_attr(&n, "comm_type", 9, (uint64_t)comm);
    node_attr(&n, "comm_size", 13, bytes);
    if (group != NULL) {
        node_text(&n, "pg_name", group);
    }
    if (after >= 0) {
        node_after(&n, (uint64_t)after);
    }
    put_message(file, &n);
}

/* type 5: a send to peer, 6: a receive from it. */
static inline void put_p2p(gw_buf *file, uint64_t id, int type, uint64_t peer, uint64_t bytes,
                           uint64_t tag, int64_t after) {
    gw_buf n = node_begin(id, type == 5 ? "SEND" : "RECV", type);
    node_attr(&n, "comm_size", 9, bytes);
    node_attr(&n, type == 5 ? "comm_dst" : "comm_src", 7, peer);
    node_attr(&n, "comm_tag", 7, tag);
    if (after >= 0) {
        node_after(&n, (uint64_t)after);
    }
    put_message(file, &n);
}

#endif
