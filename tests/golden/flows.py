#!/usr/bin/env python3
"""Runs `gigawatt flows` as a user does: flows.py PROGRAM. One line a test: `ok: ...` or `FAILED: ...`.

Random networks against an exact solver: flows_exact.py."""
import csv
import io
import json
import os
import random
import re
import subprocess
import tempfile

from harness import PROGRAM, finish, need, test

work = tempfile.mkdtemp(prefix='gw-flows-')


def run(*args, **kw):
    return subprocess.run([PROGRAM, 'flows', *args], cwd=work, text=True, capture_output=True, **kw)


def write(name: str, text) -> str:
    with open(f'{work}/{name}', 'wb') as f:
        f.write(text if isinstance(text, bytes) else text.encode())
    return name


def rows(text: str):
    return list(csv.DictReader(io.StringIO(text)))


LINKS = write('net.csv', """link,src,dst,bytes_per_s,latency_s
ab,a,b,100,0
ba,b,a,100,0
bc,b,c,50,0.5
cb,c,b,50,0.5
""")
FLOWS = write('flows.csv', """start_s,src,dst,bytes
0,a,b,100
0,a,c,100
1,c,a,100
""")
FABRIC = write('fabric.yaml', """gigawatt: 1
title: Sixteen hosts on four leaves
as_of: 2026-10-15
fabrics:
  one:
    topology: fat_tree
    levels: 2; 4,4; 1,4; 1,1
    host_rate: 8 Gbit/s
    link_rate: 8 Gbit/s
    link_latency: 0 us
    routing: d_mod_k
""")


@test('flows: three flows worked by hand: rates, latencies, the links that limit')
def _():
    out = run(LINKS, FLOWS, '--format', 'csv')
    need(out.returncode == 0 and out.stderr == '', out.stderr)
    # 0 has ab alone until 0.5, when 1 joins: 50 B/s each. 0 ends at 1.5; 1 stays at 50 B/s, its own link's rate.
    need(out.stdout.splitlines() == ['id,finish_s,mean_bytes_per_s', '0,1.5,66.66666666666667', '1,2.5,40', '2,3.5,40'],
         out.stdout)
    links = {r['link']: r for r in rows(run(LINKS, FLOWS, '--format', 'csv', '--links').stdout)}
    need(list(links) == ['ab', 'ba', 'bc', 'cb'], str(list(links)))
    need(list(links['ab'].values())[:5] == ['ab', 'a', 'b', '100', '200'], str(links['ab']))
    need([float(links[k]['limiting_s']) for k in links] == [1.5, 0, 1, 2], str(links))
    need(abs(float(links['ab']['utilisation']) - 200 / 350) < 1e-12)
    text = run(LINKS, FLOWS).stdout
    need('3 flows over 4 of 4 links' in text and 'Links that limit' in text and 'cb' in text, text)
    need(max(len(line) for line in text.splitlines()) <= 80, text)
    js = json.loads(run(LINKS, FLOWS, '--format', 'json', '--links').stdout)
    need(js['flows']['finish_s'] == [1.5, 2.5, 3.5] and js['end_s'] == 3.5 and len(js['links']) == 4, str(js)[:300])


@test('flows: columns in any order, weights, caps, paths, CRLF, a byte order mark, quotes')
def _():
    flows = write('odd.csv', b'\xef\xbb\xbfpath,bytes,cap_bytes_per_s,dst,weight,src,start_s\r\n'
                             b'"ab",300,,b,3,"a",0\r\n\r\nab , 100 ,,b,,a,0\r\n,100,10,b,,a,0')
    got = rows(run(LINKS, flows, '--format', 'csv').stdout)
    need([r['finish_s'] for r in got] == ['4.444444444444445', '4.444444444444445', '10'], str(got))


@test('flows: ways: fewest links, then least latency, then the order of the file')
def _():
    net = write('ways.csv', """link,src,dst,bytes_per_s,latency_s
long1,s,x,9,0
long2,x,y,9,0
long3,y,t,9,0
slow1,s,p,9,2
slow2,p,t,9,2
first1,s,q,9,1
first2,q,t,9,2
second1,s,r,9,2
second2,r,t,9,1
""")
    out = run(net, write('st.csv', 'start_s,src,dst,bytes\n0,s,t,9\n'), '--format', 'csv', '--links')
    used = [r['link'] for r in rows(out.stdout) if float(r['carried_bytes']) > 0]
    need(used == ['first1', 'first2'], str(used))


@test('flows: ways of random networks are shortest and lexicographically first')
def _():
    rng = random.Random(5)
    for case in range(40):
        n = rng.randint(3, 9)
        links = []
        for k in range(rng.randint(n, 4 * n)):
            a, b = rng.sample(range(n), 2)
            links.append((f'l{k}', a, b, rng.choice([0, 1, 2])))
        best = {}
        for s in range(n):  # every simple way, by brute force
            stack = [(s, (), 0)]
            while stack:
                at, path, latency = stack.pop()
                for k, (_, a, b, t) in enumerate(links):
                    if a == at and b != s and all(links[p][2] != b for p in path):
                        key = (len(path) + 1, latency + t, path + (k,))
                        if (s, b) not in best or key < best[s, b]:
                            best[s, b] = key
                        stack.append((b, path + (k,), latency + t))
        net = write('random.csv', 'link,src,dst,bytes_per_s,latency_s\n' +
                    ''.join(f'{name},n{a},n{b},1000,{t}\n' for name, a, b, t in links))
        for (s, t), (_, _, path) in rng.sample(sorted(best.items()), min(6, len(best))):
            out = run(net, write('one.csv', f'start_s,src,dst,bytes\n0,n{s},n{t},7\n'), '--format', 'csv', '--links')
            used = sorted(r['link'] for r in rows(out.stdout) if float(r['carried_bytes']) > 0)
            need(used == sorted(links[k][0] for k in path), f'case {case}: {s} to {t}: {used}, {path}')


@test('flows: a fabric of a scenario: names and numbers of hosts, its routing, all links')
def _():
    flows = write('ring.csv', 'start_s,src,dst,bytes\n' +
                  ''.join(f'0,{"host-" if i % 2 else ""}{i},host-{(i + 4) % 16},1e9\n' for i in range(16)))
    out = run(FABRIC, flows, '--format', 'csv')
    need(out.returncode == 0, out.stderr)
    need({r['finish_s'] for r in rows(out.stdout)} == {'1'}, out.stdout)  # d mod k: nobody shares
    links = rows(run(FABRIC, flows, '--format', 'csv', '--links').stdout)
    need(len(links) == 2 * (16 + 16) and sum(float(r['utilisation']) for r in links) == 64, str(len(links)))
    need(all(re.fullmatch(r'[\w-]+>[\w-]+#0', r['link']) for r in links), str(links[0]))
    sprayed = run(FABRIC, flows, '--format', 'csv', '--links', '--set', 'fabrics.one.routing=spray')
    need([float(r['carried_bytes']) for r in rows(sprayed.stdout)] == [1e9] * 64, sprayed.stdout[:300] + sprayed.stderr)


@test('flows: a dead link on a given path is a result: empty finish, exit code 1')
def _():
    links = rows(run(FABRIC, write('any.csv', 'start_s,src,dst,bytes\n0,0,5,1\n'), '--format', 'csv', '--links').stdout)
    after = {r['src']: r for r in links if float(r['carried_bytes']) > 0}
    way, at = [], 'host-0'
    while at != 'host-5':
        way, at = way + [after[at]['link']], after[at]['dst']
    flows = write('dead.csv', f'start_s,src,dst,bytes,path\n0,0,5,1e9,{";".join(way)}\n0,1,2,1e9,\n')
    out = run(FABRIC, flows, '--format', 'csv', '--set', f'fabrics.one.faults.cut.links=["{way[1]}"]')
    need(out.returncode == 1 and 'flow 0' in out.stderr and way[1] in out.stderr, f'{out.returncode} {out.stderr}')
    need(out.stdout.splitlines()[1:] == ['0,,', '1,1,1000000000'], out.stdout)


@test('flows: which network: --fabric where there are several')
def _():
    two = write('two.yaml', open(f'{work}/{FABRIC}').read() + '  two:\n    topology: leaf_spine\n    leaves: 2\n    spines: 2\n'
                '    hosts_per_switch: 2\n')
    flows = write('pair.csv', 'start_s,src,dst,bytes\n0,0,3,1e9\n')
    out = run(two, flows)
    need(out.returncode == 2 and '--fabric' in out.stderr and '`two`' in out.stderr, out.stderr)
    need(run(two, flows, '--fabric', 'two').returncode == 0)
    out = run(two, flows, '--fabric', 'tow')
    need(out.returncode == 2 and 'no fabric or cluster `tow`' in out.stderr, out.stderr)
    out = run(LINKS, FLOWS, '--fabric', 'two')
    need(out.returncode == 2 and 'is a table' in out.stderr, out.stderr)


@test('flows: every mistake of both files at once, with line and column; nothing is simulated')
def _():
    net = write('bad-net.csv', """link,src,dst,bytes_per_s,latency_s
ab,a,b,0,0
ab,b,a,-5,0
bc,b,c,NaN,0.5
cc,c,c,50,x
de,d,e,50 GB/s,-1
ff,,f,1e400,0
""")
    flows = write('bad-flows.csv', """start_s,src,dst,bytes,weight,cap_bytes_per_s
-1,a,b,1,1,
0,a,a,-7,0,0
0,a,b
0,a,b,nan,1,
,a,b,1,1,1e9
""")
    folder = f'{work}/none'
    out = run(net, flows, '-o', folder)
    need(out.returncode == 2 and out.stdout == '' and not os.path.exists(folder), out.stdout)
    found = re.findall(r'^(\S+):(\d+):(\d+): error: ', out.stderr, re.M)
    want = [('bad-flows.csv', 2, 1), ('bad-flows.csv', 3, 5), ('bad-flows.csv', 3, 7), ('bad-flows.csv', 3, 10),
            ('bad-flows.csv', 3, 12), ('bad-flows.csv', 4, 1), ('bad-flows.csv', 5, 7), ('bad-flows.csv', 6, 1),
            ('bad-net.csv', 2, 8), ('bad-net.csv', 3, 1), ('bad-net.csv', 3, 8), ('bad-net.csv', 4, 8),
            ('bad-net.csv', 5, 6), ('bad-net.csv', 5, 11), ('bad-net.csv', 6, 8), ('bad-net.csv', 6, 16),
            ('bad-net.csv', 7, 4), ('bad-net.csv', 7, 7)]
    need([(f, int(a), int(b)) for f, a, b in found] == want, out.stderr)


@test('flows: names and paths that the network does not have')
def _():
    flows = write('names.csv', """start_s,src,dst,bytes,path
0,a,bb,1,
0,c,zebra,1,
0,a,c,1,ab;bd
0,a,c,1,bc
0,a,c,1,ab
0,a,b,1,ab;ba;ab
0,a,c,1,ab;;bc
""")
    out = run(LINKS, flows)
    said = out.stderr
    for place, words in [('2:5', 'no `bb`'), ('3:5', 'no `zebra`'), ('4:12', 'no link `bd`'), ('5:9', 'does not go on over `bc`'),
                         ('6:9', 'the path ends at `b`, not at `c`'), ('7:15', 'takes `ab` twice'), ('8:9', 'empty name')]:
        need(re.search(rf'^names.csv:{place}: error: .*{re.escape(words)}', said, re.M), f'{place} {words}: {said}')
    need(out.returncode == 2 and 'did you mean `b`?' in said and out.stdout == '', said)
    island = write('island.csv', 'link,src,dst,bytes_per_s,latency_s\nab,a,b,1,0\ncd,c,d,1,0\n')
    out = run(island, write('over.csv', 'start_s,src,dst,bytes\n0,a,b,1\n0,a,d,1\n0,b,a,1\n'))
    need(out.returncode == 2 and 'over.csv:3:5: error: no way leads from `a` to `d`' in out.stderr and
         'over.csv:4:5: error: no way leads from `b` to `a`' in out.stderr, out.stderr)


@test('flows: headers and files that are no tables')
def _():
    for flows, words in [('', 'the file is empty'), ('start_s,src,dst,bytes\n', 'has no flows'),
                         ('start_s,src,dst\n0,a,b\n', 'the column `bytes` is missing'),
                         ('start_s,src,dst,bytes,src\n0,a,b,1,a\n', 'the column `src` stands here twice'),
                         ('start_s,src,dst,byts\n0,a,b,1\n', 'did you mean `bytes`?'),
                         ('start_s,src,dst,bytes\n0,a,"b,1\n', 'a quoted field never ends'),
                         ('start_s,src,dst,bytes\n0,a\0,b,1\n', 'NUL byte'),
                         (','.join(['x'] * 40) + '\n', 'is no column'), ('\n\n\n', 'the file is empty'),
                         ('start_s,src,dst,bytes\n0,a,b,1 MB\n', 'without a unit')]:
        out = run(LINKS, write('head.csv', flows))
        need(out.returncode == 2 and words in out.stderr and out.stdout == '', f'{flows!r}: {out.stderr}')
    for net, words in [('', 'the file is empty'), ('link,src,dst,bytes_per_s,latency_s\n', 'has no links'),
                       ('link,src,dst,bytes_per_s\nab,a,b,1\n', 'the column `latency_s` is missing')]:
        out = run(write('head-net.csv', net), FLOWS)
        need(out.returncode == 2 and words in out.stderr and out.stdout == '', f'{net!r}: {out.stderr}')
    need(run('/nowhere.csv', '/nothing.csv').stderr.count('cannot be read') == 2)
    need(run(LINKS).returncode == 2 and run(LINKS, FLOWS, FLOWS).returncode == 2)


@test('flows: one bad line in a hundred thousand; a hundred thousand bad lines')
def _():
    lines = ['0,a,b,1'] * 100000
    lines[77777] = '0,a,b,1O0'
    out = run(LINKS, write('many.csv', 'start_s,src,dst,bytes\n' + '\n'.join(lines)))
    need(out.returncode == 2 and out.stderr.startswith('many.csv:77779:7: error: ') and out.stderr.count('error') == 1, out.stderr)
    out = run(LINKS, write('many.csv', 'start_s,src,dst,bytes\n' + '0,a,nobody,1\n' * 100000))
    need(out.stderr.count('error') == 21 and '99980 more rows' in out.stderr, out.stderr[-300:])


@test('flows: a folder with everything; the same bytes again')
def _():
    for folder in ('one', 'two'):
        need(run(LINKS, FLOWS, '-o', folder, '--links').returncode == 0)
    for name in ('flows.csv', 'links.csv', 'flows.json', 'flows.txt'):
        texts = [open(f'{work}/{folder}/{name}').read() for folder in ('one', 'two')]
        need(texts[0] == texts[1] and len(texts[0]) > 60, name)
    need(sorted(os.listdir(f'{work}/one')) == ['flows.csv', 'flows.json', 'flows.txt', 'links.csv'])
    out = run(LINKS, FLOWS, '-o', f'{work}/no/where')
    need(out.returncode == 3 and out.stdout == '', out.stderr)


@test('flows: tables as careless hands write them: separators, ends of lines, numbers beyond sense, options without effect')
def _():
    for flows, place, words in [
            ('start_s;src;dst;bytes\n0;a;b;1\n', '1:1', 'commas separate, semicolons do not'),
            ('start_s\tsrc\tdst\tbytes\n0\ta\tb\t1\n', '1:1', 'commas separate, tabs do not'),
            ('start_s,src,dst,bytes\r0,a,b,1\r', '1:22', 'a carriage return inside a line'),
            ('start_s,src,dst,bytes\n0,a\n', '2:1', 'the row has 2 fields, the header has 4'),
            ('start_s,src,dst,bytes,weight\n0,a,b,1,1e300\n', '2:9', '`weight` is too large: 1e300'),
            ('start_s,src,dst,bytes,cap_bytes_per_s\n0,a,b,1e300,1\n', '2:7', '`bytes` is too large'),
            ('start_s,src,dst,bytes,cap_bytes_per_s\n0,a,b,1,1e-300\n', '2:9', '`cap_bytes_per_s` is too small')]:
        out = run(LINKS, write('careless.csv', flows))
        said = out.stderr.splitlines()
        need(out.returncode == 2 and said[0].startswith(f'careless.csv:{place}: error: ') and words in said[0], out.stderr)
        need(len(said) == 2 and said[1].startswith('    hint: '), out.stderr)  # one mistake, one message
    out = run(LINKS, write('blank.csv', 'start_s,src,dst,bytes\n   \n0,a,b,100\n \t\r\n  '), '--format', 'csv')
    need(out.returncode == 0 and out.stdout.splitlines()[1:] == ['0,1,100'], out.stdout + out.stderr)
    # The widest numbers that are taken: 1e60 B at 1e-60 B/s end, at 1e120 s.
    out = run(LINKS, write('wide.csv', 'start_s,src,dst,bytes,weight,cap_bytes_per_s\n'
                           '1e60,a,b,1e60,1e-60,1e-60\n0,a,b,1e60,1e60,\n'), '--format', 'csv')
    need([float(r['finish_s']) for r in rows(out.stdout)] == [1e120, 1e58], out.stdout + out.stderr)
    for option in (['--set', 'a=1'], ['--catalog', 'x'], ['--catalog-only'], ['--npus', '4'], ['--algorithm', 'ring']):
        out = run(LINKS, FLOWS, *option)
        need(out.returncode == 2 and option[0] + ' ' in out.stderr and out.stdout == '', f'{option} {out.stderr}')


@test('flows: a folder is written as a whole: what was there stays when one file fails')
def _():
    need(run(LINKS, FLOWS, '-o', 'kept').returncode == 0)
    names = ['flows.csv', 'flows.json', 'flows.txt', 'links.csv']
    old = {name: open(f'{work}/kept/{name}').read() for name in names}
    other = write('other.csv', 'start_s,src,dst,bytes\n0,a,b,7\n')
    os.mkdir(f'{work}/kept/flows.txt.new')  # the last file cannot be written aside
    out = run(LINKS, other, '-o', 'kept')
    need(out.returncode == 3 and out.stdout == '', f'{out.returncode} {out.stdout}')
    need({name: open(f'{work}/kept/{name}').read() for name in names} == old)
    os.rmdir(f'{work}/kept/flows.txt.new')
    need(run(LINKS, other, '-o', 'kept').returncode == 0 and sorted(os.listdir(f'{work}/kept')) == names)
    need(open(f'{work}/kept/flows.csv').read() != old['flows.csv'])


@test('flows: what is symmetric is simulated by class: all-to-all of 64 hosts')
def _():
    n = 64
    net = write('star.csv', 'link,src,dst,bytes_per_s,latency_s\n' +
                ''.join(f'u{i},h{i},x,1e9,0\nd{i},x,h{i},1e9,0\n' for i in range(n)))
    flows = write('a2a.csv', 'start_s,src,dst,bytes\n' +
                  ''.join(f'0,h{i},h{j},1e6\n' for i in range(n) for j in range(n) if i != j))
    js = json.loads(run(net, flows, '--format', 'json').stdout)
    need(js['n_classes'] == 1 and js['n_flows'] == n * (n - 1), str(js)[:200])
    need(abs(js['end_s'] - 63e-3) < 1e-15 and set(js['flows']['finish_s']) == {js['end_s']}, str(js['end_s']))


finish(work)
