/* group_cables.c: the cables between the groups of a dragonfly, spread evenly.
 *
 * In:  groups and global ports of a group.
 * Out: how many cables join two groups, at which ports, with which numbers.
 *
 * Model. Circulant ("relative") arrangement: port c (n - 1) + o - 1 of group A is joined to the
 * group A + o mod n, at that group's port of offset n - o, so that every group looks alike. With P
 * ports, floor(P / (n - 1)) cables join each two groups. Of the R ports that remain, pairs serve
 * the offsets +-1, +-2, ..; an odd one serves the offset n / 2 if n is even, else it stays empty, as
 * an odd number of ends cannot be joined in pairs. Any two pairs of groups differ by one cable at
 * most. Ports are numbered through the routers: router of port p is p / (global ports of a router).
 * With n = P + 1 this is the palm tree arrangement.
 *
 * A cable is numbered by its owner: the group whose offset to the other is below n / 2; for n / 2
 * the group of the lower number.
 *
 * Valid: P >= n - 1, or n = 1.
 * Sources: Kim, Dally, Scott & Abts, ISCA 2008 (dragonfly); Camarero, Vallejo & Beivide, ACM TACO 11
 * (2014) 39 (arrangements of global links: absolute, consecutive, palm tree).
 */
#include "network/group_cables.h"

gw_circulant gw_circulant_of(int32_t n, int32_t ports) {
    gw_circulant g = {.n = n, .ports = ports};
    if (n < 2) {
        return g;
    }
    int32_t left = ports % (n - 1);
    g.whole = ports / (n - 1);
    g.extra = left / 2;
    g.half = n % 2 == 0 && left % 2 == 1;
    g.n_owned = (int64_t)g.whole * ((n - 1) / 2) + g.extra;
    return g;
}

int64_t gw_circulant_cables_n(const gw_circulant *groups) {
    int64_t halves =
        groups->n % 2 == 0 ? (int64_t)groups->n / 2 * (groups->whole + groups->half) : 0;
    return groups->n * groups->n_owned + halves;
}

int32_t gw_circulant_between(const gw_circulant *groups, int32_t offset) {
    int32_t near = offset < groups->n - offset ? offset : groups->n - offset;
    int more = 2 * offset == groups->n ? groups->half : near <= groups->extra;
    return groups->whole + more;
}

int32_t gw_circulant_port(const gw_circulant *groups, int32_t offset, int32_t c) {
    int32_t whole_ports = c * (groups->n - 1);
    if (c < groups->whole) {
        return whole_ports + offset - 1;
    }
    if (2 * offset < groups->n) {
        return whole_ports + offset - 1;
    }
    if (2 * offset == groups->n) {
        return whole_ports + groups->extra;
    }
    return whole_ports + 2 * groups->extra + groups->half - (groups->n - offset);
}

int64_t gw_circulant_cable(const gw_circulant *groups, int32_t group, int32_t offset, int32_t c,
                           int *near_owns) {
    int32_t n = groups->n, far = (group + offset) % n;
    *near_owns = 2 * offset == n ? group < far : 2 * offset < n;
    int32_t owner = *near_owns ? group : far, reach = *near_owns ? offset : n - offset;
    if (2 * reach == n) {
        return n * groups->n_owned + (int64_t)owner * (groups->whole + groups->half) + c;
    }
    int32_t more = reach - 1 < groups->extra ? reach - 1 : groups->extra;
    return owner * groups->n_owned + (int64_t)(reach - 1) * groups->whole + more + c;
}

int32_t gw_circulant_opposites(const gw_circulant *groups, int32_t group) {
    int32_t half = groups->n / 2;
    return 2 * (group % half) + group / half;
}
