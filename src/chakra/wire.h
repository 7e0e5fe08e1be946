/* chakra/wire.h: the fields of a protobuf message, one after another, from bytes that may be anything.
 *
 * In: bytes. Out: field numbers with their values; nested messages stay bytes. Valid: wire types 0,
 * 1, 2 and 5; groups, which went out with proto2, are refused.
 * Sources: Protocol Buffers, "Encoding" (protobuf.dev/programming-guides/encoding). */
#ifndef GW_FABRIC_WIRE_H
#define GW_FABRIC_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GW_WIRE_VARINT = 0, GW_WIRE_64 = 1, GW_WIRE_BYTES = 2, GW_WIRE_32 = 5 };

/** A message that is being read. Once `problem` is set nothing more comes. */
typedef struct gw_wire {
    const uint8_t *at, *end;
    const uint8_t *file;  /* first byte of the file, for offsets */
    const char *problem;  /* static text; NULL: none so far */
    int64_t problem_byte; /* offset in the file */
} gw_wire;

typedef struct gw_wire_field {
    uint32_t number;
    int type;             /* GW_WIRE_... */
    uint64_t value;       /* varint, or the bits of a fixed width */
    const uint8_t *bytes; /* [n] GW_WIRE_BYTES */
    size_t n;
} gw_wire_field;

/** A message inside `whole`, for example the bytes of a field. */
gw_wire gw_wire_inside(const gw_wire *whole, const uint8_t *bytes, size_t n);
/** False at the end, or with `problem` set. */
bool gw_wire_next(gw_wire *wire, gw_wire_field *field);
/** A varint alone; false with `problem` set. */
bool gw_wire_varint(gw_wire *wire, uint64_t *value);

int64_t gw_wire_zigzag(uint64_t value);
double gw_wire_double(uint64_t bits);
double gw_wire_float(uint32_t bits);

#endif
