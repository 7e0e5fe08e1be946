#!/usr/bin/env python3
"""Holds `gigawatt flows` to an exact solver: random networks and flows, every rate and instant a fraction of whole
numbers here, no rounding at all. flows_exact.py PROGRAM [CASES [SEED]]. One line a family: `ok: ...` or `FAILED: ...`.

The solver is the textbook's: at every instant all rates are filled anew from zero, flow by flow; nothing is kept from
the instant before."""
import csv
import io
import os
import random
import subprocess
import sys
import tempfile
from fractions import Fraction as F

PROGRAM = os.path.abspath(sys.argv[1])
CASES = int(sys.argv[2]) if len(sys.argv) > 2 else 25
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else 1
REL = 1e-9
work = tempfile.mkdtemp(prefix='gw-flows-')


def fill(flows, capacity):
    """Max-min fair rates: {flow: rate} of those that are active. Progressive filling by levels."""
    rate, active = {}, dict(flows)
    left = dict(capacity)
    while active:
        weight = {}
        for f in active.values():
            for link in f['path']:
                weight[link] = weight.get(link, 0) + f['weight']
        levels = [left[link] / w for link, w in weight.items()]
        levels += [f['cap'] / f['weight'] for f in active.values() if f['cap'] is not None]
        if not levels:
            raise ValueError('a flow without any limit')
        level = min(levels)
        full = {link for link, w in weight.items() if left[link] / w == level}
        done = [i for i, f in active.items()
                if full & set(f['path']) or f['cap'] is not None and f['cap'] / f['weight'] == level]
        for i in done:
            f = active.pop(i)
            rate[i] = level * f['weight']
            for link in f['path']:
                left[link] -= rate[i]
    return rate


def simulate(links, flows):
    """Finish of every flow, None for those that never end."""
    capacity = {name: link['rate'] for name, link in links.items()}
    joins = {i: f['start'] + sum(links[link]['latency'] for link in f['path']) for i, f in enumerate(flows)}
    rest = {i: f['bytes'] for i, f in enumerate(flows)}
    finish, now = {}, F(0)
    while len(finish) < len(flows):
        active = {i: flows[i] for i in joins if joins[i] <= now and i not in finish}
        for i in [i for i in active if rest[i] == 0]:
            finish[i] = now
            del active[i]
        rate = fill(active, capacity)
        events = [joins[i] for i in joins if joins[i] > now]
        events += [now + rest[i] / rate[i] for i in active if rate[i] > 0]
        if not events:
            break
        then = min(events)
        for i in active:
            rest[i] -= rate[i] * (then - now)
        now = then
    return [finish.get(i) for i in range(len(flows))]


def random_walk(rng, links, src):
    """A way that passes no link twice: (path, end) or None."""
    path, at = [], src
    for _ in range(rng.randint(1, 5)):
        out = [name for name, link in links.items() if link['src'] == at and name not in path]
        if not out:
            break
        path.append(rng.choice(out))
        at = links[path[-1]]['dst']
    return (path, at) if path and at != src else None


def network(rng, tree):
    nodes = [f'n{i}' for i in range(rng.randint(3, 14))]
    links, number = {}, 0

    def add(a, b):
        nonlocal number
        links[f'l{number}'] = {'src': a, 'dst': b, 'rate': F(rng.choice([1, 2, 3, 4, 5, 8, 10, 12, 100]) * 2 ** rng.randint(0, 20)),
                               'latency': F(rng.choice([0, 0, 1, 2, 5]), 1024)}
        number += 1
    for i in range(1, len(nodes)):
        j = rng.randrange(i)
        add(nodes[i], nodes[j])
        add(nodes[j], nodes[i])
    for _ in range(0 if tree else rng.randint(0, 12)):
        add(*rng.sample(nodes, 2))
    return nodes, links


def tree_way(links, src, dst):
    """The only way in a tree."""
    came, queue = {src: None}, [src]
    while queue:
        at = queue.pop(0)
        for name, link in links.items():
            if link['src'] == at and link['dst'] not in came:
                came[link['dst']] = name
                queue.append(link['dst'])
    path = []
    while dst != src:
        path.insert(0, came[dst])
        dst = links[came[dst]]['src']
    return path


def traffic(rng, nodes, links, tree, alike):
    """Flows with everything that the columns can say. `alike`: few sizes and starts, so that many events coincide."""
    flows = []
    for _ in range(rng.randint(1, 60)):
        src = rng.choice(nodes)
        if tree:
            dst = rng.choice([n for n in nodes if n != src])
            path = tree_way(links, src, dst)
        else:
            way = random_walk(rng, links, src)
            if way is None:
                continue
            path, dst = way
        flows.append({
            'src': src, 'dst': dst, 'path': path,
            'start': F(0) if alike else F(rng.randint(0, 4096), 256),
            'bytes': F(2 ** 20 if alike else rng.choice([0, 1, 1000, rng.randint(1, 10 ** 9)])),
            'weight': F(1) if alike else F(rng.choice([1, 1, 1, 2, 3, 5]), rng.choice([1, 2, 4])),
            'cap': None if alike or rng.random() < 0.7 else F(rng.randint(1, 2 ** 22)),
        })
    return flows


def write(name, header, rows):
    with open(f'{work}/{name}', 'w', newline='') as f:
        out = csv.writer(f, lineterminator='\n')
        out.writerow(header)
        out.writerows(rows)
    return f'{work}/{name}'


def ours(links, flows, with_path):
    net = write('net.csv', ['link', 'src', 'dst', 'bytes_per_s', 'latency_s'],
                [[name, x['src'], x['dst'], float(x['rate']), float(x['latency'])] for name, x in links.items()])
    header = ['start_s', 'src', 'dst', 'bytes', 'weight', 'cap_bytes_per_s'] + (['path'] if with_path else [])
    rows = [[float(f['start']), f['src'], f['dst'], float(f['bytes']), float(f['weight']),
             '' if f['cap'] is None else float(f['cap'])] + ([';'.join(f['path'])] if with_path else []) for f in flows]
    result = subprocess.run([PROGRAM, 'flows', net, write('flows.csv', header, rows), '--format', 'csv'], text=True,
                            capture_output=True)
    if result.returncode != 0:
        raise AssertionError(f'exit {result.returncode}: {result.stderr[:500]}')
    return list(csv.DictReader(io.StringIO(result.stdout)))


def close(text, exact, coarse=0.0):
    return abs(float(text) - float(exact)) <= (REL + coarse) * abs(float(exact)) + 1e-300


def family(name, tree, alike):
    rng = random.Random(f'{SEED} {name}')
    compared = 0
    for case in range(CASES):
        nodes, links = network(rng, tree)
        flows = traffic(rng, nodes, links, tree, alike)
        if not flows:
            continue
        expected = simulate(links, flows)
        rows = ours(links, flows, with_path=not tree)
        assert [int(r['id']) for r in rows] == list(range(len(flows))), f'case {case}: ids'
        for f, r, finish in zip(flows, rows, expected):
            assert finish is not None, 'these networks have no dead link'
            assert close(r['finish_s'], finish), f'case {case}, flow {r["id"]}: {r["finish_s"]}, exactly {float(finish)!r}'
            took = finish - f['start']
            mean = f['bytes'] / took if took > 0 else F(0)
            # a short flow late in time: the instants are doubles, their difference has fewer digits
            coarse = 8 * 2.0 ** -53 * float(finish) / float(took) if took > 0 else 0
            assert close(r['mean_bytes_per_s'], mean, coarse), f'case {case}, flow {r["id"]}: mean {r["mean_bytes_per_s"]}, {float(mean)!r}'
            compared += 1
    assert compared > CASES, 'too few flows to mean anything'
    return compared


def main():
    bad = 0
    for name, tree, alike in [('given paths, weights, caps, starts', False, False), ('given paths, all alike', False, True),
                              ('trees, own routing', True, False), ('trees, all alike', True, True)]:
        try:
            print(f'    {family(name, tree, alike)} flows compared')
            print(f'ok: flows against exact fractions: {name}', flush=True)
        except Exception as e:  # any surprise is a failure with its words
            bad += 1
            print(f'    {type(e).__name__}: {e}'[:600])
            print(f'FAILED: flows against exact fractions: {name}', flush=True)
    return 1 if bad else 0


sys.exit(main())
