"""PUT, PATCH and DELETE for plain forms: `?_method=put` on a POST.

Only a POST can be turned, so a link or an image can never change anything.
"""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

_ALLOWED = frozenset({"PUT", "PATCH", "DELETE"})


class MethodOverride:
    """WSGI middleware that reads the method a form means from its address."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self.app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST" and "_method=" in environ.get("QUERY_STRING", ""):
            method = parse_qs(environ["QUERY_STRING"]).get("_method", [""])[0].upper()
            if method in _ALLOWED:
                environ["REQUEST_METHOD"] = method
        return self.app(environ, start_response)
