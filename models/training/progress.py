"""A progress line with the time left, and what the run cost."""

import resource
import sys
import time


class Progress:
    def __init__(self, title: str, total: int, done: int = 0) -> None:
        self._title, self._total, self._first, self._done = title, total, done, done
        self._started = time.monotonic()
        self._shown = 0.0

    def step(self, note: str = '') -> None:
        self._done += 1
        now = time.monotonic()
        # A pipe gets a line now and then; a terminal sees the line move.
        if now - self._shown < (0.5 if sys.stderr.isatty() else 20) and self._done < self._total:
            return
        self._shown = now
        left = (now - self._started) / (self._done - self._first) * (self._total - self._done)
        end = '\r' if sys.stderr.isatty() and self._done < self._total else '\n'
        line = f'{self._title} {self._done}/{self._total}, {left:.0f} s left {note}'
        print(f'{line:<100}', end=end, file=sys.stderr, flush=True)


def peak_memory_mb() -> float:
    """Most resident memory of this process, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
