#!/usr/bin/env python3
"""Mutated scenarios: mutate.py PROGRAM [N] [SEED]. Each mutation must be worked through (exit 0, valid JSON without odd
numbers) or refused (exit 2, a message with a position); anything else is printed and counted."""
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
random.seed(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FILES = [f'{ROOT}/scenarios/{n}' for n in sorted(os.listdir(f'{ROOT}/scenarios')) if n.endswith('.yaml')]
FILES.append(f'{ROOT}/tests/data/small.yaml')
NUMBER = re.compile(r'(?<![\w.@-])\d+(?:\.\d+)?(?![\w.-])')
EXTREME = ['0', '-1', '1e300', '1e-300', '1', '999999999', '0.5', '-0.0001', '3', 'nan', 'inf', '12OO', '']
UNITS = ['MW', 'GW', 'MWh', 'USD', 'bn USD', '%', 'd', 'wk', 'GB/s', 'K', 'degC', 'tok', '', 'GPU', 'USD/h', 'mW']


def numbers(line: str):
    return [m for m in NUMBER.finditer(line)]


def mutate(lines):
    lines = list(lines)
    for _ in range(random.choice([1, 1, 1, 2, 3])):
        i = random.randrange(len(lines))
        kind = random.randrange(9)
        found = numbers(lines[i])
        if kind == 0:
            del lines[i]
        elif kind == 1:
            lines.insert(i, lines[i])
        elif kind == 2 and found:
            m = random.choice(found)
            lines[i] = lines[i][:m.start()] + random.choice(EXTREME) + lines[i][m.end():]
        elif kind == 3 and found:
            m = random.choice(found)
            value = float(m[0]) * random.choice([0.001, 0.1, 10, 1000, -1])
            lines[i] = lines[i][:m.start()] + f'{value:.10g}' + lines[i][m.end():]
        elif kind == 4:
            lines[i] = re.sub(r'\b(MW|GW|USD|GPU|d|mo|yr|%|kW)\b', lambda _: random.choice(UNITS), lines[i], count=1)
        elif kind == 5:
            words = re.findall(r'[A-Za-z_]+', lines[i])
            if words:
                w = random.choice(words)
                lines[i] = lines[i].replace(w, random.choice([w[:-1], w + 'x', w.upper(), 'none', 'auto', '']), 1)
        elif kind == 6:
            j = random.randrange(len(lines))
            lines[i], lines[j] = lines[j], lines[i]
        elif kind == 7:
            k = random.randrange(len(lines[i]) + 1)
            lines[i] = lines[i][:k] + random.choice(list('{}[]():;,@&*#"\'\t\\') + ['\u00e9', '\x01']) + lines[i][k:]
        elif found:
            m = random.choice(found)
            a = m[0]
            lines[i] = lines[i][:m.start()] + f'uniform({a} MW; {a}9 MW)' + lines[i][m.end():]
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
        return '' if 'error: ' in out.stderr else 'refused without a word'
    try:
        return 'odd number' if odd(json.loads(out.stdout)) else ''
    except ValueError as e:
        return f'JSON: {e}'


def main() -> int:
    bad = ran = 0
    with tempfile.TemporaryDirectory() as folder:
        for k in range(N):
            lines = open(random.choice(FILES), encoding='utf-8').read().split('\n')
            text = '\n'.join(mutate(lines))
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
                keep = f'{tempfile.gettempdir()}/mutant-{k}.yaml'
                with open(keep, 'w', encoding='utf-8') as f:
                    f.write(text)
                print(f'{what}: {keep}\n{out.stderr[-1500:] if out else ""}')
    print(f'{N} mutations: {ran} worked through, {N - ran - bad} refused, {bad} wrong')
    return 1 if bad else 0


sys.exit(main())
