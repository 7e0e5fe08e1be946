#!/usr/bin/env python3
"""Mutated scenarios: mutate.py PROGRAM [N] [SEED]. Each mutation must be worked through (exit 0, valid JSON without odd
numbers) or refused (exit 2, a message with a position); anything else is printed and counted. The same N and SEED give
the same mutations."""
import json
import math
import os
import random
import re
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(sys.argv[1])
N = int(sys.argv[2]) if len(sys.argv) > 2 else 200
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else 1
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FILES = [f'{ROOT}/scenarios/{n}' for n in sorted(os.listdir(f'{ROOT}/scenarios')) if n.endswith('.yaml')]
FILES.append(f'{ROOT}/tests/data/small.yaml')
NUMBER = re.compile(r'(?<![\w.@-])\d+(?:\.\d+)?(?![\w.-])')
DATE = re.compile(r'\b\d{4}-\d{2}(?:-\d{2})?\b')
EXTREME = ['0', '-1', '1e300', '1e-300', '1', '999999999', '1e15', '0.5', '-0.0001', '3', 'nan', 'inf', '12OO', '']
UNITS = ['MW', 'GW', 'MWh', 'USD', 'bn USD', '%', 'd', 'wk', 'GB/s', 'K', 'degC', 'tok', '', 'GPU', 'USD/h', 'mW']
DATES = ['0001-01-01', '1899-12-31', '1900-01', '2301-06-30', '9999-12', '2024-02-30', '2024-06', '2026-10-15', '2026-10-16',
         '2032-12-31', '2033-01-01', '2026-Q4', '2026-13']
HORIZONS = ['2026-10 .. 2026-10', '2026 .. 2125', '2026 .. 2126', '1900-01 .. 1999-12', '2030 .. 2020', '2026-10', '']
NAMES = ['a.b', 'a.b.c', 'überblick', '日本', '"two words"', '"quote\\"d"', "'it''s'", 'sites', 'count', 'count.count', 'x' * 500,
         '"<script>"', '"a,b"', '"a/b"', '"%s%n"', '"\\u202e"', 'none', 'yes', '1', '-', '"="', '""', '" "']
ODD_VALUES = ['{}', '[]', '[1, 2]', '{a: 1}', '""', 'none', 'auto', 'yes', '[[[]]]', '{a: {b: {c: {}}}}', 'pert(1; 2; 3)',
              'uniform(5; 1)', 'normal(0; 0)', '1 +- 1e30', '-5 USD/h', '0 MW', '0 d', 'discrete(1 = 100 %)', '@', '@a:b(c)',
              'lognormal(1 d; 1e9)', '5 %', '100 %', '0 %']
KEY_LINE = re.compile(r'^(\s*)([^\s#:{\[][^:]*):(\s|$)')


def numbers(line: str):
    return list(NUMBER.finditer(line))


def indent(line: str) -> int:
    return len(line) - len(line.lstrip(' '))


def subtree(lines, i):
    """End of the block that line i opens."""
    j = i + 1
    while j < len(lines) and (not lines[j].strip() or indent(lines[j]) > indent(lines[i])):
        j += 1
    return j


def shifted(block, by):
    return [' ' * max(0, indent(x) + by) + x.lstrip(' ') for x in block]


def a_key(lines):
    """Index of a line with a key."""
    found = [i for i, x in enumerate(lines) if KEY_LINE.match(x)]
    return random.choice(found) if found else None


# --------------------------------------------------------------- mutations: each changes `lines`, at line i where it can

def delete_line(lines, i):
    del lines[i]


def repeat_line(lines, i):
    lines.insert(i, lines[i])


def extreme_number(lines, i):
    if found := numbers(lines[i]):
        m = random.choice(found)
        lines[i] = lines[i][:m.start()] + random.choice(EXTREME) + lines[i][m.end():]


def scaled_number(lines, i):
    if found := numbers(lines[i]):
        m = random.choice(found)
        value = float(m[0]) * random.choice([0.001, 0.1, 10, 1000, -1, 1e6])
        lines[i] = lines[i][:m.start()] + f'{value:.10g}' + lines[i][m.end():]


def other_unit(lines, i):
    lines[i] = re.sub(r'\b(MW|GW|USD|GPU|d|mo|yr|%|kW)\b', lambda _: random.choice(UNITS), lines[i], count=1)


def other_word(lines, i):
    words = re.findall(r'[A-Za-z_]+', lines[i])
    if words:
        w = random.choice(words)
        lines[i] = lines[i].replace(w, random.choice([w[:-1], w + 'x', w.upper(), 'none', 'auto', '']), 1)


def swap_lines(lines, i):
    j = random.randrange(len(lines))
    lines[i], lines[j] = lines[j], lines[i]


def insert_sign(lines, i):
    k = random.randrange(len(lines[i]) + 1)
    lines[i] = lines[i][:k] + random.choice(list('{}[]():;,@&*#"\'\t\\') + ['\u00e9', '\x01']) + lines[i][k:]


def make_uncertain(lines, i):
    if found := numbers(lines[i]):
        m = random.choice(found)
        a = m[0]
        lines[i] = lines[i][:m.start()] + f'uniform({a} MW; {a}9 MW)' + lines[i][m.end():]


def spread_number(lines, i):
    """A very wide spread around a number, with the number's own unit."""
    m = re.search(r': (\d[\d.]* ?(?:[a-zA-Z/%]+(?: [a-zA-Z]+)?)?)(?=[,}\s]|$)', lines[i])
    if m:
        value = random.choice([f'lognormal({m[1]}; 10)', f'{m[1]} +- {m[1]}', f'pert({m[1]}; {m[1]}; {m[1]})'])
        lines[i] = lines[i][:m.start(1)] + value + lines[i][m.end(1):]


def other_date(lines, i):
    hits = [(k, m) for k, x in enumerate(lines) for m in DATE.finditer(x)]
    if hits:
        k, m = random.choice(hits)
        lines[k] = lines[k][:m.start()] + random.choice(DATES) + lines[k][m.end():]


def all_dates_late(lines, i):
    year = random.choice(['2300', '1850', '2199', '2026'])
    start = random.randrange(len(lines))
    for k in range(start, len(lines)):
        lines[k] = DATE.sub(lambda m: year + m[0][4:], lines[k])


def other_horizon(lines, i):
    for k, x in enumerate(lines):
        if x.startswith('horizon:'):
            lines[k] = 'horizon: ' + random.choice(HORIZONS)


def edge_as_of(lines, i):
    span = next((re.search(r'(\d{4}-\d{2}) *\.\. *(\d{4}-\d{2})', x) for x in lines if x.startswith('horizon:')), None)
    for k, x in enumerate(lines):
        if x.startswith('as_of:') and span:
            lines[k] = 'as_of: ' + random.choice([span[1], span[2], span[1] + '-01', span[2] + '-28'])


def move_block(lines, i):
    i = a_key(lines)
    if i is not None:
        block = lines[i:subtree(lines, i)]
        del lines[i:i + len(block)]
        j = random.randrange(len(lines) + 1)
        by = (indent(lines[j]) if j < len(lines) else 0) - indent(block[0])
        lines[j:j] = shifted(block, by)


def copy_block(lines, i):
    """The block again under another name, many times."""
    i = a_key(lines)
    if i is not None:
        block = lines[i:subtree(lines, i)]
        copies = []
        for k in range(random.choice([1, 3, 30])):
            first = KEY_LINE.sub(lambda m: f'{m[1]}copy{k}:{m[3]}', block[0])
            copies += [first] + block[1:]
        lines[i:i] = copies


def drop_block(lines, i):
    i = a_key(lines)
    if i is not None:
        del lines[i:subtree(lines, i)]


def empty_block(lines, i):
    """A key whose value becomes empty or of another kind."""
    i = a_key(lines)
    if i is not None:
        m = KEY_LINE.match(lines[i])
        lines[i:subtree(lines, i)] = [f'{m[1]}{m[2]}: {random.choice(ODD_VALUES + [""])}']


def odd_value(lines, i):
    """One value within a line, in flow style too."""
    hits = list(re.finditer(r'(?<=: )[^,{}\[\]#]+(?=[,}\n]|$)', lines[i]))
    if hits:
        m = random.choice(hits)
        lines[i] = lines[i][:m.start()] + random.choice(ODD_VALUES) + lines[i][m.end():]


def rename(lines, i):
    """A name, where it is defined and everywhere it is used."""
    i = a_key(lines)
    if i is not None:
        old, new = KEY_LINE.match(lines[i])[2], random.choice(NAMES)
        pattern = re.compile(r'(?<![\w.-])' + re.escape(old) + r'(?![\w.-])')
        everywhere = random.random() < 0.7
        for k in range(len(lines)) if everywhere else [i]:
            lines[k] = pattern.sub(lambda _: new, lines[k])


def nest_deeply(lines, i):
    i = a_key(lines)
    if i is not None:
        m = KEY_LINE.match(lines[i])
        depth = random.choice([10, 63, 64, 2000])
        lines[i:subtree(lines, i)] = [f'{m[1]}{m[2]}: ' + '[' * depth + ']' * depth]


def long_list(lines, i):
    i = a_key(lines)
    if i is not None:
        m = KEY_LINE.match(lines[i])
        lines[i:subtree(lines, i)] = [f'{m[1]}{m[2]}: [' + ', '.join(['x'] * 3000) + ']']


def many_entries(lines, i):
    """A map with very many lots, buildings, supplies or claims."""
    where = {'lots': '{count: 72, installed: 2026-11 +- 9 d}', 'buildings': '{it_power: 9 MW, ready: 2026-11 +- 9 d}',
             'supply': '{kind: grid, capacity: 9 MW, energised: 2026-12}', 'claims': '{said: 2025-08, about: x, power: 9 MW}'}
    found = [k for k, x in enumerate(lines) if x.strip().rstrip(':') in where and x.rstrip().endswith(':')]
    if found:
        k = random.choice(found)
        value = where[lines[k].strip().rstrip(':')]
        deep = ' ' * (indent(lines[k]) + 2)
        lines[k + 1:k + 1] = [f'{deep}many-{j}: {value}' for j in range(random.choice([10, 300]))]


LINE = [delete_line, repeat_line, extreme_number, scaled_number, other_unit, other_word, swap_lines, insert_sign,
        make_uncertain, spread_number, extreme_number, scaled_number, odd_value]
BLOCK = [other_date, all_dates_late, other_horizon, edge_as_of, move_block, copy_block, drop_block, empty_block, rename,
         nest_deeply, long_list, many_entries]


def mutate(lines):
    lines = list(lines)
    for _ in range(random.choice([1, 1, 1, 2, 3])):
        if lines:
            random.choice(LINE if random.random() < 0.6 else BLOCK)(lines, random.randrange(len(lines)))
    return lines


def odd(x):
    if isinstance(x, float):
        return not math.isfinite(x)
    return any(odd(v) for v in (x.values() if isinstance(x, dict) else x if isinstance(x, list) else ()))


def problem(out) -> str:
    if out.returncode not in (0, 2):
        return f'exit {out.returncode}'
    if 'Sanitizer' in out.stderr or 'runtime error' in out.stderr:
        return 'sanitizer'
    if out.returncode == 2:
        errors = re.findall(r'^.*error: .*$', out.stderr, re.M)
        if not errors:
            return 'refused without a word'
        lost = [e for e in errors if not re.search(r'\.yaml:\d+:\d+: ', e)]
        return f'no position: {lost[0]}' if lost else ''
    try:
        return 'odd number' if odd(json.loads(out.stdout)) else ''
    except ValueError as e:
        return f'JSON: {e}'


def main() -> int:
    bad = ran = 0
    random.seed(SEED)
    texts = [open(name, encoding='utf-8').read().split('\n') for name in FILES]
    with tempfile.TemporaryDirectory() as folder:
        for k in range(N):
            text = '\n'.join(mutate(random.choice(texts)))
            path = f'{folder}/mutant.yaml'
            with open(path, 'w', encoding='utf-8') as f:
                f.write(text)
            try:
                out = subprocess.run([PROGRAM, 'run', path, '--samples', '3', '--format', 'json'], capture_output=True,
                                     text=True, timeout=60, errors='replace')
                what = problem(out)
            except subprocess.TimeoutExpired:
                what, out = 'time-out', None
            ran += out is not None and out.returncode == 0
            if what:
                bad += 1
                keep = f'{tempfile.gettempdir()}/mutant-{SEED}-{k}.yaml'
                with open(keep, 'w', encoding='utf-8') as f:
                    f.write(text)
                print(f'{what}: {keep}\n{out.stderr[-1500:] if out else ""}', flush=True)
    print(f'{N} mutations: {ran} worked through, {N - ran} refused or wrong, {bad} wrong')
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
