"""How often something may be tried: counted in Redis, or in this process while that is away."""

import math
import time
from ipaddress import IPv6Address, ip_address
from typing import Any

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user
from redis.backoff import NoBackoff
from redis.retry import Retry

# Handed on to redis-py as they are. By itself it tries four times, for seconds.
_IMPATIENT: dict[str, Any] = {
    "socket_timeout": 0.2,
    "socket_connect_timeout": 0.2,
    "retry": Retry(NoBackoff(), 0),
}


def make_limiter() -> Limiter:
    """Limits by address, which go on counting here when Redis is away: they must not go off."""
    return Limiter(
        key_func=whose,
        strategy="moving-window",
        in_memory_fallback_enabled=True,
        storage_options=_IMPATIENT,
        headers_enabled=False,
    )


def wait() -> int:
    """Seconds until the limit that this request has met lets through another."""
    met = limiter.current_limit
    # The library's own `reset_at` rounds down and adds one: up to a second more than is true.
    return max(1, math.ceil(met.window.reset_time - time.time())) if met is not None else 1


def whose() -> str:
    """Whose tries are counted together: those of an address, or of the least that one customer has of IPv6."""
    text = get_remote_address()
    try:
        address = ip_address(text)
    except ValueError:
        return text
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return f"{IPv6Address(int(address) >> 64 << 64)}/64"
    return text


def person() -> str:
    """Whose tries are counted together behind the door: a person's, wherever they come from; else as `whose`.

    At the door itself addresses are counted: who they say they are is what is tried there.
    """
    user_id = getattr(current_user, "user_id", None)
    return f"person {user_id}" if user_id is not None else whose()


def hold(limit: str, holder: str) -> None:
    """Count a request of somebody who has been found out already. Raises RateLimitExceeded beyond the limit."""
    with limiter.limit(limit, key_func=lambda: holder):
        pass


limiter = make_limiter()


def init_app(app: Flask) -> None:
    """Count where `RATELIMIT_STORAGE_URI` says."""
    limiter.init_app(app)
