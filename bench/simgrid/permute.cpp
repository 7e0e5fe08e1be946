/* bench/simgrid/permute.cpp: the flows of a file over SimGrid's own fat tree, as plain max-min sharing.
 *
 * In:  LEVELS ("3;16,16,40;1,16,16;1,1,1"), bytes/s of a link, FLOWS (rows "src dst bytes", all begin
 *      at 0), TIMES (out: seconds at which each ended, %.17g). Out: CPU seconds of building and of
 *      running, and the peak of memory, on stdout.
 * Model: network/model CM02 with TCP-gamma 0, no cross traffic, latency 0, precision 1e-9: with these
 *      SimGrid shares by max-min fairness and nothing else.
 * Sources: SimGrid 3.32, s4u. Built only where libsimgrid is found; nothing else needs it. */
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <simgrid/s4u.hpp>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <vector>

namespace sg4 = simgrid::s4u;

namespace {

double cpu_s() {
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return static_cast<double>(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           1e-6 * static_cast<double>(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
}

double peak_MB() {
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return static_cast<double>(use.ru_maxrss) / 1024.0;
}

std::vector<unsigned> numbers(const std::string &text) {
    std::vector<unsigned> out;
    std::stringstream in(text);
    for (std::string part; std::getline(in, part, ',');) {
        out.push_back(static_cast<unsigned>(std::stoul(part)));
    }
    return out;
}

struct flow {
    unsigned src, dst;
    double bytes, end_s;
};

std::vector<flow> read_flows(const char *file) {
    std::vector<flow> out;
    std::ifstream in(file);
    for (flow f{}; in >> f.src >> f.dst >> f.bytes;) {
        out.push_back(f);
    }
    return out;
}

void build(const std::string &levels, double rate_Bps, std::vector<sg4::Host *> &hosts) {
    std::vector<std::string> parts;
    std::stringstream in(levels);
    for (std::string part; std::getline(in, part, ';');) {
        parts.push_back(part);
    }
    sg4::FatTreeParams shape(static_cast<unsigned>(std::stoul(parts.at(0))), numbers(parts.at(1)),
                             numbers(parts.at(2)), numbers(parts.at(3)));
    auto host = [&hosts](sg4::NetZone *zone, const std::vector<unsigned long> &, unsigned long id) {
        sg4::Host *made = zone->create_host("host-" + std::to_string(id), 1e9);
        hosts.push_back(made);
        return std::make_pair(made->get_netpoint(),
                              static_cast<simgrid::kernel::routing::NetPoint *>(nullptr));
    };
    sg4::create_fatTree_zone("tree", nullptr, shape, {host, {}, {}}, rate_Bps, 0.0,
                             sg4::Link::SharingPolicy::SPLITDUPLEX)
        ->seal();
}

/* All flows begin at 0 and are waited for by one actor. */
void send_all(const std::vector<sg4::Host *> &hosts, std::vector<flow> &flows) {
    std::vector<sg4::CommPtr> running;
    running.reserve(flows.size());
    for (const flow &f : flows) {
        running.push_back(sg4::Comm::sendto_async(hosts.at(f.src), hosts.at(f.dst),
                                                  static_cast<uint64_t>(f.bytes)));
    }
    for (size_t i = 0; i < flows.size(); i++) {
        running[i]->wait();
        flows[i].end_s = running[i]->get_finish_time();
    }
}

} // namespace

int main(int argc, char **argv) {
    sg4::Engine engine(&argc, argv);
    sg4::Engine::set_config("network/model:CM02");
    sg4::Engine::set_config("network/TCP-gamma:0");
    sg4::Engine::set_config("network/crosstraffic:0");
    sg4::Engine::set_config("maxmin/precision:1e-9");
    sg4::Engine::set_config("surf/precision:1e-9");
    if (argc != 5) {
        std::fprintf(stderr, "usage: permute LEVELS BYTES_PER_S FLOWS TIMES\n");
        return 2;
    }
    std::vector<flow> flows = read_flows(argv[3]);
    std::vector<sg4::Host *> hosts;
    double begin_s = cpu_s();
    build(argv[1], std::atof(argv[2]), hosts);
    double built_s = cpu_s();
    sg4::Actor::create("all", hosts.at(0), [&] { send_all(hosts, flows); });
    engine.run();
    double done_s = cpu_s();
    FILE *times = std::fopen(argv[4], "w");
    if (times == nullptr) {
        std::perror(argv[4]);
        return 3;
    }
    for (const flow &f : flows) {
        std::fprintf(times, "%.17g\n", f.end_s);
    }
    std::fclose(times);
    std::printf("{\"build_s\": %.6g, \"run_s\": %.6g, \"peak_MB\": %.6g}\n", built_s - begin_s,
                done_s - built_s, peak_MB());
    return 0;
}
