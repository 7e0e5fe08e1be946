/* base/number.h: decimal numbers from and to text, fast where tables have millions of them. */
#ifndef GW_BASE_NUMBER_H
#define GW_BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/** Room that gw_number_write needs. */
#define GW_NUMBER_ROOM 32

/** All n bytes are one decimal number: sign, digits, point, exponent. No hexadecimal, no "inf" or
 * "nan", no blanks. Correctly rounded; too large gives infinity. *value is untouched on failure. */
bool gw_number_read(const char *text, size_t n, double *value);

/** The shortest of %.15g, %.16g and %.17g that reads back as the same double; value is finite.
 * Returns the length; ends in NUL. */
size_t gw_number_write(char text[GW_NUMBER_ROOM], double value);

#endif
