"""Static files: an address that changes with their content, kept by browsers for a year.

One mark stands for the whole folder, in the path: `/static/3fa9c1d2/js/board.js`. A
module imports its neighbours by relative paths, so they carry the mark as well, and no
build step has to rewrite anything.
"""

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

import brotli
from flask import Flask, current_app
from flask_compress import Compress
from werkzeug.security import safe_join
from werkzeug.wrappers import Request, Response

_YEAR = 365 * 24 * 3600
_PLAIN = {"X-Content-Type-Options": "nosniff"}
_STYLES = "css/all.css"
# What only people read of a stylesheet: its comments, and the white space that sets it out. A line
# break stays, since it may be what keeps two words apart.
_NOISE = re.compile(rb"/\*.*?\*/|(?<=\n)\s+", re.DOTALL)
# Of a module, the comments that have lines of their own; what begins a line like one must not stand in a string.
_REMARKS = re.compile(rb"^[ \t]*(?://[^\n]*|/\*\*.*?\*/[ \t]*)\n", re.DOTALL | re.MULTILINE)
_COMPRESSIBLE = frozenset({".css", ".js", ".svg", ".html", ".txt", ".json", ".webmanifest", ".map"})

# What varies by system; browsers refuse a module of another type.
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("application/manifest+json", ".webmanifest")


def init_app(app: Flask) -> None:
    """Serve `static/` under its mark, and compress pages where no proxy does."""
    app.config.update(
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=4,
        COMPRESS_LEVEL=4,
        COMPRESS_STREAMS=False,
        COMPRESS_EVALUATE_CONDITIONAL_REQUEST=False,
    )
    Compress(app)
    assets = Assets(app.wsgi_app, str(app.static_folder), watch=app.debug)
    app.wsgi_app = assets  # type: ignore[method-assign]
    app.extensions["assets"] = assets
    app.jinja_env.globals.update(asset_url=asset_url, css_url=css_url)


def asset_url(path: str) -> str:
    """The address of a file of `static/`."""
    assets: Assets = current_app.extensions["assets"]
    return f"/static/{assets.mark}/{path}"


def css_url() -> str:
    """The address of all stylesheets as one: twenty small files would each wait for their turn."""
    return asset_url(_STYLES)


class Assets:
    """WSGI middleware that answers for `/static/`.

    Before the application, since that looks at the session, and then tells browsers that
    the answer varies by cookie: they would fetch everything anew after a sign-in.
    """

    def __init__(self, app: Callable[..., Iterable[bytes]], folder: str, *, watch: bool) -> None:
        self._app = app
        self._folder = folder
        self._mark = None if watch else _mark(folder)

    @property
    def mark(self) -> str:
        """The fingerprint of the files as they are; looked up anew each time while one works on them."""
        return self._mark or _mark(self._folder)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        if not path.startswith("/static/"):
            return self._app(environ, start_response)
        mark, _slash, file = path.removeprefix("/static/").partition("/")
        return self._answer(Request(environ), mark, file)(environ, start_response)

    def _answer(self, request: Request, mark: str, path: str) -> Response:
        if request.method not in {"GET", "HEAD"}:
            return Response(status=405, headers={"Allow": "GET, HEAD", **_PLAIN})
        current = self.mark
        content = _stylesheet(self._folder, current) if path == _STYLES else _content(self._folder, path, current)
        if content is None:
            return Response("There is no such file.", status=404, mimetype="text/plain", headers=_PLAIN)
        response = Response(content, mimetype=mimetypes.guess_type(path)[0] or "application/octet-stream")
        if PurePosixPath(path).suffix in _COMPRESSIBLE:
            wanted = request.accept_encodings.best_match(["br", "gzip"])
            if wanted:
                response.set_data(_compressed(content, wanted))
                response.headers["Content-Encoding"] = wanted
            response.vary.add("Accept-Encoding")
        response.headers.update(_PLAIN)
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        # A drawing that is opened by itself runs nothing.
        response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        response.cache_control.public = True
        if mark == current:
            response.cache_control.max_age = _YEAR
            response.cache_control.immutable = True
        else:
            # A page from before an update asks for its files by the old mark: it gets the new
            # ones, but they must not be kept under that address.
            response.cache_control.no_cache = True
        return response


def _mark(folder: str) -> str:
    """A fingerprint of all files in a folder, their names included."""
    seen = hashlib.sha256()
    for file in sorted(Path(folder).rglob("*")):
        if file.is_file():
            seen.update(f"{file.relative_to(folder).as_posix()}\0{file.stat().st_size}\0".encode())
            seen.update(file.read_bytes())
    return seen.hexdigest()[:10]


@lru_cache(maxsize=512)
def _content(folder: str, path: str, _mark: str) -> bytes | None:
    found = safe_join(folder, path)
    try:
        content = Path(found).read_bytes() if found is not None and Path(found).is_file() else None
        return _REMARKS.sub(b"", content) if content and path.startswith("js/") else content
    except OSError:
        # No file has a name of such a length.
        return None


@lru_cache(maxsize=512)
def _stylesheet(folder: str, _mark: str) -> bytes:
    css = Path(folder) / "css"
    # The first declares the order of the layers; after it the order of files is of no matter.
    files = [css / "layers.css", *(file for file in sorted(css.rglob("*.css")) if file.name != "layers.css")]
    return _NOISE.sub(b"", b"\n".join(file.read_bytes() for file in files))


@lru_cache(maxsize=512)
def _compressed(content: bytes, how: str) -> bytes:
    # As small as can be, as it is done once; no file here needs a larger window.
    if how == "br":
        return bytes(brotli.compress(content, quality=11, lgwin=18))
    return gzip.compress(content, 9, mtime=0)
