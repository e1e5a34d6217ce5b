"""Clients at work: each a process of its own, apart from the server's, asking as fast as it is answered."""

import multiprocessing
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection

from tests.bench.client import Answer, Client

# What one client does again and again: made for it by its number, then called with its browser.
Step = Callable[[Client], Answer]
Work = Callable[[int, random.Random], Step]
_WARM_UP = 0.4  # seconds before anything counts


@dataclass(frozen=True, slots=True)
class Timing:
    """How it went, in milliseconds; `refused` counts whatever was not answered by success."""

    clients: int
    p50: float
    p95: float
    most: float
    per_second: float
    refused: int
    told: str = ""


def at_work(browser: Client, work: Work, *, clients: int, seconds: float) -> Timing:
    """Have so many clients work for so long."""
    ways = [multiprocessing.Pipe(duplex=False) for _ in range(clients)]
    gate = multiprocessing.Barrier(clients)
    processes = [
        multiprocessing.Process(target=_one, args=(way[1], gate, browser.copy(), work, number, seconds), daemon=True)
        for number, way in enumerate(ways)
    ]
    for process in processes:
        process.start()
    # Else a client that falls leaves its end open here, and its results are waited for without end.
    for way in ways:
        way[1].close()
    results = [way[0].recv() for way in ways]
    for process in processes:
        process.join()
    times = sorted(ms for each in results for ms in each[0])
    refused = [word for each in results for word in each[1]]
    if not times:
        raise RuntimeError(f"Nothing was answered: {refused[:3]}")
    return Timing(
        clients=clients,
        p50=times[len(times) // 2],
        p95=times[int(len(times) * 0.95)],
        most=times[-1],
        per_second=sum(len(each[0]) / each[2] for each in results),
        refused=len(refused),
        told=refused[0] if refused else "",
    )


def _one(way: Connection, gate: object, browser: Client, work: Work, number: int, seconds: float) -> None:
    step = work(number, random.Random(number))
    gate.wait()  # type: ignore[attr-defined]
    warm, times, refused = time.perf_counter() + _WARM_UP, [], []
    while time.perf_counter() < warm:
        step(browser)
    begun = time.perf_counter()
    end = begun + seconds
    while (started := time.perf_counter()) < end:
        try:
            answer = step(browser)
        except OSError as error:
            refused.append(str(error))
            continue
        times.append((time.perf_counter() - started) * 1000)
        if not 200 <= answer.status < 400:
            refused.append(f"{answer.status}: {answer.body[:200]!r}")
    way.send((times, refused, time.perf_counter() - begun))
