/* report/fabric_text.h: networks and their collectives, for `gigawatt fabric`. */
#ifndef GW_REPORT_FABRIC_TEXT_H
#define GW_REPORT_FABRIC_TEXT_H

#include "base/buf.h"
#include "engine/fabric_run.h"

/** For a terminal, up to 80 columns wide (names of links may be longer). */
void gw_fabric_text(const gw_fabric_report *r, gw_buf *out);
/** Everything, SI units in the names. */
void gw_fabric_json(const gw_fabric_report *r, gw_buf *out);
/** One row a number: network, subject, name, value. */
void gw_fabric_csv(const gw_fabric_report *r, gw_buf *out);
/** Every link of one direction: network,link,src,dst,bytes_per_s,latency_s,length_m,carried_bytes,
 * utilisation. With one network it is, but for its last columns, what `gigawatt flows` reads. */
void gw_fabric_links_csv(const gw_fabric_report *r, gw_buf *out);
/** The same as text, for reading. */
void gw_fabric_links_text(const gw_fabric_report *r, gw_buf *out);
/** The page with drawings. */
void gw_fabric_html(const gw_fabric_report *r, gw_buf *out);

/** A drawing of a network as one SVG image; id must be unique in the document. True: every link is
 * drawn, with its use. */
bool gw_fabric_svg(const gw_fabric_view *view, int id, gw_buf *out);

/** "8 rails, nodes of 8, 2 planes": the shape in words; owned by the arena. */
const char *gw_fabric_shape(const gw_fabric_view *view, gw_arena *arena);
/** "leaf", "spine", "router": what a switch of a tier (0: first) is called. */
const char *gw_fabric_tier_name(const gw_fabric_view *view, int tier);
/** "128 groups of 8 ranks", "8 ranks". */
const char *gw_fabric_ranks(const gw_fabric_row *row, gw_arena *arena);
/** Does a shared link make the row slower than its end points? */
bool gw_fabric_is_limited(const gw_fabric_row *row);

#endif
