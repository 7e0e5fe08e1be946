/* scenario/spec_money.h: field tables of contracts, capital, taxes, and deals without a site. Conventions: field.h. */
#ifndef GW_SCENARIO_SPEC_MONEY_H
#define GW_SCENARIO_SPEC_MONEY_H

#include "scenario/enums.h"

#define GW_FIELDS_contract(X)                                                                      \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "what it is")                                     \
    X(ENUM, kind, , contract_kind, GW_REQUIRED, NULL, 0, 0, "what the price is charged on")        \
    X(REF, seller, , parties, GW_REQUIRED, NULL, 0, 0, "who is paid")                              \
    X(REF, buyer, , parties, GW_REQUIRED, NULL, 0, 0, "who pays")                                  \
    X(REF, cluster, , clusters, GW_OPTIONAL, NULL, 0, 0,                                           \
      "capacity sold; absent: `clusters`, or all")                                                 \
    X(REFS, clusters, , clusters, GW_OPTIONAL, NULL, 0, 0, "the same, several")                    \
    X(DATE, start, _d, GW_DATE_START, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                       \
      "first day; absent: with the first capacity")                                                \
    X(NUM, term, _s, "yr", GW_REQUIRED, NULL, 86400, 4e9, "length")                                \
    X(NUM, price, _usd_per_s, "USD/h", GW_OPTIONAL, NULL, 0, 1,                                    \
      "compute: per accelerator and time")                                                         \
    X(NUM, fee, _usd_per_s, "USD/mo", GW_OPTIONAL, NULL, 0, 1e6, "fee: per time at full capacity") \
    X(NUM, rent, _usd_per_W_s, "USD/kW/mo", GW_OPTIONAL, NULL, 0, 1e-3,                            \
      "lease: per IT power and time")                                                              \
    X(NUM, escalation, , "%", GW_OPTIONAL, "0 %", -0.5, 0.5,                                       \
      "price change per year (negative: falling)")                                                 \
    X(NUM, utilisation, , "%", GW_OPTIONAL, "90 %", 0, 1, "share of capacity that is used")        \
    X(NUM, floor, , "%", GW_OPTIONAL, "0 %", 0, 1,                                                 \
      "take-or-pay: share of capacity paid even if unused")                                        \
    X(NUM, notice, _s, "d", GW_OPTIONAL, NULL, 0, 1e9,                                             \
      "exit right: the buyer may leave with this notice; absent: none")                            \
    X(NUM, firm, _s, "d", GW_OPTIONAL, "0 d", 0, 4e9, "first part of the term without exit right") \
    X(DATE, exit, _d, GW_DATE_MIDDLE, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                       \
      "day on which the buyer leaves; absent: by `exit_probability`")                              \
    X(NUM, exit_probability, , "%", GW_OPTIONAL, "0 %", 0, 1,                                      \
      "probability per year that the exit right is used")                                          \
    X(NUM, prepayment, _usd, "USD", GW_OPTIONAL, "0 USD", 0, 1e13,                                 \
      "paid at the start, set off against the first bills")                                        \
    X(REF, guarantor, , parties, GW_OPTIONAL, NULL, 0, 0, "who pays when the buyer does not")      \
    X(NUM, guarantee, _usd, "USD", GW_OPTIONAL, NULL, 0, 1e13,                                     \
      "most that the guarantor pays after an exit; absent: no guarantee")

#define GW_FIELDS_funding(X)                                                                       \
    X(ENUM, kind, , funding_kind, GW_REQUIRED, NULL, 0, 0, "equity or debt")                       \
    X(REF, party, , parties, GW_OPTIONAL, NULL, 0, 0, "who provides it")                           \
    X(NUM, amount, _usd, "USD", GW_REQUIRED, NULL, 0, 1e13,                                        \
      "committed amount; drawn as capital is spent, pro rata")                                     \
    X(NUM, rate, , "%", GW_OPTIONAL, "0 %", 0, 1, "interest per year (debt)")                      \
    X(NUM, term, _s, "yr", GW_OPTIONAL, "5 yr", 1e6, 2e9,                                          \
      "repayment after full operation of what it pays for (debt)")                                 \
    X(ENUM, repayment, , repayment, GW_OPTIONAL, "level", 0, 0, "shape of the repayment (debt)")   \
    X(NUM, dscr, , "", GW_OPTIONAL, "1.3", 1, 10,                                                  \
      "target debt service coverage of a sculpted loan")                                           \
    X(NUM, covenant, , "", GW_OPTIONAL, NULL, 0.5, 10,                                             \
      "lowest debt service coverage that the lender accepts")                                      \
    X(NUM, most, , "%", GW_OPTIONAL, "100 %", 0, 1,                                                \
      "largest share of the cost of what it pays for")                                             \
    X(NUM, interest_only, _s, "mo", GW_OPTIONAL, "0 mo", 0, 1e9,                                   \
      "no principal in this first part of the term")                                               \
    X(NUM, upfront_fee, , "%", GW_OPTIONAL, "0 %", 0, 0.2, "of the amount, at the first draw")     \
    X(NUM, commitment_fee, , "%", GW_OPTIONAL, "0 %", 0, 0.1, "per year on what is not drawn yet") \
    X(DATE, available_from, _d, GW_DATE_START, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,              \
      "first draw (delayed draw)")                                                                 \
    X(DATE, available_until, _d, GW_DATE_END, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI, "last draw")  \
    X(BOOL, drawn_at_once, , 0, GW_OPTIONAL, "no", 0, 0,                                           \
      "notes: drawn whole on the first day, what is not spent yet earns `cash_yield`")             \
    X(NUM, reserve, _s, "mo", GW_OPTIONAL, "0 mo", 0, 1e8,                                         \
      "debt service reserve: months of service kept in cash")                                      \
    X(ENUM, layer, , layer, GW_OPTIONAL, "all", 0, 0, "which assets it pays for")                  \
    X(REF, programme, , programmes, GW_OPTIONAL, NULL, 0, 0, "of which programme; absent: all")    \
    X(REFS, sites, , sites, GW_OPTIONAL, NULL, 0, 0, "at which sites; absent: all")                \
    X(REFS, clusters, , clusters, GW_OPTIONAL, NULL, 0, 0, "for which clusters; absent: all")      \
    X(REF, borrower, , parties, GW_OPTIONAL, NULL, 0, 0,                                           \
      "who draws it; absent: developer or buyer of what it pays for")                              \
    X(REF, guarantor, , parties, GW_OPTIONAL, NULL, 0, 0, "who stands behind the debt")            \
    X(NUM, residual_guarantee, _usd, "USD", GW_OPTIONAL, "0 USD", 0, 1e13,                         \
      "what the guarantor pays at the end if the assets are worth less")

#define GW_FIELDS_finance(X)                                                                       \
    X(NUM, discount_rate, , "%", GW_OPTIONAL, "10 %", -0.5, 1,                                     \
      "yearly rate of the net present value, nominal")                                             \
    X(NUM, tax_rate, , "%", GW_OPTIONAL, "21 %", 0, 0.9,                                           \
      "tax on profit after straight-line depreciation; losses carried forward")                    \
    X(NUM, chip_life, _s, "yr", GW_OPTIONAL, "5 yr", 3e7, 1e9,                                     \
      "time over which chips and servers are written off; they go on earning until their lot "     \
      "ends")                                                                                      \
    X(NUM, facility_life, _s, "yr", GW_OPTIONAL, "14 yr", 3e7, 3e9,                                \
      "time over which buildings and plant are written off")                                       \
    X(NUM, chip_residual, , "%", GW_OPTIONAL, "0 %", 0, 1,                                         \
      "value of chips at the end of their life over price")                                        \
    X(NUM, payment_lead, _s, "mo", GW_OPTIONAL, "2 mo", 0, 1e8,                                    \
      "chips are paid this long before they run")                                                  \
    X(NUM, inflation, , "%", GW_OPTIONAL, "2.5 %", -0.1, 0.5, "yearly growth of operating costs")  \
    X(NUM, market_price, _usd_per_s, "USD/h", GW_OPTIONAL, NULL, 0, 1,                             \
      "price per accelerator-hour of capacity under no contract; absent: none is sold")            \
    X(NUM, market_price_change, , "%", GW_OPTIONAL, "-15 %", -0.9, 1,                              \
      "yearly change of the market price")                                                         \
    X(ENUM, depreciation, , depreciation, GW_OPTIONAL, "straight_line", 0, 0,                      \
      "how assets are written off for tax")                                                        \
    X(NUM, receivable, _s, "d", GW_OPTIONAL, "0 d", 0, 1e8,                                        \
      "working capital: buyers pay this late")                                                     \
    X(NUM, payable, _s, "d", GW_OPTIONAL, "0 d", 0, 1e8, "operating costs are paid this late")     \
    X(BOOL, refit, , 0, GW_OPTIONAL, "no", 0, 0,                                                   \
      "chips are replaced at the end of their life; no: they earn until their lot ends")           \
    X(NUM, refit_price, , "%", GW_OPTIONAL, "100 %", 0, 5,                                         \
      "price of the replacement over the first price")                                             \
    X(BOOL, shut_down, , 0, GW_OPTIONAL, "no", 0, 0,                                               \
      "chips under no contract stop when the market pays less than energy and operation")          \
    X(NUM, cash_yield, , "%", GW_OPTIONAL, "0 %", 0, 0.3, "interest on reserves and unspent notes")

#define GW_FIELDS_deal(X)                                                                          \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "what it is")                                     \
    X(REF, seller, , parties, GW_OPTIONAL, NULL, 0, 0, "who is paid")                              \
    X(REF, buyer, , parties, GW_OPTIONAL, NULL, 0, 0, "who pays")                                  \
    X(NUM, power, _W, "MW", GW_OPTIONAL, NULL, 1, 1e13, "power of the deal")                       \
    X(ENUM, basis, , claim_basis, GW_OPTIONAL, "unstated", 0, 0,                                   \
      "basis of the power; unstated: worked out as IT and as facility")                            \
    X(NUM, pue, , "", GW_OPTIONAL, "1.4", 1, 3, "facility over IT power")                          \
    X(NUM, accelerators, , "", GW_OPTIONAL, NULL, 1, 1e10, "accelerators of the deal")             \
    X(NUM, accelerator_price, _usd, "USD", GW_OPTIONAL, NULL, 0, 1e7,                              \
      "price of one; instead of it_cost")                                                          \
    X(NUM, accelerator_power, _W, "W", GW_OPTIONAL, NULL, 1, 1e5,                                  \
      "IT power of one: size without `power`, load for `energy_price`")                            \
    X(NUM, cost, _usd, "USD", GW_OPTIONAL, NULL, 0, 1e14,                                          \
      "capital cost, all together; written off over it_life")                                      \
    X(NUM, it_cost, _usd_per_W, "USD/W", GW_OPTIONAL, NULL, 0, 1000, "chips per IT watt")          \
    X(NUM, facility_cost, _usd_per_W, "USD/W", GW_OPTIONAL, NULL, 0, 1000,                         \
      "buildings and plant per IT watt")                                                           \
    X(NUM, opex, _usd_per_s, "USD/yr", GW_OPTIONAL, NULL, 0, 1e8, "operating cost per time")       \
    X(NUM, opex_rate, _usd_per_W_s, "USD/W/yr", GW_OPTIONAL, NULL, 0, 1e-3,                        \
      "operating cost per IT watt and time; instead of opex")                                      \
    X(NUM, energy_price, _usd_per_J, "USD/MWh", GW_OPTIONAL, NULL, 0, 1e-6,                        \
      "energy cost on top of opex: accelerators x their power (else IT power) x pue")              \
    X(NUM, payments, _usd_per_s, "USD/yr", GW_OPTIONAL, NULL, 0, 1e8, "paid per time")             \
    X(NUM, total, _usd, "USD", GW_OPTIONAL, NULL, 0, 1e14,                                         \
      "paid in all over the term; instead of payments")                                            \
    X(NUM, price, _usd_per_s, "USD/h", GW_OPTIONAL, NULL, 0, 1,                                    \
      "paid per accelerator-hour; instead of payments")                                            \
    X(NUM, utilisation, , "%", GW_OPTIONAL, "100 %", 0, 1, "share of accelerator-hours used")      \
    X(NUM, escalation, , "%", GW_OPTIONAL, "0 %", -0.9, 1, "change of the payments per year")      \
    X(NUM, term, _s, "yr", GW_OPTIONAL, "5 yr", 1e6, 4e9, "length")                                \
    X(NUM, notice, _s, "d", GW_OPTIONAL, NULL, 0, 1e9,                                             \
      "exit right: only this much is firm at any time")                                            \
    X(NUM, residual, , "%", GW_OPTIONAL, "0 %", 0, 1, "value at the end over the capital cost")    \
    X(NUM, it_life, _s, "yr", GW_OPTIONAL, NULL, 1e6, 4e9,                                         \
      "chips, for the annual cost; absent: the term")                                              \
    X(NUM, facility_life, _s, "yr", GW_OPTIONAL, "14 yr", 1e6, 4e9, "buildings and plant")         \
    X(NUM, rate, , "%", GW_OPTIONAL, "10 %", -0.9, 5, "discount rate per year")                    \
    X(NUM, tax, , "%", GW_OPTIONAL, "0 %", 0, 0.9, "tax rate on profit")                           \
    X(NUM, state_tax, , "%", GW_OPTIONAL, "0 %", 0, 0.9,                                           \
      "second tax on profit, deducted before `tax`")                                               \
    X(ENUM, depreciation, , depreciation, GW_OPTIONAL, "straight_line", 0, 0, "for tax")           \
    X(INT, draws, , 0, GW_OPTIONAL, "0", 0, 1200, "equal draws while building; 0: paid at once")   \
    X(NUM, draw_period, _s, "mo", GW_OPTIONAL, "3 mo", 86400, 4e9, "time between them")            \
    X(NUM, draw_rate, , "%", GW_OPTIONAL, NULL, 0, 5, "interest while building, per draw period")  \
    X(NUM, debt, _usd, "USD", GW_OPTIONAL, NULL, 0, 1e14, "loan")                                  \
    X(NUM, debt_share, , "%", GW_OPTIONAL, NULL, 0, 1, "loan over capital cost; instead of debt")  \
    X(NUM, debt_rate, , "%", GW_OPTIONAL, NULL, 0, 5, "interest per year")                         \
    X(NUM, debt_term, _s, "yr", GW_OPTIONAL, NULL, 1e6, 4e9, "absent: the term")                   \
    X(NUM, dscr, , "", GW_OPTIONAL, NULL, 1, 20,                                                   \
      "target coverage: the loan is sized and sculpted to it; debt or debt_share then bound it")   \
    X(NUM, fixed_charge_rate, , "%", GW_OPTIONAL, NULL, 0, 5,                                      \
      "for a levelised cost: yearly charge over the capital cost")                                 \
    X(NUM, energy_per_year, _J, "MWh", GW_OPTIONAL, NULL, 1, 1e21,                                 \
      "for a levelised cost: energy of one year")

GW_DECLARE(contract)
GW_DECLARE(funding)
GW_DECLARE(finance)
GW_DECLARE(deal)

#endif
