/* scenario/spec_schedule.h: field tables of programmes, their schedule, supply of chips and promises of money. Conventions: field.h. */
#ifndef GW_SCENARIO_SPEC_SCHEDULE_H
#define GW_SCENARIO_SPEC_SCHEDULE_H

#include "scenario/enums.h"

#define GW_FIELDS_programme(X)                                                                     \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "name as used in public")                         \
    X(REFS, sponsors, , parties, GW_OPTIONAL, NULL, 0, 0, "who stands behind it")                  \
    X(REFS, part_of, , programmes, GW_OPTIONAL, NULL, 0, 0,                                        \
      "larger programmes that it belongs to: their totals hold its own")

#define GW_FIELDS_closure(X)                                                                       \
    X(DATE, from, _d, GW_DATE_START, GW_REQUIRED, NULL, GW_NO_LO, GW_NO_HI, "first day off")       \
    X(DATE, until, _d, GW_DATE_END, GW_REQUIRED, NULL, GW_NO_LO, GW_NO_HI, "last day off")

#define GW_FIELDS_workcal(X)                                                                       \
    X(NUM, days_per_week, , "", GW_OPTIONAL, "7", 1, 7, "days worked in a week")                   \
    X(MONTHS, lost, , "%", GW_OPTIONAL, NULL, 0, 0.95,                                             \
      "share of the working time lost in each month, for example to weather")                      \
    X(MAP, closures, , closure, GW_OPTIONAL, NULL, 0, 0, "spans in which nothing is done")

#define GW_FIELDS_driver(X)                                                                        \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "the common cause")                               \
    X(NUM, factor, , "", GW_OPTIONAL, "1", 0.05, 20,                                               \
      "multiplies the duration of every activity that names it; one draw for all")

#define GW_FIELDS_resource(X)                                                                      \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "what is scarce")                                 \
    X(NUM, capacity, , "", GW_REQUIRED, NULL, 0.001, 1e9,                                          \
      "units that can work at the same time, all sites together")

#define GW_FIELDS_activity(X)                                                                      \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "what is done")                                   \
    X(ENUM, kind, , activity_kind, GW_OPTIONAL, "work", 0, 0, "what sort of work; for readers")    \
    X(REF, site, , sites, GW_OPTIONAL, NULL, 0, 0, "campus that it belongs to")                    \
    X(NUM, duration, _s, "d", GW_OPTIONAL, "0 d", 0, 1e9,                                          \
      "working time on its calendar; a milestone has none")                                        \
    X(REFS, after, , activities, GW_OPTIONAL, NULL, 0, 0, "what must be finished before")          \
    X(NUM, lag, _s, "d", GW_OPTIONAL, "0 d", 0, 1e9, "wait after the last of them, calendar days") \
    X(DATE, earliest, _d, GW_DATE_START, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                    \
      "not before this day")                                                                       \
    X(DATE, started, _d, GW_DATE_MIDDLE, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                    \
      "day on which it began, if it has")                                                          \
    X(DATE, finished, _d, GW_DATE_MIDDLE, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                   \
      "day on which it ended, if it has: nothing is drawn any more")                               \
    X(DATE, due, _d, GW_DATE_END, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                           \
      "promised end, for the probability of keeping it")                                           \
    X(REF, calendar, , calendars, GW_OPTIONAL, NULL, 0, 0, "absent: every day is worked")          \
    X(REFS, drivers, , drivers, GW_OPTIONAL, NULL, 0, 0, "common causes that stretch it")          \
    X(REF, resource, , resources, GW_OPTIONAL, NULL, 0, 0, "scarce crews or slots that it needs")  \
    X(NUM, units, , "", GW_OPTIONAL, "1", 0, 1e9, "how many of them, for the whole duration")      \
    X(NUM, cost, _usd, "USD", GW_OPTIONAL, "0 USD", 0, 1e13,                                       \
      "cost of the activity, for the joint distribution of cost and date")                         \
    X(NUM, cost_per_time, _usd_per_s, "USD/d", GW_OPTIONAL, "0 USD/d", 0, 1e8,                     \
      "running cost while it lasts: what a delay costs")

#define GW_FIELDS_risk(X)                                                                          \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "the event")                                      \
    X(NUM, probability, , "%", GW_REQUIRED, NULL, 0, 1, "that it happens")                         \
    X(REFS, activities, , activities, GW_REQUIRED, NULL, 0, 0, "which it delays, all at once")     \
    X(NUM, delay, _s, "d", GW_OPTIONAL, "0 d", 0, 1e9, "added to their duration, calendar days")   \
    X(NUM, cost, _usd, "USD", GW_OPTIONAL, "0 USD", 0, 1e13, "cost if it happens")

#define GW_FIELDS_mitigation(X)                                                                    \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "the measure")                                    \
    X(REFS, activities, , activities, GW_OPTIONAL, NULL, 0, 0, "which it shortens")                \
    X(NUM, duration_factor, , "", GW_OPTIONAL, "1", 0, 2, "multiplies their duration")             \
    X(REFS, risks, , risks, GW_OPTIONAL, NULL, 0, 0, "which it makes less likely")                 \
    X(NUM, probability_factor, , "", GW_OPTIONAL, "1", 0, 1, "multiplies their probability")       \
    X(NUM, cost, _usd, "USD", GW_OPTIONAL, "0 USD", 0, 1e13, "price of the measure")

#define GW_FIELDS_output(X)                                                                        \
    X(DATE, from, _d, GW_DATE_START, GW_REQUIRED, NULL, GW_NO_LO, GW_NO_HI,                        \
      "first day of the quarter or span")                                                          \
    X(NUM, rate, _per_s, "1/yr", GW_REQUIRED, NULL, 0, 100,                                        \
      "accelerators shipped per time from then on")

#define GW_FIELDS_chip_supply(X)                                                                   \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "product line")                                   \
    X(REF, supplier, , parties, GW_OPTIONAL, NULL, 0, 0, "who sells the chips")                    \
    X(REFS, accelerators, , accelerators, GW_REQUIRED, NULL, 0, 0, "what comes off the line")      \
    X(MAP, outputs, , output, GW_REQUIRED, NULL, 0, 0,                                             \
      "output over time; each rate holds until the next")                                          \
    X(NUM, share, , "%", GW_OPTIONAL, "100 %", 0, 1,                                               \
      "share of the output that the programmes of this scenario can get")                          \
    X(NUM, lead, _s, "d", GW_OPTIONAL, "60 d", 0, 1e8, "shipment to installed and tested")

#define GW_FIELDS_correlation(X)                                                                   \
    X(TEXTS, of, , 0, GW_REQUIRED, NULL, 0, 0,                                                     \
      "paths of uncertain values; * stands for any one name")                                      \
    X(NUM, coefficient, , "", GW_REQUIRED, NULL, 0, 1,                                             \
      "rank correlation of each pair (Gaussian copula with one common factor)")

#define GW_FIELDS_commitment(X)                                                                    \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "what was promised")                              \
    X(ENUM, kind, , commitment_kind, GW_REQUIRED, NULL, 0, 0, "what sort of promise")              \
    X(REF, party, , parties, GW_REQUIRED, NULL, 0, 0, "who promises")                              \
    X(REF, to, , parties, GW_OPTIONAL, NULL, 0, 0, "to whom")                                      \
    X(REF, programme, , programmes, GW_OPTIONAL, NULL, 0, 0, "for what")                           \
    X(NUM, amount, _usd, "USD", GW_REQUIRED, NULL, 0, 1e14, "amount promised")                     \
    X(DATE, pledged, _d, GW_DATE_MIDDLE, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI, "announced")       \
    X(DATE, contracted, _d, GW_DATE_MIDDLE, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI, "signed")       \
    X(DATE, financed, _d, GW_DATE_MIDDLE, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                   \
      "the money for it was committed")                                                            \
    X(DATE, draw_from, _d, GW_DATE_START, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI, "first draw")     \
    X(DATE, draw_until, _d, GW_DATE_END, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                    \
      "last draw; even between the two")                                                           \
    X(DATE, withdrawn, _d, GW_DATE_MIDDLE, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                  \
      "day on which it was taken back, if it was")                                                 \
    X(DATE, disputed, _d, GW_DATE_MIDDLE, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                   \
      "day since which a party denies it")                                                         \
    X(TEXT, condition, , 0, GW_OPTIONAL, NULL, 0, 0, "what it hangs on; for readers")              \
    X(NUM, withdrawal, , "%", GW_OPTIONAL, "0 %", 0, 1,                                            \
      "probability that it is taken back before it is drawn")                                      \
    X(REFS, holds_up, , activities, GW_OPTIONAL, NULL, 0, 0,                                       \
      "what then waits until another stands in")                                                   \
    X(NUM, replacement_time, _s, "d", GW_OPTIONAL, "180 d", 0, 1e9, "time to find another")        \
    X(NUM, replacement_cost, , "%", GW_OPTIONAL, "0 %", 0, 1,                                      \
      "what the replacement costs more, share of the amount")                                      \
    X(REF, supersedes, , commitments, GW_OPTIONAL, NULL, 0, 0, "earlier promise that it replaces")

GW_DECLARE(programme)
GW_DECLARE(closure)
GW_DECLARE(workcal)
GW_DECLARE(driver)
GW_DECLARE(resource)
GW_DECLARE(activity)
GW_DECLARE(risk)
GW_DECLARE(mitigation)
GW_DECLARE(output)
GW_DECLARE(chip_supply)
GW_DECLARE(correlation)
GW_DECLARE(commitment)

#endif
