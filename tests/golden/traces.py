#!/usr/bin/env python3
"""Execution traces replayed from the command line: traces.py PROGRAM. The traces are written here as ASTRA-sim's and
Chakra's generators write them (examples/workload/microbenchmarks, examples/system/custom_collectives, generator.py);
times are worked out by hand. One line a test: `ok: ...` or `FAILED: ...`."""
import csv
import io
import json
import os
import struct
import subprocess
import tempfile

from harness import PROGRAM, finish, need, test

work = tempfile.mkdtemp(prefix='gw-traces-')
MB = 1 << 20
RATE, LAG = 50e9, 500e-9  # of each link; a way has two


def near(a: float, b: float, rel: float = 1e-9) -> None:
    need(abs(a - b) <= rel * abs(b), f'{a} is not {b}')


# ---------------------------------------------------------------- the schema, as bytes

def varint(v: int) -> bytes:
    out = b''
    v &= (1 << 64) - 1
    while v > 127:
        out += bytes([v & 127 | 128])
        v >>= 7
    return out + bytes([v])


def field(number: int, value) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def attr(name: str, kind: int, value) -> bytes:
    return field(10, field(1, name) + field(kind, value))


def message(body: bytes) -> bytes:
    return varint(len(body)) + body


def node(number: int, name: str, kind: int, *rest: bytes, after=()) -> bytes:
    body = (field(1, number) if number else b'') + field(2, name) + field(3, kind)
    return message(body + b''.join(field(5, d) for d in after) + b''.join(rest))


INT32, INT64, UINT64, BOOL, STRING = 7, 9, 13, 27, 29
META = message(field(1, '0.0.4'))


def comp(number: int, micros: int, after=()) -> bytes:
    return node(number, 'COMP_NODE', 4, field(7, micros), attr('is_cpu_op', BOOL, 0), after=after)


def coll(number: int, kind: int, size: int, *rest: bytes, after=()) -> bytes:
    return node(number, 'COLL', 7, attr('is_cpu_op', BOOL, 0), attr('comm_type', INT64, kind),
                attr('comm_size', INT64, size), *rest, after=after)


def write(prefix: str, traces) -> str:
    path = os.path.join(work, prefix)
    for i, body in enumerate(traces):
        with open(f'{path}.{i}.et', 'wb') as f:
            f.write(META + body)
    return path


def star(n: int) -> str:
    """One switch, n NPUs, as a table of links."""
    path = os.path.join(work, f'star{n}.csv')
    with open(path, 'w') as f:
        f.write('link,src,dst,bytes_per_s,latency_s\n')
        for i in range(n):
            f.write(f'up{i},npu-{i},switch,{RATE},{LAG}\ndown{i},switch,npu-{i},{RATE},{LAG}\n')
    return path


def run(*args: str):
    return subprocess.run([PROGRAM, 'flows', *args], text=True, capture_output=True)


def replay(network: str, *args: str) -> list:
    r = run(network, *args, '--format', 'csv')
    need(r.returncode == 0, r.stderr)
    return [{k: float(v) for k, v in row.items()} for row in csv.DictReader(io.StringIO(r.stdout))]


def refused(words: str, network: str, *args: str) -> None:
    r = run(network, *args)
    need(r.returncode == 2 and r.stdout == '', (r.returncode, r.stdout[:200], r.stderr))
    need(words in r.stderr, r.stderr)


# ---------------------------------------------------------------- tests

@test('trace: ring all-reduce of 1 MB over 4, 8 and 16 NPUs, ids going on from file to file')
def _():
    for n in (4, 8, 16):
        prefix = write(f'all_reduce{n}', [coll(i, 0, MB) for i in range(n)])
        rows = replay(star(n), prefix, '--algorithm', 'ring')
        need(len(rows) == n)
        for row in rows:
            near(row['end_s'], 2 * (n - 1) * (MB / n / RATE + 2 * LAG))
            near(row['exposed_s'], row['end_s'])


@test('trace: all-gather, reduce-scatter and all-to-all take what their sizes say')
def _():
    n = 8
    for kind, bytes_, steps in ((2, (n - 1) * MB, n - 1), (7, (n - 1) * MB / n, n - 1), (6, (n - 1) * MB / n, 1)):
        prefix = write(f'kind{kind}', [coll(i, kind, MB) for i in range(n)])
        near(replay(star(n), prefix, '--algorithm', 'ring')[5]['end_s'], bytes_ / RATE + steps * 2 * LAG)


def ring_of_messages(n: int, size: int) -> list:
    """allreduce_ring of an MSCCL algorithm: send, receive, reduce; n - 1 times with, n - 1 without reducing."""
    traces = []
    for i in range(n):
        body, k = b'', 0
        for step in range(2 * (n - 1)):
            for kind, peer, name in ((5, (i + 1) % n, 'comm_dst'), (6, (i - 1) % n, 'comm_src')):
                body += node(k, f'tb0_step{k}', kind, attr('comm_type', INT64, 5), attr('comm_size', INT64, size),
                             attr(name, INT32, peer), attr('comm_tag', INT32, 0), after=[k - 1] if k else [])
                k += 1
            if step < n - 1:
                body += comp(k, 5, after=[k - 1])
                k += 1
        traces.append(body)
    return traces


@test('trace: the same all-reduce as sends and receives with reductions between')
def _():
    rows = replay(star(8), write('msccl', ring_of_messages(8, MB // 8)))
    for row in rows:
        near(row['end_s'], 14 * (MB / 8 / RATE + 2 * LAG) + 7 * 5e-6)
        near(row['compute_s'], 35e-6)


@test('trace: what a link carried adds up')
def _():
    r = run(star(8), write('msccl', ring_of_messages(8, MB // 8)), '--links', '--format', 'csv')
    need(r.returncode == 0, r.stderr)
    for row in csv.DictReader(io.StringIO(r.stdout)):
        near(float(row['carried_bytes']), 14 * MB / 8)


@test('trace: data-parallel training hides its all-reduces behind the backward pass')
def _():
    layers, comm = 6, 2 * (MB / 2 / RATE + 2 * LAG)
    body, k = b'', 0
    for _i in range(layers):  # forward
        body += comp(k, 20, after=[k - 1] if k else [])
        k += 1
    last = k - 1
    for _i in range(layers):  # backward: the next layer and the gradients of this one
        body += comp(k, 40, after=[last]) + coll(k + 1, 0, MB, after=[k])
        last, k = k, k + 2
    row = replay(star(2), write('dp', [body, body]), '--algorithm', 'ring')[0]
    near(row['compute_s'], layers * 60e-6)
    near(row['end_s'], layers * 60e-6 + comm)  # each is over before the next layer is, but for the last
    near(row['exposed_s'], comm)


@test('trace: one file for 8 and for 1,024 NPUs, groups moving along')
def _():
    body = (coll(1, 0, MB, attr('pg_name', STRING, '1')) +
            coll(2, 0, MB, attr('pg_name', STRING, '2'), after=[1]) + coll(3, 9, 0, after=[2]))
    prefix = write('one', [body])
    for n, width in ((8, 4), (1024, 8)):
        groups = os.path.join(work, f'groups{n}.json')
        with open(groups, 'w') as f:
            json.dump({'1': list(range(width)), '2': list(range(0, n, width))}, f)
        rows = replay(star(n), prefix, '--npus', str(n), '--groups', groups, '--algorithm', 'ring')
        need(len(rows) == n)
        m = n // width
        expected = (2 * (width - 1) * (MB / width / RATE + 2 * LAG) + 2 * (m - 1) * (MB / m / RATE + 2 * LAG))
        near(rows[0]['end_s'], expected)
        near(rows[-1]['end_s'], expected)


@test('trace: files by name, text and JSON; what is not used is listed')
def _():
    body = coll(1, 0, MB, attr('op_schema', STRING, 'nccl:all_reduce')) + comp(2, 10, after=[1])
    prefix = write('pair', [body, body])
    r = run(star(2), f'{prefix}.0.et', f'{prefix}.1.et')
    need(r.returncode == 0 and 'attribute op_schema' in r.stdout and 'ALL_REDUCE' in r.stdout, r.stdout + r.stderr)
    need(max(map(len, r.stdout.splitlines())) <= 80 or work in r.stdout, r.stdout)
    j = json.loads(run(star(2), prefix, '--format', 'json').stdout)
    need(j['unused'] == [{'what': 'attribute op_schema', 'count': 2}], j['unused'])
    need(j['nodes'] == {'COMP_NODE': 2, 'COMM_COLL_NODE': 2} and j['n_npus'] == 2, j['nodes'])


@test('trace: compute by operations and bytes')
def _():
    gemm = node(1, 'GEMM', 4, attr('num_ops', UINT64, 8 * 10**9), attr('tensor_size', UINT64, 2 * 10**6))
    prefix = write('gemm', [gemm])
    near(replay(star(1), prefix, '--peak', '1000 TFLOP/s')[0]['end_s'], 8e-6)
    near(replay(star(1), prefix, '--peak', '1000 TFLOP/s', '--memory-bandwidth', '100 GB/s')[0]['end_s'], 20e-6)
    need('say no time' in run(star(1), prefix).stdout)


@test('trace: what is wrong is said with file, node and byte, and nothing is replayed')
def _():
    refused('misses this collective', star(2), write('missing', [coll(1, 0, MB), comp(1, 1)]))
    refused('no receive matches this send', star(2),
            write('alone', [node(7, 'S', 5, attr('comm_size', INT64, 9), attr('comm_dst', INT32, 1)), comp(1, 1)]))
    refused('it depends on itself', star(1), write('circle', [comp(1, 1, after=[2]) + comp(2, 1, after=[1])]))
    refused('no node stands for NPU 2', star(2), write('three', [comp(1, 1)] * 3))
    refused('its group `5` is not known', star(1), write('group', [coll(1, 0, MB, attr('pg_name', STRING, '5'))]))
    cut = os.path.join(work, 'cut.0.et')
    with open(write('whole', [coll(1, 0, MB)]) + '.0.et', 'rb') as f:
        whole = f.read()
    with open(cut, 'wb') as f:
        f.write(whole[:-3])
    refused('longer than what is left of the file', star(1), cut)
    with open(write('gap', [comp(1, 1)]) + '.2.et', 'wb') as f:
        f.write(META + comp(1, 1))
    refused('this trace is missing', star(3), os.path.join(work, 'gap'))
    refused('takes a whole number', star(1), os.path.join(work, 'whole'), '--npus', 'x')
    refused('--algorithm `rnig` is unknown', star(1), os.path.join(work, 'whole'), '--algorithm', 'rnig')


finish(work)
