"""Brakes on guessing: each wrong try makes the next one from there wait longer, and nobody else.

Tries are counted for an account from one network address, for that address over all
accounts, and for the account from everywhere. The last of these never makes anybody wait by
itself: whoever comes from an address that has not failed gets in with the right password,
however many others guess. It only leaves an address fewer tries before it must wait.

Kept in Redis; in this process while that is away.
"""

import hashlib
import math
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import redis
import structlog
from flask import Flask
from redis.backoff import NoBackoff
from redis.retry import Retry

from kanban.support.addresses import normal_address
from kanban.support.bus import Breaker
from kanban.support.clock import now
from kanban.support.errors import TooOften
from kanban.support.limits import whose

log = structlog.get_logger(__name__)

_PATIENCE = 0.2  # seconds
_KEPT_HERE = 20_000
_LONGEST = 320
_FIRST_WAIT = 2.0  # seconds; it doubles with each try


@dataclass(frozen=True, slots=True)
class Rule:
    """How many tries are free, how long the longest wait is, and after how long nothing is held against anybody."""

    free: int
    longest: float
    memory: float

    def wait(self, tries: int, free: int) -> float:
        """Seconds that must pass after the last of so many tries."""
        over = tries - free
        return 0.0 if over < 0 else min(self.longest, _FIRST_WAIT * 2.0 ** min(over, 30))


_MINUTE, _HOUR = 60.0, 3600.0
# What is tried: for one account from one address.
KINDS = {
    "sign_in": Rule(5, 15 * _MINUTE, 2 * _HOUR),
    # Six digits are soon guessed: what was tried is remembered for a day.
    "factor": Rule(5, _HOUR, 24 * _HOUR),
    # What sends a mail.
    "mail": Rule(3, _HOUR, 6 * _HOUR),
}
# All accounts together, from one address: a company may sit behind it.
_ADDRESS = Rule(50, 5 * _MINUTE, _HOUR)
# So many wrong tries from everywhere, and an address has one free one.
_UNDER_ATTACK, _STRICT = 50, 1
# Of two tries at once the later one may be counted first.
_AT_ONCE = 60.0

_Count = tuple[int, float]  # tries, and when the last one was


class Tries:
    """Where tries are counted: one per process, usable from any thread and after a fork."""

    def __init__(self) -> None:
        self.breaker = Breaker()
        self._client: redis.Redis | None = None
        self._here: OrderedDict[str, _Count] = OrderedDict()
        self._lock = threading.Lock()

    def connect(self, url: str) -> None:
        """Count in the Redis of this address from now on."""
        self._client = redis.Redis.from_url(
            url,
            socket_timeout=_PATIENCE,
            socket_connect_timeout=_PATIENCE,
            retry=Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
            decode_responses=True,
        )
        self.forget()

    def forget(self) -> None:
        """Forget what was counted in this process."""
        self.breaker.reset()
        with self._lock:
            self._here.clear()

    def take(self, kind: str, account: str, address: str) -> float:
        """Count a try, and return 0; or count nothing, and return how many seconds it came too soon."""
        at = now().timestamp()
        keys = _keys(kind, account, address)
        rule = KINDS[kind]
        shared = self._ask(_TAKE, keys, at, rule)
        if shared is not None:
            return float(shared)
        with self._lock:
            both, place, everywhere = (self._known(key, at, each.memory) for key, each in _rules(keys, rule))
            free = _STRICT if everywhere[0] >= _UNDER_ATTACK else rule.free
            wait = max(_left(both, rule, free, at), _left(place, _ADDRESS, _ADDRESS.free, at))
            if wait > 0:
                return wait
            for key, count in zip(keys, (both, place, everywhere), strict=True):
                self._here[key] = (count[0] + 1, at)
                self._here.move_to_end(key)
            while len(self._here) > _KEPT_HERE:
                self._here.popitem(last=False)
        return 0.0

    def forgive(self, kind: str, account: str, address: str) -> None:
        """Hold nothing against an account from this address: the try was right.

        The address itself is forgiven this one try: signing in to an account of one's own must
        not wipe out what was tried on others.
        """
        keys = _keys(kind, account, address)
        if self._ask(_FORGIVE, keys, 0, KINDS[kind]) is not None:
            return
        with self._lock:
            self._here.pop(keys[0], None)
            for key in keys[1:]:
                tries, at = self._here.get(key, (0, 0.0))
                if tries:
                    self._here[key] = (tries - 1, at)

    def _ask(self, script: str, keys: list[str], at: float, rule: Rule) -> Any:
        """What the script answers in Redis, or None where that is away."""
        if self._client is None or self.breaker.is_open:
            return None
        given: tuple[float, ...] = (at, rule.free, rule.longest, rule.memory)
        given += (_ADDRESS.free, _ADDRESS.longest, _ADDRESS.memory, _UNDER_ATTACK, _STRICT, _FIRST_WAIT, _AT_ONCE)
        try:
            return self._client.eval(script, 3, *keys, *map(repr, given))
        except redis.RedisError as error:
            if self.breaker.trip():
                log.warning("redis_away", error=type(error).__name__)
            return None

    def _known(self, key: str, at: float, memory: float) -> _Count:
        tries, last = self._here.get(key, (0, 0.0))
        return (0, 0.0) if at - last > memory else (tries, last)


tries = Tries()


def init_app(app: Flask) -> None:
    """Count where REDIS_URL says."""
    tries.connect(app.config["REDIS_URL"])


def brake(kind: str, account: str) -> None:
    """Count a try at an account from where this request comes. Raises TooOften."""
    wait = tries.take(kind, account, whose())
    if wait > 0:
        log.warning("braked", kind=kind, wait=math.ceil(wait))
        raise TooOften(math.ceil(wait))


@contextmanager
def trying(kind: str, account: str) -> Iterator[None]:
    """Brake, and forgive the try where what is done inside goes well. Raises TooOften."""
    brake(kind, account)
    yield
    tries.forgive(kind, account, whose())


def _keys(kind: str, account: str, address: str) -> list[str]:
    """Names that tell nobody who tried: what was typed for an address may have been a password."""
    named = hashlib.sha256(_one_of_all(account).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return [f"brake:{kind}:{named}:{address}", f"brake:{kind}:at:{address}", f"brake:{kind}:{named}"]


def _one_of_all(account: str) -> str:
    """An account by one name, however it was typed: each other spelling would be as many free tries more."""
    return normal_address(account) or " ".join(unicodedata.normalize("NFKC", account[:_LONGEST]).casefold().split())


def _rules(keys: list[str], rule: Rule) -> list[tuple[str, Rule]]:
    return [(keys[0], rule), (keys[1], _ADDRESS), (keys[2], rule)]


def _left(count: _Count, rule: Rule, free: int, at: float) -> float:
    """Seconds still to wait. A clock that was put back makes nobody wait."""
    passed = at - count[1]
    if not count[0] or passed < -_AT_ONCE:
        return 0.0
    return max(0.0, rule.wait(count[0], free) - max(0.0, passed))


# The same in Redis, so that of a hundred tries sent at once no more than the free ones pass.
_COMMON = """
local at, under, strict, first = tonumber(ARGV[1]), tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
local at_once = tonumber(ARGV[11])
local both = {free=tonumber(ARGV[2]), longest=tonumber(ARGV[3]), memory=tonumber(ARGV[4])}
local place = {free=tonumber(ARGV[5]), longest=tonumber(ARGV[6]), memory=tonumber(ARGV[7])}
local rules = {both, place, both}
"""
_TAKE = (
    _COMMON
    + """
local count, last = {}, {}
for i, key in ipairs(KEYS) do
  local kept = redis.call('HMGET', key, 'n', 'at')
  count[i], last[i] = tonumber(kept[1] or '0') or 0, tonumber(kept[2] or '0') or 0
  if at - last[i] > rules[i].memory then count[i] = 0 end
end
local wait = 0
for i = 1, 2 do
  local free = rules[i].free
  if i == 1 and count[3] >= under then free = strict end
  local over = count[i] - free
  local passed = at - last[i]
  if count[i] > 0 and over >= 0 and passed >= -at_once then
    local asked = math.min(rules[i].longest, first * 2 ^ math.min(over, 30))
    wait = math.max(wait, asked - math.max(0, passed))
  end
end
if wait > 0 then return tostring(wait) end
for i, key in ipairs(KEYS) do
  redis.call('HSET', key, 'n', count[i] + 1, 'at', ARGV[1])
  redis.call('EXPIRE', key, math.ceil(rules[i].memory))
end
return '0'
"""
)
_FORGIVE = (
    _COMMON
    + """
redis.call('DEL', KEYS[1])
for i = 2, 3 do
  local n = tonumber(redis.call('HGET', KEYS[i], 'n') or '0')
  if n > 0 then redis.call('HSET', KEYS[i], 'n', n - 1) end
end
return 1
"""
)
