#!/usr/bin/env python3
"""Runs the program as a user does and compares what comes out: run.py PROGRAM. One line a test: `ok: ...` or `FAILED: ...`.

tests/golden/NAME.csv holds the metrics of each scenario with seed 7 and 200 samples; tools/update-golden writes them anew
after a change that is meant to move numbers."""
import csv
import io
import json
import math
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unicodedata

PROGRAM = os.path.abspath(sys.argv[1])
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCENARIOS = ['stargate-abilene', 'colossus', 'prometheus', 'hyperion']
SECTIONS = ['capacity', 'fabric', 'training', 'reliability', 'power', 'energy', 'finance', 'claims', 'sensitivity', 'inputs', 'sources']
FILES = ['report.html', 'results.json', 'results.sqlite', 'metrics.csv', 'monthly.csv', 'samples.csv', 'inputs.csv',
         'claims.csv']
REL = 1e-6  # other machines round the last digits of exp and log differently
work = tempfile.mkdtemp(prefix='gw-golden-')
bad = 0


def run(*args, **kw):
    return subprocess.run([PROGRAM, *args], cwd=kw.pop('cwd', ROOT), text=True, capture_output=True, **kw)


def test(name: str):
    """Decorator: runs the function now; an AssertionError is a failed test."""
    def decorate(f):
        global bad
        try:
            f()
            print(f'ok: {name}', flush=True)
        except Exception as e:  # any surprise is a failure with its words
            bad += 1
            print(f'{type(e).__name__}: {e}'[:2000])
            print(f'FAILED: {name}', flush=True)
    return decorate


def need(condition, words=''):
    if not condition:
        raise AssertionError(words)


def path(name: str) -> str:
    return f'scenarios/{name}.yaml'


def same(a: str, b: str) -> bool:
    if a == b:
        return True
    try:
        x, y = float(a), float(b)
    except ValueError:
        return False
    return math.isclose(x, y, rel_tol=REL, abs_tol=1e-9)


def width(line: str) -> int:
    line = re.sub(r'\x1b\[[0-9;]*m', '', line)
    return sum(0 if unicodedata.combining(c) else 1 for c in line)


def compare_golden(name: str):
    out = run('run', path(name), '--format', 'csv', '--samples', '200', '--seed', '7', '--threads', '2')
    need(out.returncode == 0, out.stderr)
    rows = list(csv.reader(io.StringIO(out.stdout)))
    with open(f'{ROOT}/tests/golden/{name}.csv', newline='') as f:
        want = list(csv.reader(f))
    need(len(rows) > 40, 'hardly any metrics')
    need([r[:5] for r in rows] == [r[:5] for r in want], 'the list of metrics changed: tools/update-golden')
    for r, w in zip(rows, want):
        need(all(same(a, b) for a, b in zip(r, w)), f'{r}\nis not\n{w}')


for scenario in SCENARIOS:
    test(f'golden metrics of {scenario}')(lambda s=scenario: compare_golden(s))


@test('threads and repetition change no byte')
def _():
    outs = [run('run', path(s), '--format', 'json', '--samples', '120', '--threads', t).stdout
            for s in SCENARIOS[:2] for t in ('1', '2', '2', '5')]
    need(len(outs[0]) > 10000 and outs[0] == outs[1] == outs[2] == outs[3], 'abilene differs')
    need(outs[4] == outs[5] == outs[6] == outs[7], 'colossus differs')


def no_odd_numbers(x, where=''):
    if isinstance(x, float):
        need(math.isfinite(x), where)
    for k, v in (x.items() if isinstance(x, dict) else enumerate(x) if isinstance(x, list) else ()):
        no_odd_numbers(v, f'{where}.{k}')


@test('JSON on standard output: sections, units in names, no odd numbers')
def _():
    for s in SCENARIOS:
        out = run('run', path(s), '--format', 'json', '--samples', '50')
        need(out.returncode == 0, out.stderr)
        result = json.loads(out.stdout)
        need(all(k in result for k in SECTIONS), f'{s}: {list(result)}')
        no_odd_numbers(result)
        names = re.findall(r'"([a-z_]+_(?:W|usd|s|B|Bps))"', out.stdout)
        need(len(set(names)) > 30, 'few names carry units')
        claims = result['claims']
        need(claims['findings'] and all(f['rule'] and f['claims'] and f['message'] for f in claims['findings']))


@test('every output file, complete and readable')
def _():
    folder = f'{work}/full'
    out = run('run', path('stargate-abilene'), '-o', folder, '--samples', '60')
    need(out.returncode == 0, out.stderr)
    need(all(os.path.getsize(f'{folder}/{f}') > 100 for f in FILES), str(os.listdir(folder)))
    need('report.html' in out.stdout)
    with open(f'{folder}/results.json') as f:
        no_odd_numbers(json.load(f))
    db = sqlite3.connect(f'{folder}/results.sqlite')
    tables = [r[0] for r in db.execute("select name from sqlite_master where type = 'table'")]
    need(len(tables) >= 5, str(tables))
    need(all(db.execute(f'select count(*) from "{t}"').fetchone()[0] > 0 for t in tables))
    html = open(f'{folder}/report.html', encoding='utf-8').read()
    need(not re.search(r'(src|href)="(https?:)?//[^"]*\.(js|css|png|svg|woff)', html), 'external assets')
    need('<script' not in html and html.count('<svg') >= 6, 'charts')
    need(not re.search(r'>\s*-?(nan|inf)\b', html), 'odd numbers')
    with open(f'{folder}/samples.csv', newline='') as f:
        need(len(list(csv.reader(f))) == 61)


@test('a result is replaced whole, and foreign folders are left alone')
def _():
    folder = f'{work}/again'
    for seed in ('1', '2'):
        need(run('run', path('prometheus'), '-o', folder, '--samples', '20', '--seed', seed).returncode == 0)
    with open(f'{folder}/results.json') as f:
        need(json.load(f)['gigawatt']['seed'] == 2)
    need(sorted(os.listdir(work)).count('again') == 1 and not [d for d in os.listdir(work) if 'tmp' in d or 'old' in d],
         str(os.listdir(work)))
    foreign = f'{work}/foreign'
    os.mkdir(foreign)
    with open(f'{foreign}/thesis.txt', 'w') as f:
        f.write('mine')
    out = run('run', path('prometheus'), '-o', foreign, '--samples', '20')
    need(out.returncode != 0 and os.listdir(foreign) == ['thesis.txt'], out.stderr)


@test('a plan of which nothing runs is told in words')
def _():
    out = run('run', path('hyperion'), '--set', 'horizon=2024-12 .. 2026-12', '--samples', '1', '-o', f'{work}/nothing')
    need(out.returncode == 0 and '1 sample\n' in out.stdout and 'nothing runs' in out.stdout, out.stdout + out.stderr)
    need(not re.search(r'\bnone\b|(^|\s)-(\s|$)', out.stdout), out.stdout)
    html = open(f'{work}/nothing/report.html', encoding='utf-8').read()
    need(' at none' not in html and 'costs none' not in html and 'price of none' not in html)


@test('the folder is looked at before the run')
def _():
    foreign = f'{work}/before'
    os.mkdir(foreign)
    with open(f'{foreign}/thesis.txt', 'w') as f:
        f.write('mine')
    for folder in (foreign, f'{work}/no/where'):
        out = run('run', path('prometheus'), '-o', folder, '--samples', '100000', timeout=10)
        need(out.returncode == 3 and out.stdout == '' and 'error' in out.stderr, out.stderr)


@test('the bytes do not depend on how the path is written')
def _():
    outs = [run('run', p, '--format', 'json', '--samples', '5').stdout
            for p in (path('prometheus'), f'./scenarios/../{path("prometheus")}', f'{ROOT}/{path("prometheus")}')]
    need(outs[0] == outs[1] == outs[2] and json.loads(outs[0])['gigawatt']['scenario'] == 'prometheus.yaml')


@test('one name for an output in every format')
def _():
    folder = f'{work}/names'
    need(run('run', path('prometheus'), '-o', folder, '--samples', '5').returncode == 0)
    with open(f'{folder}/metrics.csv', newline='') as f:
        rows = {(r['scope'], r['instance'], r['metric'], r['unit']) for r in csv.DictReader(f) if r['scope'] != 'claim'}
    db = sqlite3.connect(f'{folder}/results.sqlite')
    need(rows == set(db.execute("select scope, instance, name, unit from metric where scope != 'claim'")))
    with open(f'{folder}/results.json') as f:
        result = json.load(f)
    for scope, instance, metric, _ in rows:
        need(any(metric in (m.get(f'{scope}s', {}).get(instance, {}) if instance else m.get(scope, {}))
                 for m in (s['metrics'] for s in result.values() if isinstance(s, dict) and 'metrics' in s)), metric)
    with open(f'{folder}/inputs.csv', newline='') as f:
        paths = [r['path'] for r in csv.DictReader(f)]
    need(paths == [i['path'] for i in result['inputs']] and len(set(paths)) == len(paths))
    need(set(paths) == {r[0] for r in db.execute('select path from input')})
    need({i['source'] for i in result['inputs'] if i['source']} <= {s['id'] for s in result['sources']})


@test('ten mistakes: every message at once, exit code 2, no output folder')
def _():
    folder = f'{work}/none'
    out = run('run', 'tests/data/ten-mistakes.yaml', '-o', folder)
    need(out.returncode == 2 and not os.path.exists(folder) and out.stdout == '')
    found = re.findall(r'^tests/data/ten-mistakes.yaml:(\d+):(\d+): error: ', out.stderr, re.M)
    need(len(found) >= 10 and found == sorted(found, key=lambda p: (int(p[0]), int(p[1]))), out.stderr)
    need(out.stderr.count('hint: ') >= 10)
    good = f'{work}/kept'
    need(run('run', path('prometheus'), '-o', good, '--samples', '20').returncode == 0)
    before = open(f'{good}/results.json').read()
    run('run', 'tests/data/ten-mistakes.yaml', '-o', good)
    need(open(f'{good}/results.json').read() == before, 'a good result was touched')


@test('bad usage says what to do')
def _():
    for args, words in [
            (['rn', 'x'], 'did you mean'), (['run'], 'needs FILE'), (['run', '/nowhere.yaml'], 'cannot read'),
            (['run', path('prometheus'), '--sample', '5'], 'did you mean --samples'),
            (['run', path('prometheus'), '--samples', 'many'], 'whole number'),
            (['check'] + [path('prometheus')] * 257, 'more than 256 arguments'),
            (['run', path('prometheus'), '--format', 'xml'], 'text, json or csv'),
            (['run', path('prometheus'), '--set', 'sites.nowhere.slip=3 d'], 'error'),
            (['run', path('prometheus'), '--set', 'titel=x'], 'did you mean `title`'),
            (['catalog', 'acelerators'], 'did you mean'), (['catalog', 'accelerators', 'H10'], 'hint'),
            (['check', path('prometheus'), '--catalog', '/nowhere'], 'cannot read'),
            (['check', path('prometheus'), '--catalog-only'], '--catalog')]:
        out = run(*args)
        need(out.returncode == 2 and words in out.stderr, f'{args}: {out.returncode} {out.stderr}')


@test('an impossible layout is an answer with its reason')
def _():
    for layout in ('{tp: 7}', '{tp: 1, pp: 1, cp: 1}', '{pp: 500}'):
        text = run('check', path('stargate-abilene'), '--format', 'json').stdout
        need(json.loads(text)[0]['ok'])
        job = 'jobs.' + re.search(r'^  ([\w-]+):', open(f'{ROOT}/{path("stargate-abilene")}').read().split('\njobs:')[1],
                                  re.M)[1]
        out = run('run', path('stargate-abilene'), '--samples', '5', '--format', 'json', '--set', f'{job}.layout={layout}')
        need(out.returncode == 0, out.stderr)
        need('"problem": "' in out.stdout, layout)


@test('the summary fits 80 columns and tells the story')
def _():
    for s in SCENARIOS:
        out = run('run', path(s), '--samples', '30', '-o', f'{work}/summary')
        lines = out.stdout.splitlines()
        need(max(width(line) for line in lines[:-1]) <= 80, str([x for x in lines if width(x) > 80]))
        need('\x1b' not in out.stdout and all(w in out.stdout for w in ('Claims', 'Capacity', 'Training', 'Money')))
        need(out.stderr == '' or 'warning' in out.stderr, out.stderr)


@test('schema, reference, catalogue, help and version')
def _():
    schema = json.loads(run('schema').stdout)
    need(schema['$defs']['site']['properties']['buildings'] and schema['x-required'])
    need('## site' in run('schema', '--reference').stdout)
    catalog = json.loads(run('catalog', '--format', 'json').stdout)
    need(len(catalog['accelerators']) >= 33 and len(catalog['models']) >= 15)
    for section, entries in catalog.items():
        for name, values in entries.items():
            for key, v in values.items():
                need(v['default'] or v['source'] or v['grade'] == 'assumed', f'{section}.{name}.{key} has no source')
    need('989 TFLOP/s' in run('catalog', 'accelerators', 'H100-SXM').stdout)
    for command in ('run', 'check', 'catalog', 'schema', 'help', 'version'):
        need(run('help', command).stdout.startswith('usage:'))
        need(run(command, '--help').stdout == run('help', command).stdout)
        need(max(len(x) for x in run('help', command).stdout.splitlines()) <= 100)
    need(re.match(r'gigawatt \d+\.\d+\.\d+$', run('--version').stdout.strip()))


@test('own catalogue entries: in a folder and in a scenario')
def _():
    folder = f'{work}/mine'
    os.mkdir(folder)
    with open(f'{folder}/chips.yaml', 'w') as f:
        f.write('accelerators:\n  GB200: {bf16: 2000 TFLOP/s}\n  Mine-1: {vendor: Me, year: 2026, bf16: 1000 TFLOP/s, hbm: 80 GB, '
                'hbm_bandwidth: 3 TB/s, scaleup_bandwidth: 400 GB/s, scaleup_domain: 8}\n')
    shown = run('catalog', 'accelerators', 'Mine-1', '--catalog', folder)
    need(shown.returncode == 0 and 'vendor: Me' in shown.stdout, shown.stderr)
    need('bf16: 2000 TFLOP/s' in run('catalog', 'accelerators', 'GB200', '--catalog', folder).stdout)
    base = run('run', 'tests/data/small.yaml', '--format', 'csv', '--samples', '5').stdout
    more = run('run', 'tests/data/small.yaml', '--format', 'csv', '--samples', '5', '--catalog', folder)
    need(more.returncode == 0 and more.stdout != base, 'an override in a folder has no effect')
    with open(f'{folder}/chips.yaml', 'a') as f:
        f.write('sites: {a: {}}\n')
    need(run('check', 'tests/data/small.yaml', '--catalog', folder).returncode == 2)


@test('what `check --print` writes is a scenario with the same values')
def _():
    for s in SCENARIOS:
        text = run('check', path(s), '--print').stdout
        copy = f'{work}/copy.yaml'
        with open(copy, 'w') as f:
            f.write(text)
        a = run('run', path(s), '--format', 'csv', '--samples', '10').stdout
        b = run('run', copy, '--format', 'csv', '--samples', '10').stdout
        need(a == b and len(a) > 1000, s)


@test('a full disk is an error, not silence')
def _():
    with open('/dev/full', 'w') as full:
        out = subprocess.run([PROGRAM, 'schema'], stdout=full, stderr=subprocess.PIPE, text=True)
    need(out.returncode == 3 and 'standard output' in out.stderr, out.stderr)
    readonly = f'{work}/file'
    with open(readonly, 'w') as f:
        f.write('x')
    out = run('run', path('prometheus'), '--samples', '5', '-o', f'{readonly}/below')
    need(out.returncode == 3 and out.stderr != '', f'{out.returncode} {out.stderr}')


shutil.rmtree(work)
sys.exit(1 if bad else 0)
