/* scenario/pattern.c: paths of values with * for any one name. */
#include "scenario/pattern.h"

bool gw_path_matches(const char *pattern, const char *path) {
    for (; *pattern != '*'; pattern++, path++) {
        if (*pattern != *path) {
            return false;
        }
        if (*pattern == '\0') {
            return true;
        }
    }
    while (*path != '\0' && *path != '.') { /* the star takes one character more each time */
        path++;
        if (gw_path_matches(pattern + 1, path)) {
            return true;
        }
    }
    return false;
}
