#!/usr/bin/env python3
"""`gigawatt validate` on the project's own tables: validate.py PROGRAM. One line a test: `ok: ...` or `FAILED: ...`.

BOUNDS holds what the predictions must keep; a change of the model that breaks one is a step back."""
import csv
import io
import json
import math
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import unicodedata

from harness import PROGRAM, ROOT, finish, need, test

TABLES = ['training', 'training_a100_single_node_full', 'collectives', 'kernels']
work = tempfile.mkdtemp(prefix='gw-validate-')

# Shares and errors in %. table, group (None: all rows) -> covered at least; mean, median, 90th percentile at most; share of
# measurements inside their 80 % interval. None: no bound.
BOUNDS = {
    ('training', None): (90, 8, 4, 16, (75, 90)),
    ('training', ('by_layout', 'full layout, NVIDIA')): (95, 6, 4, 15, (75, 88)),
    ('training', ('by_source', 'Korthikanti et al. 2022')): (100, 3, None, 8, None),
    ('training', ('by_source', 'MooreThreads/SimuMax')): (100, 6, None, 20, None),
    ('training_a100_single_node_full', None): (100, 8, 5, 16, (75, 85)),
    ('collectives', ('by_message', 'over 1 MB')): (90, 9, 6, 22, (75, 90)),
    ('collectives', None): (90, 11, 7, 25, (75, 90)),
    ('kernels', None): (99, 6.5, 4.5, 15, (75, 90)),
}


def run(*args, **kw):
    return subprocess.run([PROGRAM, 'validate', *args], cwd=ROOT, text=True, capture_output=True, **kw)


def path(table: str) -> str:
    return f'validation/{table}.csv'


def as_json(file: str, *args):
    out = run(file, '-q', '-f', 'json', *args)
    need(out.returncode == 0, out.stderr)
    return json.loads(out.stdout)


def as_rows(file: str, *args):
    out = run(file, '-q', '-f', 'csv', *args)
    need(out.returncode == 0, out.stderr)
    return list(csv.DictReader(io.StringIO(out.stdout)))


def width(line: str) -> int:
    return sum(0 if unicodedata.combining(c) else 1 for c in line)


def read(table: str):
    with open(f'{ROOT}/{path(table)}', newline='', encoding='utf-8') as f:
        return list(csv.reader(f))


def write(name: str, rows, **kw) -> str:
    file = f'{work}/{name}.csv'
    with open(file, 'w', newline='', encoding='utf-8') as f:
        csv.writer(f, **{'lineterminator': '\n', **kw}).writerows(rows)
    return file


def check_bound(key, bound):
    table, group = key
    found = as_json(path(table))
    s = found['summary'] if group is None else next(g for g in found[group[0]] if g['name'] == group[1])
    covered, *most, inside = bound
    need(100 * s['covered_share'] >= covered, f"{key}: {100 * s['covered_share']:.1f} % covered")
    for name, limit in zip(('mean', 'median', 'p90'), most):
        error = 100 * s[f'{name}_error_frac']
        need(limit is None or error <= limit, f'{key}: {name} error {error:.1f} %, bound {limit}')
    share = 100 * s['inside_80_share']
    need(inside is None or inside[0] <= share <= inside[1], f'{key}: {share:.1f} % inside')


for key, bound in BOUNDS.items():
    test(f"{key[0]}{', ' + key[1][1] if key[1] else ''}: coverage, errors and intervals are within bounds")(
        lambda k=key, b=bound: check_bound(k, b))


def quantile(x, p):
    x = sorted(x)
    at = p * (len(x) - 1)
    low = math.floor(at)
    return x[low] + (at - low) * (x[min(low + 1, len(x) - 1)] - x[low])


@test('text, CSV and JSON agree, and the statistics are those of the rows')
def _():
    for table in TABLES:
        rows, found = as_rows(path(table)), as_json(path(table))
        need(len(rows) == len(found['rows']) == found['summary']['rows'] == len(read(table)) - 1)
        for r, j in zip(rows, found['rows']):
            need(r['id'] == j['id'] and r['status'] == j['status'] and int(r['line']) == j['line'])
            if r['status'] == 'predicted':
                for k in ('measured_s', 'predicted_s', 'error_frac', 'low_s', 'high_s'):
                    need((float(r[k]) if r[k] else None) == j[k], f"{r['id']} {k}")
                need(math.isclose(float(r['error_frac']), float(r['predicted_s']) / float(r['measured_s']) - 1, abs_tol=1e-12))
                if r['inside_80']:
                    inside = float(r['low_s']) <= float(r['measured_s']) <= float(r['high_s'])
                    need(inside == (r['inside_80'] == 'true'), r['id'])
            else:
                need(r['reason'] and r['reason'] == j['reason'] and not r['predicted_s'], r['id'])
        e = [abs(float(r['error_frac'])) for r in rows if r['status'] == 'predicted']
        s = found['summary']
        for name, value in (('mean', statistics.fmean(e)), ('median', statistics.median(e)), ('p90', quantile(e, 0.9)), ('worst', max(e))):
            need(math.isclose(s[f'{name}_error_frac'], value, rel_tol=1e-9), f'{table} {name}')
        inside = [r['inside_80'] == 'true' for r in rows if r['inside_80']]
        need(math.isclose(s['inside_80_share'], sum(inside) / len(inside), rel_tol=1e-9))
        text = run(path(table), '-q').stdout
        need(f"{s['predicted']} of {s['rows']} rows" in text and f"median {100 * s['median_error_frac']:.1f} %" in text, text[:800])
        need(sum(u['rows'] for u in found['unsupported']) == s['rows'] - s['predicted'])
        for key in [k for k in found if k.startswith('by_')]:
            need(sum(g['rows'] for g in found[key]) == s['rows'], key)
            need(sum(g['predicted'] for g in found[key]) == s['predicted'], key)


@test('every prediction is a positive time within its own interval')
def _():
    for table in TABLES:
        for r in as_rows(path(table)):
            if r['status'] == 'predicted':
                p, low, high = float(r['predicted_s']), float(r['low_s']), float(r['high_s'])
                need(0 < low <= p <= high < math.inf, r['id'])
                need(0 < float(r['measured_s']) < math.inf, r['id'])


@test('threads and repetition change no byte')
def _():
    for table in TABLES:
        outs = [run(path(table), '-f', 'json', '-j', t).stdout for t in ('1', '2', '2', '5')]
        need(len(outs[0]) > 10000 and all(o == outs[0] for o in outs), table)


@test('a prediction does not know the measurement, the name or the neighbours of its row')
def _():
    measured = {'training': ['value'], 'training_a100_single_node_full': ['value'],
                'collectives': ['time_us', 'algbw_GBps', 'busbw_GBps'], 'kernels': ['time_us', 'tflops', 'gb_per_s']}
    for table in TABLES:
        header, *rows = read(table)
        before = as_rows(path(table))
        cols = [header.index(c) for c in measured[table]]
        changed = []
        for i, row in enumerate(rows):
            row = list(row)
            for c in cols:
                factor = 0.5 if header[c] == 'time_us' else 2 if table != 'training' and 'single' not in table else 1.25 # times and rates agree
                row[c] = f'{float(row[c]) * factor:.9g}' if row[c] else ''
            row[header.index('id')] = f'other-{i}'
            changed.append(row)
        after = as_rows(write(f'{table}-changed', [header, *reversed(changed)]))[::-1]
        for b, a in zip(before, after):
            need((b['status'], b['predicted_s'], b['low_s'], b['high_s']) == (a['status'], a['predicted_s'], a['low_s'], a['high_s']),
                 f"{table} {b['id']}: {b['predicted_s']} {a['predicted_s']} {a['reason']}")


@test('order of columns, quotes, line ends, byte order mark: the same rows')
def _():
    for table in ('training', 'collectives', 'kernels'):
        header, *rows = read(table)
        want = [(r['id'], r['predicted_s'], r['reason']) for r in as_rows(path(table))]
        order = sorted(range(len(header)), key=lambda i: header[i])
        turned = [[row[i] for i in order] for row in [header, *rows]]
        file = write(f'{table}-crlf', turned, lineterminator='\r\n', quoting=csv.QUOTE_ALL)
        text = open(file, newline='', encoding='utf-8').read().rstrip('\r\n')
        open(file, 'w', newline='', encoding='utf-8').write('\ufeff' + text)
        need([(r['id'], r['predicted_s'], r['reason']) for r in as_rows(file)] == want, table)


@test('impossible rows are left out with line, column and rule; the others are predicted')
def _():
    header, *rows = read('training')
    good = next(r for r in rows if r[0].startswith('KOR'))
    wrong = [('gpus', '0', 'out of range'), ('gpus', 'many', 'not a number'), ('dp', '9', 'but gpus is'),
             ('micro_batch', '100000', 'need|multiple'), ('tp', '3', 'tp x pp'), ('value', 'nan', 'blank'),
             ('value', '-1', 'out of range'), ('hidden', '1e30', 'out of range'), ('layers', '', 'not stated'),
             ('gpu', 'H1000', 'catalogue'), ('precision', 'int3', 'precision'), ('measured_metric', 'joy', 'measured_metric')]
    table = [header]
    for i, (column, text, _) in enumerate(wrong):
        row = list(good)
        row[0], row[header.index(column)] = f'wrong-{i}', text
        table += [row, [f'good-{i}', *good[1:]]]
    file = write('impossible', table)
    out = run(file, '-f', 'csv')
    need(out.returncode == 0, out.stderr)
    found = list(csv.DictReader(io.StringIO(out.stdout)))
    for i, (column, text, words) in enumerate(wrong):
        r = found[2 * i]
        need(r['status'] == 'unsupported' and re.search(words, r['reason']), f'{column}={text}: {r}')
        need(r['column'] == column or column in ('dp', 'tp'), f'{column}={text}: blames {r["column"]}')
        need(int(r['line']) == 2 * i + 2 and found[2 * i + 1]['status'] == 'predicted', f'{column}={text}')
    need(re.search(r'impossible\.csv:2:\d+: warning: row `wrong-0` is left out: gpus', out.stderr), out.stderr)
    need(out.stderr.count('hint:') >= 7, out.stderr)
    text = run(file, '--rows', '-q').stdout
    need('did you mean' in text and text.count('unsupported: ') == len(wrong), text)


@test('whatever one or two cells of a row say: a positive time within its interval, or a reason')
def _():
    odd = ['', '0', '1', '2', '3', '7', '8', '64', '0.5', '-1', '1000', '16384', '999999', '1e9', '1e15', '1e300', 'nan', 'x', 'fp8', 'mxfp8', 'fp16', 'H100',
           'GB300', 'TPU v5p', 'full', 'none', 'selective', 'first 3 dense, then 1', 'first 9 dense', 'GPT-OSS', 'DeepSeek-V3', 'GEMM', 'all_gather']
    chance = random.Random(7)
    for table in ('training', 'collectives', 'kernels'):
        header, *rows = read(table)
        changed = []
        for i in range(20000):
            row = list(chance.choice(rows))
            for _ in range(chance.choice((1, 1, 2))):
                row[chance.randrange(1, len(row))] = chance.choice(odd)
            row[0] = str(i)
            changed.append(row)
        found = as_rows(write(f'{table}-odd', [header, *changed]))
        need(len(found) == len(changed))
        for r, row in zip(found, changed):
            need('defect' not in r['reason'], f'{table}: {row} {r["reason"]}')
            if r['status'] == 'predicted':
                p, low, high = float(r['predicted_s']), float(r['low_s']), float(r['high_s'])
                need(0 < low <= p <= high < math.inf and (not r['memory_B'] or float(r['memory_B']) > 0), f'{table}: {row} {r}')
        need(sum(r['status'] == 'predicted' for r in found) > 4000, 'hardly a row was predicted')


@test('what is no table is refused with a position, exit code 2 and no output')
def _():
    header = ','.join(read('collectives')[0])
    row = ','.join(read('collectives')[1])
    for name, text, words in [
            ('empty', '', ':1:1: error: the table is empty'), ('header', header + '\n', 'a header and no rows'),
            ('other', 'a,b\n1,2\n', 'no table of training runs'), ('wide', f'{header}\n{row},9\nx\n', ':2:1: error: this row has 13 fields'),
            ('quote', f'{header}\n"{row}\n', 'never ends'), ('nul', f'{header}\n{row}\0\n', 'NUL'),
            ('missing', header.replace('message_bytes', 'message_byte') + f'\n{row}\n', 'is `message_byte` meant?'),
            ('twice', header.replace('gpus_per_node', 'gpus') + f'\n{row}\n', 'stands twice')]:
        file = f'{work}/{name}.csv'
        open(file, 'w', newline='').write(text)
        out = run(file)
        need(out.returncode == 2 and out.stdout == '' and words in out.stderr, f'{name}: {out.returncode} {out.stdout} {out.stderr}')
    out = run(f'{work}/nowhere.csv')
    need(out.returncode == 2 and 'No such file' in out.stderr, out.stderr)
    need(run().returncode == 2)


@test('the text fits 80 columns and holds no odd words')
def _():
    for table in TABLES:
        for args in ((), ('--rows',)):
            text = run(path(table), '-q', *args).stdout
            need(all(width(line) <= 80 for line in text.splitlines()), next((l for l in text.splitlines() if width(l) > 80), ''))
            need(not re.search(r'\bnan\b|\binf\b|\(null\)', text, re.I), table)
            need('Covered' in text and 'By accelerator' in text)
        need(len(run(path(table), '-q', '--rows').stdout.splitlines()) > len(read(table)) - 1)


@test('a folder: page with charts, picture, data; foreign folders are left alone')
def _():
    folder = f'{work}/out'
    for _ in range(2):
        out = run(path('kernels'), '-q', '-o', folder)
        need(out.returncode == 0 and 'validation.html' in out.stdout, out.stderr)
    need(sorted(os.listdir(folder)) == ['validation.csv', 'validation.html', 'validation.json', 'validation.svg'])
    html = open(f'{folder}/validation.html', encoding='utf-8').read()
    need('<script' not in html and html.count('<svg') == 2 and '</html>' in html)
    need(not re.search(r'>\s*-?(nan|inf)\b', html) and not re.search(r'(src|href)="(https?:)?//', html))
    svg = open(f'{folder}/validation.svg', encoding='utf-8').read()
    need(svg.startswith('<svg') and svg.rstrip().endswith('</svg>') and 'nan' not in svg and len(svg) < 200000)
    need(open(f'{folder}/validation.csv', encoding='utf-8').read() == run(path('kernels'), '-q', '-f', 'csv').stdout)
    foreign = f'{work}/foreign'
    os.mkdir(foreign)
    open(f'{foreign}/thesis.txt', 'w').write('mine')
    out = run(path('kernels'), '-q', '-o', foreign)
    need(out.returncode == 3 and os.listdir(foreign) == ['thesis.txt'] and out.stdout == '', out.stderr)


@test('a changed catalogue changes predictions: slower memory, slower step')
def _():
    before = {r['id']: r for r in as_rows(path('training'))}
    after = as_rows(path('training'), '--set', 'accelerators.H100-SXM.hbm_bandwidth=1 TB/s')
    h100 = [r for r in after if r['accelerator'] == 'H100' and r['status'] == 'predicted']
    need(len(h100) > 100)
    slower = sum(float(r['predicted_s']) > float(before[r['id']]['predicted_s']) for r in h100)
    need(slower == len(h100), f'{slower} of {len(h100)}')
    others = [r for r in after if r['accelerator'] == 'A100']
    need(all(r == before[r['id']] for r in others))


@test('docs/validation.md says what comes out')
def _():
    out = subprocess.run([sys.executable, f'{ROOT}/tools/validation-table', '--check', PROGRAM], text=True, capture_output=True)
    need(out.returncode == 0, 'run tools/update-docs ' + out.stderr)


finish(work)
