/* base/code.c: names and sentences of the outcome codes, generated from the table in code.h. */
#include "base/code.h"

const char *gw_code_name(gw_code code) {
    switch (code) {
#define X(name, number, sentence)                                                                  \
    case GW_##name:                                                                                \
        return "GW_" #name;
        GW_CODES(X)
#undef X
    }
    return "GW_E_BUG";
}

const char *gw_code_sentence(gw_code code) {
    switch (code) {
#define X(name, number, sentence)                                                                  \
    case GW_##name:                                                                                \
        return sentence;
        GW_CODES(X)
#undef X
    }
    return "an unknown outcome: please report it";
}
