"""How often something may be tried: counted in Redis, or in this process while that is away."""

from typing import Any

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

# Seconds, which the library hands on to Redis as they are.
_IMPATIENT: dict[str, Any] = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2}

limiter = Limiter(
    key_func=get_remote_address,
    strategy="moving-window",
    # Redis being away must not take the limits off.
    in_memory_fallback_enabled=True,
    storage_options=_IMPATIENT,
    headers_enabled=False,
)


def init_app(app: Flask) -> None:
    """Count where `RATELIMIT_STORAGE_URI` says."""
    limiter.init_app(app)
