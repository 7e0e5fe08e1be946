#!/usr/bin/env python3
"""`gigawatt fabric` as a user runs it: fabric.py PROGRAM. One line a test: `ok: ...` or `FAILED: ...`."""
import csv
import io
import json
import math
import os
import re
import subprocess
import tempfile

from harness import PROGRAM, ROOT, finish, need, test

work = tempfile.mkdtemp(prefix='gw-fabric-')
HEAD = 'gigawatt: 1\ntitle: t\nas_of: 2026-11-01\nfabrics:\n'


def run(*args):
    return subprocess.run([PROGRAM, *args], cwd=ROOT, text=True, capture_output=True)


def write(name: str, body: str) -> str:
    path = f'{work}/{name}.yaml'
    with open(path, 'w') as f:
        f.write(HEAD + body)
    return path


def networks(*args) -> dict:
    out = run('fabric', *args, '--format', 'json')
    need(out.returncode == 0, out.stderr)
    return {n['name']: n for n in json.loads(out.stdout)['networks']}


@test('fabric: every example runs, in 80 columns, and is checked')
def _():
    for name in ('fabric', 'fabric-shapes', 'fabric-faults'):
        path = f'docs/examples/{name}.yaml'
        out = run('fabric', path)
        need(out.returncode == 0, f'{name}: {out.returncode} {out.stderr}')
        need(all(len(line) <= 80 for line in out.stdout.splitlines() if 'limited by' not in line),
             [line for line in out.stdout.splitlines() if len(line) > 80])
        need('nan' not in out.stdout.lower() and 'inf' not in out.stdout.lower().replace('info', ''), out.stdout)
        check = run('check', path)
        need(check.returncode == 0 and 'gigawatt fabric' in check.stdout, check.stdout + check.stderr)
        again = run('run', path)
        need(again.returncode == 2 and 'gigawatt fabric' in again.stderr, again.stderr)


@test('fabric: numbers that follow by hand')
def _():
    n = networks('docs/examples/fabric-shapes.yaml')
    tree = n['fat-tree']['inventory']
    need((tree['hosts_n'], tree['switches_n'], tree['cables_n']) == (16, 6, 32), tree)
    need(n['dragonfly']['inventory']['hosts_n'] == 4 * 8 * 33, n['dragonfly']['inventory'])
    hyperx = n['hyperx']['inventory']
    need(hyperx['cables_switch_n'] == 2 * 8 * 28, hyperx)
    rows = {(r['kind'], r['where'], r['size_B']): r for r in n['planes']['collectives']}
    to_all = rows['all_to_all', 'all hosts', 1e9]
    # 511/512 of 1 GB leave each host at 800 Gbit/s; bus bandwidth is the host's rate.
    need(math.isclose(to_all['time_s'], 1e9 * 511 / 512 / 100e9, rel_tol=1e-2), to_all)
    need(math.isclose(to_all['bus_Bps'], 100e9, rel_tol=1e-2) and to_all['found_by'] == 'closed form', to_all)
    faults = networks('docs/examples/fabric-faults.yaml')['healthy-ways']['collectives'][0]
    # One of four spines is gone: what crosses leaves takes 4/3 as long.
    need(math.isclose(faults['time_s'] / faults['healthy_s'], 4 / 3, rel_tol=1e-3), faults)


@test('fabric: a cluster, alone and by name')
def _():
    n = networks('docs/examples/minimal.yaml', '--fabric', 'main')
    need(list(n) == ['main'] and n['main']['of'] == 'cluster')
    inventory = n['main']['inventory']
    need(inventory['hosts_n'] == 20000 and inventory['full_bisection_frac'] > 0.99, inventory)
    need(all(r['library_s'] > 0 for r in n['main']['collectives']))
    out = run('fabric', 'docs/examples/minimal.yaml', '--fabric', 'mian')
    need(out.returncode == 2 and 'did you mean `main`' in out.stderr, out.stderr)


@test('fabric: a large cluster answers')
def _():
    n = networks('scenarios/stargate-abilene.yaml', '--fabric', 'abilene-gb200')
    need(n['abilene-gb200']['inventory']['hosts_n'] == 100800, n)


@test('fabric: files, links, and a folder that is not ours')
def _():
    folder = f'{work}/out'
    out = run('fabric', 'docs/examples/fabric-faults.yaml', '-o', folder)
    need(out.returncode == 0, out.stderr)
    need(sorted(os.listdir(folder)) == ['fabric.csv', 'fabric.html', 'fabric.json', 'links.csv'], os.listdir(folder))
    html = open(f'{folder}/fabric.html', encoding='utf-8').read()
    need(html.count('<svg') == 2 and '<script' not in html and not re.search(r'>\s*-?(nan|inf)\b', html))
    need(not re.search(r'(src|href)="(https?:)?//', html), 'external assets')
    with open(f'{folder}/links.csv', newline='') as f:
        rows = list(csv.DictReader(f))
    need(len(rows) == 2 * 2 * 48, len(rows))
    need(all(0 <= float(r['utilisation'] or 0) <= 1 + 1e-9 for r in rows))
    need(any(float(r['bytes_per_s']) == 0 for r in rows), 'the dead spine')
    table = run('fabric', 'docs/examples/fabric-faults.yaml', '--fabric', 'flapping', '--links', '--format', 'csv')
    need(len(list(csv.reader(io.StringIO(table.stdout)))) == 1 + 96)
    with open(f'{folder}/mine.txt', 'w') as f:
        f.write('mine')
    need(run('fabric', 'docs/examples/fabric-faults.yaml', '-o', folder).returncode == 3)


@test('fabric: the same bytes every time')
def _():
    outs = {run('fabric', 'docs/examples/fabric.yaml', '--fabric', 'shared', '--format', 'json').stdout for _ in range(2)}
    need(len(outs) == 1)


@test('fabric: the bound of an all-to-all is the slowest of hosts, subtrees and bisection')
def _():
    shape = 'topology: leaf_spine, leaves: 16, spines: 4, hosts_per_switch: 48, host_rate: 100 Gbit/s, link_rate: 400 Gbit/s'
    path = write('bound', f'  table: {{{shape}}}\n  sent: {{{shape}, traffic: {{t: {{kind: all_to_all, size: 1 GB}}}}}}\n')
    n = networks(path)
    bound = next(r for r in n['table']['collectives'] if r['kind'] == 'all_to_all' and r['size_B'] == 1e9)
    sent = n['sent']['collectives'][0]
    # 48 hosts send 15/16 of 1 GB each out of their leaf over 200 GB/s.
    need(bound['found_by'] == 'bound' and sent['found_by'] == 'flows', (bound, sent))
    need(math.isclose(bound['time_s'], 48e9 * 15 / 16 / 200e9, rel_tol=1e-4), bound)
    need(math.isclose(bound['time_s'], sent['time_s'], rel_tol=1e-6), (bound, sent))


@test('fabric: a dragonfly of 33 groups is cut through the better halves of its middle group')
def _():
    path = write('dragonfly', '  d: {topology: dragonfly, routers: 8, host_rate: 200 Gbit/s, link_rate: 200 Gbit/s}\n')
    i = networks(path)['d']['inventory']
    # 16 x 16 cables between groups and 4 x 4 inside the middle one, whose halves lead to one side each.
    need(math.isclose(i['bisection_Bps'], (16 * 16 + 4 * 4) * 25e9), i)


@test('fabric: a fault of a cluster in islands slows its job, and does not cut it')
def _():
    args = ('train', 'scenarios/stargate-abilene.yaml', '--job', 'abilene-llama-405b', '--format', 'json', '-s')
    at = 'clusters.abilene-gb200.fabric.faults'
    for fault in ('{f: {share: 5 %, capacity: 50 %}}', '{f: {switches: island-0/leaf-0, capacity: 20 %}}'):
        out = run(*args, f'{at}={fault}')
        need(out.returncode == 0, out.stdout[:300] + out.stderr)


@test('fabric: words for rings that stay open; a cut network is a no')
def _():
    open_rings = run('fabric', write('open', '  t: {topology: torus, dims: 6x6, cube: 4}\n'))
    need('6 x 6, open' in open_rings.stdout, open_rings.stdout)
    closed = run('fabric', write('closed', '  t: {topology: torus, dims: 8x8, cube: 4}\n'))
    need('8 x 8, rings closed' in closed.stdout and '8 links;' in closed.stdout, closed.stdout)
    cut = run('fabric', write('cut', '''  c: {topology: leaf_spine, leaves: 2, spines: 1, hosts_per_switch: 4, faults: {f: {switches: spine-0}}}
'''))
    need(cut.returncode == 1 and 'never' in cut.stdout, cut.stdout)


@test('fabric: light in a long cable of a free network takes its time')
def _():
    path = write('long', '''  f:
    topology: free
    link_rate: 100 Gbit/s
    nodes: {a: {host: yes}, b: {host: yes}, s: {}, t: {}}
    links: {x: {from: a, to: s}, y: {from: s, to: t, length: 10 km}, z: {from: t, to: b, latency: 3 us}}
''')
    out = run('fabric', path, '--links', '--format', 'csv').stdout
    late = {r['link']: float(r['latency_s']) for r in csv.DictReader(io.StringIO(out))}
    need(math.isclose(late['s>t#0'], 0.5e-6 + 10e3 * 4.9e-9) and math.isclose(late['t>b#0'], 3e-6), late)
    need(math.isclose(late['a>s#0'], 0.5e-6 + 30 * 4.9e-9), late)


@test('fabric: bad networks are refused with a place and a hint, all at once')
def _():
    path = write('bad', '''  a: {topology: torus, dims: 4y4, tiers: 2}
  b: {topology: clos, hosts: 64}
  c: {topology: leaf_spine, leaves: 2, spines: 2, hosts_per_switch: 4, faults: {f: {at: 1 ms}}}
  d: {topology: leaf_spine, leaves: 2, spines: 2, hosts_per_switch: 4, hosts: 8, traffic: {t: {ranks: 9}}}
  e: {topology: leaf_spine, leaves: 2, spines: 2, hosts_per_switch: 4, queue_pairs: 4, placement: striped}
  f: {topology: leaf_spine, leaves: 2, spines: 2, hosts_per_switch: 4, reroute: 1 ms, faults: {f: {switches: spine-0}}}
''')
    out = run('fabric', path)
    need(out.returncode == 2 and out.stdout == '', out.stdout)
    for words in (':5:31: error', '`tiers` has no effect on a torus', ':6:', 'switch_type', 'does not say what fails',
                  'needs 9 hosts, the network has 8', '`queue_pairs` are hashed apart', '`placement` is of the jobs',
                  '`reroute` has no effect where'):
        need(words in out.stderr, f'{words}\n{out.stderr}')
    need(out.stderr.count('hint:') >= 5, out.stderr)


@test('fabric: shapes that cannot be built, unknown names of faults, no way')
def _():
    out = run('fabric', write('large', '  a: {topology: torus, dims: 4x4, hosts: 17}\n'))
    need(out.returncode == 2 and 'holds 16 hosts, 17 are wanted' in out.stderr and ':5:' in out.stderr, out.stderr)
    need(run('check', f'{work}/large.yaml').returncode == 2)
    out = run('fabric', write('many', '  a: {topology: torus, dims: 4x4, traffic: {t: {groups: 20}}}\n'))
    need(out.returncode == 2 and 'more than the 16 hosts' in out.stderr and ':5:' in out.stderr, out.stderr)
    fault = write('fault', '  a: {topology: leaf_spine, leaves: 2, spines: 2, hosts_per_switch: 4, faults: '
                           '{f: {switches: spine-7}}}\n')
    out = run('fabric', fault)
    need(out.returncode == 2 and 'spine-7' in out.stderr and 'hint' in out.stderr, out.stderr)
    cut = write('cut', '  a: {topology: leaf_spine, leaves: 2, spines: 1, hosts_per_switch: 2, faults: '
                       '{f: {switches: spine-0}}, traffic: {t: {algorithm: ring}}}\n')
    out = run('fabric', cut)
    need(out.returncode == 1 and 'never' in out.stdout, f'{out.returncode}{out.stdout}{out.stderr}')
    with open(f'{work}/none.yaml', 'w') as f:
        f.write('gigawatt: 1\ntitle: t\nas_of: 2026-11-01\n')
    out = run('fabric', f'{work}/none.yaml')
    need(out.returncode == 2 and 'has no networks' in out.stderr, out.stderr)


@test('fabric: a cluster needs its types, and what follows from its system is not given twice')
def _():
    text = open(f'{ROOT}/docs/examples/minimal.yaml').read()
    path = f'{work}/cluster.yaml'
    for fabric, words in (('{link_type: 400G-DR4}', 'switch_type'), ('{switch_type: Spectrum-4-SN5400}', 'link_type'),
                          ('{switch_type: Spectrum-4-SN5400, link_type: 400G-DR4, hosts: 8}', 'follows from the lots'),
                          ('{topology: free, switch_type: Spectrum-4-SN5400, link_type: 400G-DR4}', 'cannot be free')):
        with open(path, 'w') as f:
            f.write(re.sub(r'fabric: \{.*\}', f'fabric: {fabric}', text))
        out = run('check', path)
        need(out.returncode == 2 and words in out.stderr, f'{fabric}\n{out.stderr}')
    shaped = text.replace('fabric: {', 'fabric: {topology: dragonfly, routers: 32, ')
    with open(path, 'w') as f:
        f.write(shaped)
    out = run('run', path, '--format', 'csv', '--samples', '20')
    need(out.returncode == 0 and ',nan' not in out.stdout, out.stderr)


finish(work)
