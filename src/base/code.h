/* base/code.h: one vocabulary of outcomes for every fallible function.
 * The table below makes the enum, the names and the sentences; numbers have gaps and never change.
 */
#ifndef GW_BASE_CODE_H
#define GW_BASE_CODE_H

/* X(name, number, sentence) */
#define GW_CODES(X)                                                                                \
    X(OK, 0, "done")                                                                               \
    X(E_IO, 10, "a file could not be read or written")                                             \
    X(E_SYNTAX, 20, "the text is not in the expected form")                                        \
    X(E_UNIT, 22, "a quantity has no unit, an unknown unit or the wrong dimension")                \
    X(E_RANGE, 24, "a value lies outside its legal range")                                         \
    X(E_REF, 26, "a name refers to nothing")                                                       \
    X(E_KEY, 28, "a key is unknown, repeated or missing")                                          \
    X(E_MODEL, 40, "the scenario is well formed but cannot be worked through")                     \
    X(E_SOLVER, 50, "a numerical method did not converge")                                         \
    X(E_MEM, 90, "memory ran out")                                                                 \
    X(E_BUG, 99, "a defect in gigawatt: please report it")

typedef enum gw_code {
#define X(name, number, sentence) GW_##name = number,
    GW_CODES(X)
#undef X
} gw_code;

#define GW_MUST_USE __attribute__((warn_unused_result))
#define GW_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* The NAN and INFINITY of math.h are floats, which -Wdouble-promotion of clang objects to. */
#define GW_NAN __builtin_nan("")
#define GW_INF __builtin_inf()

/** Leave the function with the callee's code unless it is GW_OK. The only control-flow macro. */
#define GW_TRY(expr)                                                                               \
    do {                                                                                           \
        gw_code gw_try_code_ = (expr);                                                             \
        if (gw_try_code_ != GW_OK) {                                                               \
            return gw_try_code_;                                                                   \
        }                                                                                          \
    } while (0)

/** "GW_E_UNIT" and its sentence; static strings. */
const char *gw_code_name(gw_code code);
const char *gw_code_sentence(gw_code code);

#endif
