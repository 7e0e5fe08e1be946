/* chakra/wire.c: protobuf fields from bytes; see wire.h.
 *
 * In:  any bytes. Out: fields, or a problem with the offset of the byte where it shows.
 * Model: none; every length is held against what is left before it is used.
 * Valid: messages below 2^63 bytes.
 * Sources: Protocol Buffers, "Encoding". */
#include "chakra/wire.h"

#include <string.h>

gw_wire gw_wire_inside(const gw_wire *whole, const uint8_t *bytes, size_t n) {
    if (bytes == NULL) { /* of a field without bytes: empty */
        bytes = whole->at;
    }
    return (gw_wire){.at = bytes, .end = bytes + n, .file = whole->file};
}

static bool fail(gw_wire *wire, const uint8_t *at, const char *problem) {
    wire->problem = problem;
    wire->problem_byte = at - wire->file;
    wire->at = wire->end;
    return false;
}

bool gw_wire_varint(gw_wire *wire, uint64_t *value) {
    const uint8_t *start = wire->at;
    uint64_t sum = 0;
    for (int shift = 0; shift < 70; shift += 7) {
        if (wire->at == wire->end) {
            return fail(wire, start, "a number is cut off");
        }
        uint8_t byte = *wire->at++;
        if (shift == 63 && byte > 1) {
            break;
        }
        sum |= (uint64_t)(byte & 0x7fu) << shift;
        if ((byte & 0x80u) == 0) {
            *value = sum;
            return true;
        }
    }
    return fail(wire, start, "a number has more than 64 bits");
}

static bool take_fixed(gw_wire *wire, size_t n, gw_wire_field *field) {
    if ((size_t)(wire->end - wire->at) < n) {
        return fail(wire, wire->at, "a number is cut off");
    }
    field->value = 0;
    for (size_t i = 0; i < n; i++) {
        field->value |= (uint64_t)wire->at[i] << (8 * i); /* little-endian on every machine */
    }
    wire->at += n;
    return true;
}

static bool take_bytes(gw_wire *wire, gw_wire_field *field) {
    const uint8_t *start = wire->at;
    uint64_t n;
    if (!gw_wire_varint(wire, &n)) {
        return false;
    }
    if (n > (uint64_t)(wire->end - wire->at)) {
        return fail(wire, start, "a field is longer than what is left");
    }
    field->bytes = wire->at;
    field->n = (size_t)n;
    wire->at += n;
    return true;
}

bool gw_wire_next(gw_wire *wire, gw_wire_field *field) {
    if (wire->at == wire->end) {
        return false;
    }
    const uint8_t *start = wire->at;
    uint64_t key;
    if (!gw_wire_varint(wire, &key)) {
        return false;
    }
    if (key >> 3 == 0 || key >> 3 > 0x1fffffffu) {
        return fail(wire, start, "a field has an impossible number");
    }
    *field = (gw_wire_field){.number = (uint32_t)(key >> 3), .type = (int)(key & 7u)};
    switch (field->type) {
    case GW_WIRE_VARINT:
        return gw_wire_varint(wire, &field->value);
    case GW_WIRE_64:
        return take_fixed(wire, 8, field);
    case GW_WIRE_BYTES:
        return take_bytes(wire, field);
    case GW_WIRE_32:
        return take_fixed(wire, 4, field);
    default:
        return fail(wire, start, "a field is of no kind that messages have");
    }
}

int64_t gw_wire_zigzag(uint64_t value) {
    return (int64_t)(value >> 1) ^ -(int64_t)(value & 1u);
}

double gw_wire_double(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

double gw_wire_float(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return (double)value;
}
