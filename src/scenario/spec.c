/* scenario/spec.c: the field tables as data. */
#include "scenario/spec.h"

#define GW_ENUM_ITEM(constant, word, doc) {word, doc},
#define GW_DEFINE_ENUM(tag)                                                                        \
    static const gw_enum_item enum_items_##tag[] = {GW_ENUM_##tag(GW_ENUM_ITEM)};                  \
    const gw_enum gw_enum_##tag = {#tag, enum_items_##tag,                                         \
                                   (int)(sizeof enum_items_##tag / sizeof enum_items_##tag[0])};
GW_ENUMS(GW_DEFINE_ENUM)

/* The struct being described, while its table is expanded: GW_SELF is redefined before each table.
 */
#define GW_ROW(kind, name, sfx, arg, need, def, lo, hi, doc)                                       \
    GW_ROW_##kind(name, sfx, arg, need, def, lo, hi, doc),
#define GW_ROW_BASE(k, name, member, need_, def, lo_, hi_, doc_)                                   \
    .kind = k, .key = #name, .offset = offsetof(GW_SELF, member), .need = need_,                   \
    .default_text = def, .lo = lo_, .hi = hi_, .doc = doc_
#define GW_ROW_NUM(name, sfx, arg, need, def, lo, hi, doc)                                         \
    {                                                                                              \
        GW_ROW_BASE(GW_KIND_NUM, name, name##sfx, need, def, lo, hi, doc), .suffix = #sfx,         \
                                                                           .unit = arg             \
    }
#define GW_ROW_MONTHS(name, sfx, arg, need, def, lo, hi, doc)                                      \
    {                                                                                              \
        GW_ROW_BASE(GW_KIND_MONTHS, name, name##sfx, need, def, lo, hi, doc), .suffix = #sfx,      \
                                                                              .unit = arg          \
    }
#define GW_ROW_DATE(name, sfx, arg, need, def, lo, hi, doc)                                        \
    {                                                                                              \
        GW_ROW_BASE(GW_KIND_DATE, name, name##sfx, need, def, lo, hi, doc), .suffix = #sfx,        \
                                                                            .date_part = arg       \
    }
#define GW_ROW_INT(name, sfx, arg, need, def, lo, hi, doc)                                         \
    { GW_ROW_BASE(GW_KIND_INT, name, name, need, def, lo, hi, doc) }
#define GW_ROW_BOOL(name, sfx, arg, need, def, lo, hi, doc)                                        \
    { GW_ROW_BASE(GW_KIND_BOOL, name, name, need, def, lo, hi, doc) }
#define GW_ROW_TEXT(name, sfx, arg, need, def, lo, hi, doc)                                        \
    { GW_ROW_BASE(GW_KIND_TEXT, name, name, need, def, lo, hi, doc) }
#define GW_ROW_TEXTS(name, sfx, arg, need, def, lo, hi, doc)                                       \
    { GW_ROW_BASE(GW_KIND_TEXTS, name, name, need, def, lo, hi, doc) }
#define GW_ROW_ENUM(name, sfx, arg, need, def, lo, hi, doc)                                        \
    { GW_ROW_BASE(GW_KIND_ENUM, name, name, need, def, lo, hi, doc), .enumeration = &gw_enum_##arg }
#define GW_ROW_REF(name, sfx, arg, need, def, lo, hi, doc)                                         \
    { GW_ROW_BASE(GW_KIND_REF, name, name, need, def, lo, hi, doc), .section = #arg }
#define GW_ROW_REFS(name, sfx, arg, need, def, lo, hi, doc)                                        \
    { GW_ROW_BASE(GW_KIND_REFS, name, name, need, def, lo, hi, doc), .section = #arg }
#define GW_ROW_SPAN(name, sfx, arg, need, def, lo, hi, doc)                                        \
    { GW_ROW_BASE(GW_KIND_SPAN, name, name##_start_d, need, def, lo, hi, doc) }
#define GW_ROW_SUB(name, sfx, arg, need, def, lo, hi, doc)                                         \
    { GW_ROW_BASE(GW_KIND_SUB, name, name, need, def, lo, hi, doc), .type = &gw_struct_##arg }
#define GW_ROW_MAP(name, sfx, arg, need, def, lo, hi, doc)                                         \
    { GW_ROW_BASE(GW_KIND_MAP, name, name, need, def, lo, hi, doc), .type = &gw_struct_##arg }

#define GW_DEFINE_STRUCT(tag, about)                                                               \
    const gw_struct gw_struct_##tag = {#tag, about, sizeof(gw_##tag), fields_##tag,                \
                                       (int)(sizeof fields_##tag / sizeof fields_##tag[0])};

#define GW_SELF gw_scenario
static const gw_field fields_scenario[] = {GW_FIELDS_scenario(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_source
static const gw_field fields_source[] = {GW_FIELDS_source(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_party
static const gw_field fields_party[] = {GW_FIELDS_party(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_programme
static const gw_field fields_programme[] = {GW_FIELDS_programme(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_activity
static const gw_field fields_activity[] = {GW_FIELDS_activity(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_workcal
static const gw_field fields_workcal[] = {GW_FIELDS_workcal(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_closure
static const gw_field fields_closure[] = {GW_FIELDS_closure(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_driver
static const gw_field fields_driver[] = {GW_FIELDS_driver(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_resource
static const gw_field fields_resource[] = {GW_FIELDS_resource(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_risk
static const gw_field fields_risk[] = {GW_FIELDS_risk(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_mitigation
static const gw_field fields_mitigation[] = {GW_FIELDS_mitigation(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_chip_supply
static const gw_field fields_chip_supply[] = {GW_FIELDS_chip_supply(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_output
static const gw_field fields_output[] = {GW_FIELDS_output(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_correlation
static const gw_field fields_correlation[] = {GW_FIELDS_correlation(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_commitment
static const gw_field fields_commitment[] = {GW_FIELDS_commitment(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_deal
static const gw_field fields_deal[] = {GW_FIELDS_deal(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_site
static const gw_field fields_site[] = {GW_FIELDS_site(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_building
static const gw_field fields_building[] = {GW_FIELDS_building(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_supply
static const gw_field fields_supply[] = {GW_FIELDS_supply(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_electrical
static const gw_field fields_electrical[] = {GW_FIELDS_electrical(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_cluster
static const gw_field fields_cluster[] = {GW_FIELDS_cluster(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_chip_lot
static const gw_field fields_chip_lot[] = {GW_FIELDS_chip_lot(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_fabric
static const gw_field fields_fabric[] = {GW_FIELDS_fabric(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_fabric_node
static const gw_field fields_fabric_node[] = {GW_FIELDS_fabric_node(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_fabric_link
static const gw_field fields_fabric_link[] = {GW_FIELDS_fabric_link(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_fabric_fault
static const gw_field fields_fabric_fault[] = {GW_FIELDS_fabric_fault(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_fabric_traffic
static const gw_field fields_fabric_traffic[] = {GW_FIELDS_fabric_traffic(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_job
static const gw_field fields_job[] = {GW_FIELDS_job(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_serving
static const gw_field fields_serving[] = {GW_FIELDS_serving(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_layout
static const gw_field fields_layout[] = {GW_FIELDS_layout(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_checkpoint
static const gw_field fields_checkpoint[] = {GW_FIELDS_checkpoint(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_contract
static const gw_field fields_contract[] = {GW_FIELDS_contract(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_funding
static const gw_field fields_funding[] = {GW_FIELDS_funding(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_finance
static const gw_field fields_finance[] = {GW_FIELDS_finance(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_claim
static const gw_field fields_claim[] = {GW_FIELDS_claim(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_accelerator
static const gw_field fields_accelerator[] = {GW_FIELDS_accelerator(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_system
static const gw_field fields_system[] = {GW_FIELDS_system(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_llm
static const gw_field fields_llm[] = {GW_FIELDS_llm(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_software
static const gw_field fields_software[] = {GW_FIELDS_software(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_netswitch
static const gw_field fields_netswitch[] = {GW_FIELDS_netswitch(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_netlink
static const gw_field fields_netlink[] = {GW_FIELDS_netlink(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_region
static const gw_field fields_region[] = {GW_FIELDS_region(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_cooling
static const gw_field fields_cooling[] = {GW_FIELDS_cooling(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_plant
static const gw_field fields_plant[] = {GW_FIELDS_plant(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_failure_model
static const gw_field fields_failure_model[] = {GW_FIELDS_failure_model(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_part
static const gw_field fields_part[] = {GW_FIELDS_part(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_cost
static const gw_field fields_cost[] = {GW_FIELDS_cost(GW_ROW)};
#undef GW_SELF
#define GW_SELF gw_band
static const gw_field fields_band[] = {GW_FIELDS_band(GW_ROW)};
#undef GW_SELF

GW_STRUCTS(GW_DEFINE_STRUCT)
