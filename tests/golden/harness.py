"""What the tests of the command line share: the program, a decorator that makes a function a test, the end."""
import os
import shutil
import sys

PROGRAM = os.path.abspath(sys.argv[1])
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
bad = 0


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


def finish(folder: str) -> None:
    """Removes the folder of scratch files; exit 1 if a test failed."""
    shutil.rmtree(folder)
    sys.exit(1 if bad else 0)
