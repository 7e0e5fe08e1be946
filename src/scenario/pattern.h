/* scenario/pattern.h: paths of values with * for any one name. */
#ifndef GW_SCENARIO_PATTERN_H
#define GW_SCENARIO_PATTERN_H

#include <stdbool.h>

/** Whether a path fits a pattern: "sites.*.slip" fits "sites.abilene.slip". A star stands for one or
 * more characters without a dot. */
bool gw_path_matches(const char *pattern, const char *path);

#endif
