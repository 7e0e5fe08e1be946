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
import sqlite3
import subprocess
import tempfile
import unicodedata

from harness import PROGRAM, ROOT, finish, need, test

SCENARIOS = ['stargate-abilene', 'colossus', 'prometheus', 'hyperion']
SECTIONS = ['capacity', 'fabric', 'training', 'serving', 'reliability', 'power', 'energy', 'finance', 'claims', 'sensitivity', 'inputs', 'sources']
FILES = ['report.html', 'results.json', 'results.sqlite', 'metrics.csv', 'monthly.csv', 'samples.csv', 'inputs.csv',
         'claims.csv']
REL = 1e-6  # other machines round the last digits of exp and log differently
work = tempfile.mkdtemp(prefix='gw-golden-')


def run(*args, **kw):
    return subprocess.run([PROGRAM, *args], cwd=kw.pop('cwd', ROOT), text=True, capture_output=True, **kw)


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
    plural = {'activity': 'activities', 'party': 'parties', 'funding': 'funding'}
    for scope, instance, metric, _ in rows:
        need(any(metric in (m.get(plural.get(scope, f'{scope}s'), {}).get(instance, {}) if instance else m.get(scope, {}))
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


TIMELINES = os.path.join(os.path.dirname(ROOT), 'shared', 'data', 'epoch', 'data_center_timelines.csv')
SMALL = 'tests/data/timelines-small.csv'


@test('backtest of an invented table: sums, odds, rows, what was not known')
def _():
    out = run('backtest', SMALL, '--totals', '2026-01-01', '--format', 'json')
    need(out.returncode == 0, out.stderr)
    total = json.loads(out.stdout)
    need(math.isclose(total['it_W'], 310e6) and math.isclose(total['capital_usd'], 12.4e9), out.stdout)
    out = run('backtest', SMALL, '--as-of', '2024-09-01', '--horizon', '6mo', '--sites', '--format', 'json')
    result = json.loads(out.stdout)
    no_odd_numbers(result)
    names = [r['site'] for r in result['sites']]
    need('Elm Yard' not in names and len(names) == 6 and result['observed_until'] == '2026-08-31', out.stdout)
    need(out.stdout == run('backtest', SMALL, '--as-of', '2024-09-01', '--horizon', '6mo', '--sites', '--format',
                           'json').stdout)
    odds = [json.loads(run('backtest', SMALL, '--site', 'birch north', '--reach', r, '--by', '2028-01-01', '--format',
                           'json').stdout)['probability_it'] for r in ('90 MW', '150 MW', '5 GW')]
    need(math.isclose(odds[0], 1) and 0.1 < odds[1] < 1 and odds[2] < 0.1, str(odds))
    for args in (['--as-of', '1999-01-01'], ['--until', '2027-01-01'], ['--horizon', '6 weeks'], ['--as-of', 'soon'],
                 ['--site', 'nowhere', '--reach', '1 GW', '--by', '2028-01-01'], ['--site', 'Elm Yard']):
        out = run('backtest', SMALL, *args)
        need(out.returncode == 2 and 'error' in out.stderr and out.stdout == '', f'{args}: {out.stdout}{out.stderr}')


@test('backtest of the public timelines: sums, durations, coverage, skill')
def _():
    if not os.path.exists(TIMELINES):
        print('   (no copy of the timelines beside this checkout: nothing compared)')
        return
    sites = os.path.join(os.path.dirname(TIMELINES), 'data_centers.csv')
    for day in ('2026-07-01', '2026-07-10'):  # sums of Epoch's file, July 2026
        total = json.loads(run('backtest', TIMELINES, sites, '--totals', day, '--format', 'json').stdout)
        need(math.isclose(total['it_W'], 10924.8e6, rel_tol=1e-9) and round(total['h100e']) == 10234088, str(total)[:400])
        need(round(total['capital_usd'] / 1e9, 3) == 413.853 and round(total['published_capital_usd'] / 1e9, 3) == 401.011)
        need([g['site'] for g in total['gaps']] == ['Google New Albany'] and round(total['gap_usd'] / 1e9, 3) == 12.842)
    cost = total['cost_per_IT_watt']
    need([round(cost[k], 3) for k in ('capital_usd_per_W', 'compute_usd_per_W', 'construction_usd_per_W',
                                      'running_usd_per_W_yr')] == [37.882, 26.113, 11.769, 0.902] and cost['n_rows'] == 245)
    days = total['first_work_to_first_power_days']['all']
    need([round(days[k]) for k in ('n', 'min', 'p10', 'p25', 'p50', 'p75', 'p80', 'p90', 'max', 'mean')]
         == [48, 109, 325, 496, 748, 941, 1044, 1296, 1974, 779], str(days))
    out = run('backtest', TIMELINES, '--format', 'json')
    need(out.returncode == 0, out.stderr)
    result = json.loads(out.stdout)
    no_odd_numbers(result)
    scores = {(s['part'], s['months']): s for s in result['scores'] if s['sites'] == 'all'}
    for part in ('tuned', 'held_out'):
        for months in (3, 6, 12):
            s = scores[part, months]
            need(0.74 <= s['coverage_80'] <= 0.89, f'{part} {months}: {s["coverage_80"]}')
            need(s['crps_W'] < (0.96, 0.88, 0.78)[(3, 6, 12).index(months)] * s['crps_persistence_W'], f'{part} {months}')
    need(0.75 <= scores['all', None]['coverage_80'] <= 0.85, str(scores['all', None]))
    need(result['n_as_of'] == 28 and scores['all', None]['n'] > 3500)


LEDGER = 'docs/examples/claims.csv'


@test('a ledger: contradictions, totals that count nothing twice, promises')
def _():
    out = run('claims', LEDGER, '--format', 'json')
    need(out.returncode == 0, out.stderr)
    ledger = json.loads(out.stdout)
    no_odd_numbers(ledger)
    need(all(f['rule'] and f['claims'] and f['severity'] and f['message'] for f in ledger['findings']))
    need(any(f['rule'] == 'R2' and {'A1', 'A2', 'A4'} <= set(f['claims']) for f in ledger['findings']), 'watts against dollars')
    totals = {(t['programme'], t['quantity'], t['basis'], t['state']): t for t in ledger['totals']}
    coreweave = totals['CoreWeave-OpenAI', 'contract_value', '', 'contracted']  # 11.9 + 4.0 + 6.5 is the 22.4, not beside it
    need(math.isclose(coreweave['value'], 22.4e9) and {x['id'] for x in coreweave['left_out']} == {'C1', 'C2', 'C3'}, str(coreweave))
    need(math.isclose(totals['Stargate', 'power', 'unstated', 'contracted']['value'], 4500), 'one contract told twice')
    late = {p['claim']: p for p in ledger['scores']['promises']}['A5']
    need(late['late_days'] == 88, str(late))  # 2025-06-30 to 2025-09-26
    counted = [i for t in ledger['totals'] for i in t['claims'] + [x['id'] for x in t['left_out']]]
    need(len(counted) == len(set(counted)), 'a claim stands twice')


@test('a ledger in time, one claim, a new claim, files')
def _():
    known = json.loads(run('claims', LEDGER, '--as-of', '2025-07', '--format', 'json').stdout)
    need({c['id'] for c in known['claims']} == {'A5', 'O1', 'O2', 'C1', 'C2'}, str([c['id'] for c in known['claims']]))
    need(known['counts']['later_than_as_of'] == 7)
    changes = json.loads(run('claims', LEDGER, '--changes', '2025-08..2025-12', '--format', 'json').stdout)['changes']
    need({(c['kind'], c['claim']) for c in changes['list']} >= {('new', 'C4'), ('new', 'A6')}, str(changes))
    one = run('claims', LEDGER, '--only', 'A4')
    need(one.returncode == 0 and 'A4' in one.stdout and '100,000 USD' in one.stdout, one.stdout)
    line = 'programme=Stargate site=Abilene TX by=Oracle with=Nvidia said=2025-10 gpus=about 400,000 GPUs'
    new = run('claims', LEDGER, '--add', line, '--format', 'json')
    need(new.returncode == 0 and [c['as_worded'] for c in json.loads(new.stdout)['claims']] == ['about 400,000 GPUs'], new.stdout[:2000])
    for text in ('Stargate,Abilene TX,power,1.2 GW facility,2025-08-15,OpenAI,announced', "site='Abilene TX' power='1.2 GW' said=2025-08 by=OpenAI"):
        alone = run('claims', '--add', text)
        need(alone.returncode == 0 and '1.20 GW' in alone.stdout, alone.stderr)
    bad_line = run('claims', '--add', 'site=X powr=1.2 GW said=2025-13')
    need(bad_line.returncode == 2 and '--add:1:8' in bad_line.stderr and 'power' in bad_line.stderr, bad_line.stderr)
    folder = f'{work}/ledger'
    need(run('claims', LEDGER, '-o', folder).returncode == 0)
    need(sorted(os.listdir(folder)) == ['claims.html', 'claims.json', 'findings.csv'])
    html = open(f'{folder}/claims.html', encoding='utf-8').read()
    need('<script' not in html and '<svg' in html and not re.search(r'>\s*-?(nan|inf)\b', html))
    need(all(width(l) <= 80 for l in run('claims', LEDGER, '--explain').stdout.splitlines()), 'wider than 80 columns')


@test('bad ledgers are refused with a place and a hint; odd claims are kept')
def _():
    odd = f'{work}/odd.csv'
    with open(odd, 'w') as f:
        f.write('id,date_of_claim,quantity,value,unit,sponsr\na,2025-13,power_mw,100,MW,x\nb,2025,power_mw,12e9,bananas,x\n'
                'b,2025,price_usd_per_gpu_hour,-3,USD/h,x\nc,2025,capex_usd,1e16,USD,x\n')
    out = run('claims', odd, '--format', 'json')
    need(out.returncode == 0, out.stderr)
    ledger = json.loads(out.stdout)
    need(len(ledger['claims']) == 4 and {'a', 'b', 'b~2', 'c'} == {x['id'] for x in ledger['ambiguous']}, str(ledger['ambiguous']))
    need('odd.csv:2:' in out.stderr and 'sponsr' in out.stderr and 'stands twice' in out.stderr, out.stderr)
    for args, words in ((['nowhere.csv'], 'nowhere.csv'), (['README.md'], 'README.md:1:'), ([LEDGER, '--only', 'A44'], 'did you mean'),
                        ([LEDGER, '--as-of', 'soon'], 'soon'), ([LEDGER, '--changes', '2026..2025'], 'ends before')):
        out = run('claims', *args)
        need(out.returncode == 2 and words in out.stderr and 'hint' in out.stderr, f'{args}: {out.stderr}')
    twice = run('claims', LEDGER, LEDGER)
    need(twice.returncode == 0 and 'also stands in' in twice.stderr, twice.stderr[:500])


@test('programmes side by side: text, JSON, CSV, HTML; threads change no byte')
def _():
    folder = f'{work}/compare'
    files = [path('colossus'), path('stargate-abilene')]
    text = run('compare', *files, '-n', '50', '-o', folder)
    need(text.returncode == 0 and all(width(l) <= 80 for l in text.stdout.splitlines()), text.stderr + text.stdout)
    need(sorted(os.listdir(folder)) == ['compare.csv', 'compare.html', 'compare.json'])
    outs = [run('compare', *files, '-n', '50', '-f', 'json', '-j', j).stdout for j in ('1', '3')]
    need(len(outs[0]) > 2000 and outs[0] == outs[1] == open(f'{folder}/compare.json').read(), 'threads or formats differ')
    result = json.loads(outs[0])
    no_odd_numbers(result)
    sides = result['programmes']
    need(len(sides) >= 2 and all(s['values']['full_it_power_W']['p50'] > 1e8 for s in sides))
    for s in sides:  # running, begun and planned are the whole
        v = {k: x['base'] for k, x in s['values'].items()}
        parts = v['running_it_power_W'] + v['begun_it_power_W'] + v['planned_it_power_W']
        need(math.isclose(parts, v['full_it_power_W'], rel_tol=1e-9), s['name'])
        need(math.isclose(v['capex_usd'] / v['full_it_power_W'], v['capex_per_it_W_usd'], rel_tol=1e-9), s['name'])
    html = open(f'{folder}/compare.html', encoding='utf-8').read()
    need('<script' not in html and html.count('<svg') >= 3 and not re.search(r'>\s*-?(nan|inf)\b', html))
    past = run('compare', *files, '--on', '2025-12-31', '-n', '20', '-f', 'json')
    need(past.returncode == 0 and {s['on'] for s in json.loads(past.stdout)['programmes']} == {'2025-12-31'}, past.stderr)


@test('a comparison is whole or not at all')
def _():
    folder = f'{work}/no-compare'
    out = run('compare', path('colossus'), 'tests/data/ten-mistakes.yaml', '-o', folder)
    need(out.returncode == 2 and out.stdout == '' and not os.path.exists(folder), out.stdout)
    need(out.stderr.count('ten-mistakes.yaml:') >= 10, out.stderr)
    for args, words in ((['--on', 'soon'], 'soon'), (['--on', '2090'], 'horizon')):
        out = run('compare', path('colossus'), *args)
        need(out.returncode == 2 and words in out.stderr and 'hint' in out.stderr and out.stdout == '', out.stderr)
    twice = run('compare', path('colossus'), path('colossus'), '-n', '5', '-o', folder)
    need(twice.returncode == 0 and 'several files' in twice.stdout, twice.stdout)


@test('whatever moves, each payment has two ends, and the owners together have the cash of the equity')
def _():
    def money(*sets):
        args = [x for s in sets for x in ('-s', s)]
        out = run('finance', 'tests/data/money-small.yaml', '-n', '1', '-q', '-f', 'json', *args)
        need(out.returncode == 0, f'{sets}: {out.stderr}')
        r = json.loads(out.stdout)['run']
        months = zip(*(p['monthly_net_usd'] for p in r['parties']))
        need(max(abs(sum(month)) for month in months) < 1e-3, f'{sets}: money appears or vanishes')
        owners = sum(p['npv_usd'] for p in r['parties'] if p['name'] in ('dev', 'cloud', 'own'))
        return r, owners - r['base_case']['equity_npv_usd']
    loan, market = 'funding.loan', ('finance.market_price=0.3 USD/h', 'finance.market_price_change=-50 %', 'contracts.c1.term=2 yr')
    for sets in ((), (f'{loan}.repayment=straight',), (f'{loan}.repayment=bullet',), (f'{loan}.repayment=sculpted',), (f'{loan}.interest_only=12 mo',),
                 (f'{loan}.amount=900 mn USD',), (f'{loan}.upfront_fee=2 %', f'{loan}.commitment_fee=1 %'), ('finance.depreciation=macrs',),
                 ('finance.refit=yes', 'finance.chip_life=3 yr'), market, (*market, 'finance.shut_down=yes')):
        need(abs(money(*sets)[1]) < 1.0, f'{sets}: {money(*sets)[1]}')
    # Loan: 6 months of level service in the reserve; what it earns comes in as a payment, and changes both worths by as much.
    plain, kept = money(f'{loan}.reserve=6 mo'), money(f'{loan}.reserve=6 mo', 'finance.cash_yield=3 %')
    need(abs(plain[1] - kept[1]) < 1.0, f'{plain[1]} {kept[1]}')
    need([p['to'].split()[0] for p in kept[0]['payments'] if p['kind'] == 'interest'] == ['Cloudy'])
    need(not any(p['kind'] == 'interest' for p in plain[0]['payments']))
    text = run('finance', 'tests/data/money-small.yaml', '-n', '20', '--break-even').stdout
    need(all(width(l) <= 80 for l in text.splitlines()) and not re.search(r'USD-|[a-z][-0-9]+[.][0-9]+ [mb]n USD', text), text)


@test('a file without sites says which command it is for')
def _():
    deal, plan = 'docs/examples/news-deal.yaml', f'{work}/plan.yaml'
    open(plan, 'w').write('gigawatt: 1\ntitle: x\nas_of: 2026-01-01\nactivities: {a: {duration: 12 mo}}\n')
    for command, file, words in (('run', deal, '`gigawatt finance`'), ('schedule', deal, '`gigawatt finance`'), ('compare', deal, '`gigawatt finance`'),
                                 ('run', plan, '`gigawatt schedule`')):
        folder = f'{work}/no-sites'
        out = run(command, file, '-o', folder)
        need(out.returncode == 2 and out.stdout == '' and 'nothing to run' in out.stderr and words in out.stderr, f'{command}: {out.stderr}')
        need(not os.path.exists(folder), f'{command}: half a result')
    need(run('schedule', plan, '-n', '5', '-o', f'{work}/plan').returncode == 0)


@test('an effect that the samples cannot tell is not printed as a number')
def _():
    base = ('schedule', 'tests/data/schedule-small.yaml', '-q', '-n')
    for n in ('12', '3000'):
        row = json.loads(run(*base, n, '-f', 'json').stdout)['risks'][0]
        clear = abs(row['later_s']) > 3 * row['later_error_s']
        line = next(l for l in run(*base, n).stdout.splitlines() if l.startswith('objection') and '%' in l)
        need(clear == (n == '3000') and (' d later' in line) == clear and ('not clear' in line) != clear, f'{n}: {line}')
    text = run('schedule', 'scenarios/race.yaml', '-q', '-n', '10').stdout
    need('lots: no wait' in text and 'does not wait' not in text, text[-2000:])
    lonely = f'{work}/lonely.yaml'
    open(lonely, 'w').write('gigawatt: 1\ntitle: x\nas_of: 2026-01-01\nactivities: {a: {duration: 12 mo}}\n')
    need('All runs' not in run('schedule', lonely, '-n', '5').stdout, 'sites that are not there')


@test('the questions are answered by name, or say what is missing')
def _():
    out = run('run', path('stargate-abilene'), '--questions', '-n', '50', '-o', f'{work}/questions')
    need(out.returncode == 0 and all(width(l) <= 80 for l in out.stdout.splitlines()), out.stderr + out.stdout)
    answers = json.loads(run('run', path('stargate-abilene'), '--questions', '-n', '50', '-f', 'json').stdout)['questions']
    numbers = [a['number'] for a in answers]
    need(set(numbers) >= {*range(1, 7), *range(8, 15), *range(17, 21), *range(25, 31), 34, 35, 36}, str(numbers))
    need(all(a['answer'] or a['missing'] for a in answers))
    need(not re.search(r'\bnan\b|\(null\)', out.stdout), 'odd words')
    example = run('run', 'docs/examples/news.yaml', '--questions', '-n', '50', '-o', f'{work}/news')
    need('pays 5.27 USD per' in ' '.join(example.stdout.split()), example.stdout[:3000])  # 15 bn USD a year over 325,000 x 8,766 h


ASK = ['train', '--model', 'llama-3-405b', '--accelerator', 'h100_sxm', '--count', '16384', '--batch', '2048']
SMALL = ['train', '--model', 'Llama-3-8B', '--accelerator', 'H100-SXM', '--count', '64', '--batch', '128']


@test('train: three formats say the same; text in 80 columns')
def _():
    text, js, table = (run(*ASK, '--layout', 'tp=8,pp=16,v=8,mb=1', '-f', f) for f in ('text', 'json', 'csv'))
    need(text.returncode == js.returncode == table.returncode == 0, text.stderr + js.stderr + table.stderr)
    need(all(width(line) <= 80 for line in text.stdout.splitlines()), text.stdout)
    job = json.loads(js.stdout)['jobs'][0]
    need(job['layout']['tp'] == 8 and job['layout']['pp'] == 16 and job['layout']['virtual_stages'] == 8, str(job['layout']))
    need(math.isclose(sum(job['parts'].values()), job['step_s'], rel_tol=1e-9), 'parts do not sum up')
    need(0.2 < job['mfu_frac'] < 0.7, str(job['mfu_frac']))
    need(job['low_s'] is None or job['low_s'] < job['step_s'] < job['high_s'], 'interval')
    need(job['gains'] == sorted(job['gains'], key=lambda g: -g['gain_frac']), 'gains not sorted')
    rows = {(r['section'], r['item']): r for r in csv.DictReader(io.StringIO(table.stdout))}
    need(float(rows['step', 'step_s']['value']) == job['step_s'], 'CSV differs')
    need(f"MFU {100 * job['mfu_frac']:.1f} %" in text.stdout, 'text differs')


@test('train --search: threads and --fast change nothing, others lose for a reason')
def _():
    outs = [run(*ASK, '--search', '-f', 'json', '-j', j) for j in ('1', '4')]
    need(outs[0].returncode == 0 and outs[0].stdout == outs[1].stdout, 'threads change the result')
    found = json.loads(outs[0].stdout)['jobs'][0]['search']
    fast = json.loads(run(*ASK, '--search', '--fast', '-f', 'json').stdout)['jobs'][0]['search']
    need(found['best'] == fast['best'] and fast['front'] == [] and fast['left_out'] > 0, 'pruning loses the best')
    need(found['layouts'] == fast['layouts'] > 1e5 and found['fit'] > 1000, str(found['layouts']))
    need(all(a['why'] for a in found['alternatives']), 'no reason')
    need(any('leaves the scale-up domain of 8' in a['why'] for a in found['alternatives']), 'no domain')
    text = run(*ASK, '--search')
    need(all(width(line) <= 80 for line in text.stdout.splitlines()), text.stdout)


@test('train: numbers with units, a count beyond all, the software by name, 24 ports a node')
def _():
    plain = run(*SMALL[:-1], '120', '--sequence', '8000').stdout
    need(plain == run(*SMALL[:-1], '960 k tokens', '--sequence', '8 k tokens').stdout, '8 k tokens is not 8000')
    huge = run(*SMALL, '--count', '1e12')
    need(huge.returncode == 2 and huge.stderr.startswith('gigawatt: --count `1e12` is too large'), huge.stderr)
    need('warning' not in huge.stderr and huge.stderr.count('1e12') == 1, huge.stderr)
    for given in ([], ['--software', 'megatron-bridge-2606']):
        text, js, table = (run(*SMALL, *given, '-f', f).stdout for f in ('text', 'json', 'csv'))
        software = json.loads(js)['jobs'][0]['software']
        need((software['chosen_by'] == 'given') == bool(given), str(software))
        need(('(default' in text) == (not given), text)
        for key in ('name', 'title'):
            need(software[key] in ' '.join(text.split()) and software[key] in table, f'{software}\n{text}')
    wide = run('train', '--model', 'Llama-3-8B', '--accelerator', 'gaudi3', '--count', '8192', '--batch', '8192')
    need(wide.returncode == 0 and wide.stderr == '', wide.stderr)


@test('train: a scenario, its written layout kept in a search, a folder, a trace')
def _():
    folder = f'{work}/train'
    out = run('train', path('stargate-abilene'), '--job', 'abilene-llama-405b', '--search', '--fast', '--layout', 'tp=4,zero=1',
              '-o', folder, '-f', 'csv')
    need(out.returncode == 0, out.stderr)
    best = json.load(open(f'{folder}/train.json'))['jobs'][0]['search']['best']
    need(best and all(b['layout']['tp'] == 4 and b['layout']['zero_stage'] == 1 for b in best), str(best)[:500])
    need(sorted(os.listdir(folder)) == ['train.csv', 'train.json', 'train.txt'], str(os.listdir(folder)))
    out = run(*SMALL, '--layout', 'tp=2,pp=4,mb=1', '--trace', f'{work}/step.json')
    need(out.returncode == 0, out.stderr)
    need(len(json.load(open(f'{work}/step.json'))['traceEvents']) > 100, 'hardly any events')


@test('train: mistakes name the rule and exit with 1 or 2')
def _():
    two = ['train', '--accelerator', 'H100-SXM', '--count', '64', '--batch', '128']
    for words, code, text in [(['train'], 2, 'needs --model'),
                              ([*two, '--model', 'lama3-405b'], 2, 'did you mean `Llama-3-405B`?'),
                              ([*SMALL, '--system', 'DGX-H10'], 2, 'did you mean `DGX-H100`?'),
                              ([*SMALL, '--software', 'no-such'], 2, 'is not in `software`'),
                              ([*SMALL, '--layout', 'tpp=8'], 2, 'did you mean `tp`?'),
                              ([*SMALL, '--layout', 'tp'], 2, 'has no value'),
                              ([*SMALL, '--layout', 'tp=x'], 2, 'is not a whole number'),
                              ([*SMALL, '--layout', 'tp=3'], 1, 'tensor parallel 3 does not divide 32 attention heads'),
                              ([*SMALL, '--layout', 'dp=64,mb=3'], 1, 'is not near a multiple'),
                              ([*SMALL[:-1], '4000 tokens'], 1, 'less than one sequence'),
                              ([*SMALL[:-1], '0'], 2, '--batch takes a number above 0'),
                              ([*SMALL[:-1], '1.5'], 2, '--batch takes a whole number, not `1.5`'),
                              ([*SMALL[:-1], '128 GB'], 2, '--batch takes a plain number'),
                              ([*SMALL, '--sequence', '8k'], 2, '--sequence `8k`: no unit given'),
                              ([*SMALL, '--sequence', '8192.5'], 2, '--sequence takes a whole number'),
                              ([*SMALL, '--count', '1.5'], 2, '--count takes a whole number, not `1.5`'),
                              ([*SMALL, '--system', 'dgx-b200'], 2, '--accelerator H100-SXM contradicts --system DGX-B200'),
                              ([*two, '--accelerator', 'h100', '--model', 'Llama-3-8B'], 2, 'did you mean `H100-SXM`?'),
                              ([*two, '--accelerator', 'H1000', '--model', 'Llama-3-8B'], 2, 'did you mean `H100-SXM`?'),
                              ([*two, '--accelerator', 'H100-PCIe', '--model', 'Llama-3-8B'], 2, 'or take A100-80GB, H100-SXM'),
                              ([*SMALL, '--layout', 'etp=8'], 1, 'needs a model with experts'),
                              ([*SMALL, '--layout', 'cp=3'], 1, 'context parallel 3 does not divide a sequence of 8192'),
                              ([*SMALL, '--layout', 'shard_group=64,dp=64'], 0, 'shard_group 64 has no effect: there are 64 replicas'),
                              ([*SMALL[:-1], '8', '--count', '400000'], 1, '8 sequences cannot feed 400,000 accelerators: at most tp 8 x pp 32 x cp 4 x dp 8 = 8,192 ranks'),
                              ([*SMALL, '--layout', 'pp=4,v=2', '--search'], 0, 'takes no virtual stages, v is 1 too'),
                              ([*SMALL, '--sequence', '0'], 2, '--sequence takes a number above 0'),
                              ([*SMALL, '--precision', 'fp4'], 1, 'no 4-bit units'),
                              ([*SMALL, '--fast'], 2, '--fast goes with --search'),
                              (['train', '--model', 'Llama-3-405B', *two[1:], '--search'], 1, 'Cannot run: needs'),
                              (['train', path('stargate-abilene'), '--job', 'abilene-lama-405b'], 2, 'did you mean'),
                              (['train', path('stargate-abilene'), '--model', 'x'], 2, 'says model'),
                              (['train', path('stargate-abilene'), '--trace', f'{work}/x.json'], 2, 'takes one job'),
                              (['train', 'docs/examples/minimal.yaml'], 2, 'has no `jobs`')]:
        out = run(*words)
        said = ' '.join((out.stdout + out.stderr).split())
        need(out.returncode == code and text in said, f'{words}: {out.returncode}\n{said[:600]}')


finish(work)
