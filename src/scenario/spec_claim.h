/* scenario/spec_claim.h: field tables of public claims. Conventions: field.h. */
#ifndef GW_SCENARIO_SPEC_CLAIM_H
#define GW_SCENARIO_SPEC_CLAIM_H

#include "scenario/enums.h"

#define GW_FIELDS_claim(X)                                                                         \
    X(TEXT, text, , 0, GW_OPTIONAL, NULL, 0, 0, "the claim in one sentence")                       \
    X(DATE, said, _d, GW_DATE_MIDDLE, GW_REQUIRED, NULL, GW_NO_LO, GW_NO_HI, "when it was said")   \
    X(TEXTS, said_by, , 0, GW_OPTIONAL, NULL, 0, 0, "who said it")                                 \
    X(TEXT, about, , 0, GW_REQUIRED, NULL, 0, 0,                                                   \
      "the object: claims about one object are set against each other")                            \
    X(REF, site, , sites, GW_OPTIONAL, NULL, 0, 0, "site of the run that it is compared with")     \
    X(REF, cluster, , clusters, GW_OPTIONAL, NULL, 0, 0,                                           \
      "cluster of the run that it is compared with")                                               \
    X(NUM, power, _W, "MW", GW_OPTIONAL, NULL, 0, 1e13, "claimed power")                           \
    X(ENUM, basis, , claim_basis, GW_OPTIONAL, "unstated", 0, 0, "basis of the power")             \
    X(NUM, accelerators, , "", GW_OPTIONAL, NULL, 0, 1e10, "claimed number of chips")              \
    X(ENUM, unit, , chip_unit, GW_OPTIONAL, "unstated", 0, 0, "what was counted as a chip")        \
    X(NUM, capex, _usd, "USD", GW_OPTIONAL, NULL, 0, 1e15, "claimed cost")                         \
    X(ENUM, scope, , capex_scope, GW_OPTIONAL, "unstated", 0, 0, "what the cost covers")           \
    X(NUM, revenue, _usd_per_s, "USD/yr", GW_OPTIONAL, NULL, 0, 1e8, "claimed payments per time")  \
    X(DATE, online, _d, GW_DATE_END, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                        \
      "claimed date of full operation")                                                            \
    X(NUM, duration, _s, "d", GW_OPTIONAL, NULL, 0, 1e10,                                          \
      "claimed duration, first work to operation")                                                 \
    X(NUM, buildings, , "", GW_OPTIONAL, NULL, 0, 1e5, "claimed number of buildings")              \
    X(NUM, households, , "", GW_OPTIONAL, NULL, 0, 1e10, "households said to use as much power")   \
    X(DATE, true_at, _d, GW_DATE_MIDDLE, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                    \
      "state on this date; absent: the finished programme")                                        \
    X(ENUM, status, , claim_status, GW_OPTIONAL, "announced", 0, 0, "how firm it is")              \
    X(ENUM, wording, , wording, GW_OPTIONAL, "plain", 0, 0, "strength of the wording")             \
    X(REF, supersedes, , claims, GW_OPTIONAL, NULL, 0, 0, "earlier claim that it replaces")        \
    X(TEXTS, counterparties, , 0, GW_OPTIONAL, NULL, 0, 0, "with whom")                            \
    X(REF, programme, , programmes, GW_OPTIONAL, NULL, 0, 0,                                       \
      "programme; absent: that of its site")                                                       \
    X(SPAN, period, , 0, GW_OPTIONAL, NULL, 0, 0, "time that a flow of money or goods covers")     \
    X(NUM, debt, _usd, "USD", GW_OPTIONAL, NULL, 0, 1e15, "claimed debt")                          \
    X(NUM, equity, _usd, "USD", GW_OPTIONAL, NULL, 0, 1e15, "claimed equity")                      \
    X(NUM, contract, _usd, "USD", GW_OPTIONAL, NULL, 0, 1e15, "claimed value of a contract")       \
    X(NUM, price, _usd_per_s, "USD/h", GW_OPTIONAL, NULL, 0, 1, "claimed price per GPU-hour")      \
    X(NUM, probability, , "%", GW_OPTIONAL, NULL, 0, 1,                                            \
      "probability that the speaker gave; scored when the date has passed")                        \
    X(BOOL, anonymous, , 0, GW_OPTIONAL, "no", 0, 0, "rests on people who are not named")          \
    X(REFS, duplicates, , claims, GW_OPTIONAL, NULL, 0, 0, "the same figure told again")           \
    X(REF, refines, , claims, GW_OPTIONAL, NULL, 0, 0, "says the same more precisely")             \
    X(REFS, contradicts, , claims, GW_OPTIONAL, NULL, 0, 0, "cannot hold beside these")            \
    X(REF, part_of, , claims, GW_OPTIONAL, NULL, 0, 0, "whole that it is a part of")

GW_DECLARE(claim)

#endif
