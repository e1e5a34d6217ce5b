"""How long something may take, on a machine of any speed and whatever else it does."""

import gc
import sys
import time
from collections.abc import Callable
from functools import cache
from typing import Any

# What `_work` takes on the machine that the budgets were set on, in seconds.
_THERE = 0.025


def took(what: Callable[..., Any], *arguments: Any, times: int = 3) -> float:
    """Seconds of this thread's processor time, as they would be on that machine.

    The least of three `times`: a neighbour makes a machine slower, and nothing makes it quicker.
    """
    return min(_timed(what, *arguments) for _each in range(times)) / _slowness()


@cache
def _slowness() -> float:
    _work()
    return max(1.0, min(_timed(_work) for _each in range(5)) / _THERE)


def _timed(what: Callable[..., Any], *arguments: Any) -> float:
    # What measures coverage looks at each call, and makes some code several times as slow as other.
    watching = sys.gettrace()
    sys.settrace(None)
    # Nor is what else the tests have left in memory looked through for this one's sake.
    gc.freeze()
    try:
        began = time.thread_time()
        what(*arguments)
        return time.thread_time() - began
    finally:
        gc.unfreeze()
        sys.settrace(watching)


def _work() -> int:
    """Some of what parsers do: slices, look-ups, small objects."""
    text, found = "a*b_c[d](e)`f`" * 1_000, []
    for at, character in enumerate(text):
        if character in "*_[`":
            found.append((at, text[at : at + 4]))
    return len({part for _at, part in found} | {str(at) for at, _part in found})
