"""Static files: an address that changes with their content, kept by browsers for a year.

One mark stands for the whole folder, in the path: `/static/3fa9c1d2/js/board.js`. A
module imports its neighbours by relative paths, so they carry the mark as well, and no
build step has to rewrite anything.
"""

import gzip
import hashlib
import mimetypes
import re
from functools import cache
from pathlib import Path, PurePosixPath

import brotli
from flask import Flask, Response, current_app, request
from flask_compress import Compress
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

_YEAR = 365 * 24 * 3600
_STYLES = "css/all.css"
# What only people read of a stylesheet: its comments, and the white space that sets it out.
_NOISE = re.compile(rb"/\*.*?\*/|\n\s*", re.DOTALL)
_COMPRESSIBLE = frozenset({".css", ".js", ".svg", ".html", ".txt", ".json", ".webmanifest", ".map"})

# What varies by system; browsers refuse a module of another type.
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("application/manifest+json", ".webmanifest")


def init_app(app: Flask) -> None:
    """Serve `static/` under its mark, and compress pages where no proxy does."""
    app.config.update(
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=5,
        COMPRESS_LEVEL=6,
        COMPRESS_STREAMS=False,
        COMPRESS_EVALUATE_CONDITIONAL_REQUEST=False,
    )
    Compress(app)
    folder = str(app.static_folder)
    app.extensions["assets"] = _mark(folder)
    app.add_url_rule("/static/<mark>/<path:path>", "static_marked", _serve)
    app.jinja_env.globals.update(asset_url=asset_url, css_url=css_url)


def asset_url(path: str) -> str:
    """The address of a file of `static/`."""
    return f"/static/{_current_mark()}/{path}"


def css_url() -> str:
    """The address of all stylesheets as one: twenty small files would each wait for their turn."""
    return asset_url(_STYLES)


def _serve(mark: str, path: str) -> Response:
    current = _current_mark()
    folder = str(current_app.static_folder)
    content = _stylesheet(folder, current) if path == _STYLES else _content(folder, path, current)
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    response = Response(content, mimetype=kind)
    if PurePosixPath(path).suffix in _COMPRESSIBLE:
        wanted = request.accept_encodings.best_match(["br", "gzip"])
        if wanted:
            response.set_data(_compressed(content, wanted))
            response.headers["Content-Encoding"] = wanted
        response.vary.add("Accept-Encoding")
    response.cache_control.public = True
    if mark == current:
        response.cache_control.max_age = _YEAR
        response.cache_control.immutable = True
    else:
        # A page from before an update asks for its files by the old mark: it gets the new
        # ones, but they must not be kept under that address.
        response.cache_control.no_cache = True
    return response


def _current_mark() -> str:
    mark: str = current_app.extensions["assets"]
    return _mark(str(current_app.static_folder)) if current_app.debug else mark


def _mark(folder: str) -> str:
    """A fingerprint of all files in a folder, their names included."""
    seen = hashlib.sha256()
    for file in sorted(Path(folder).rglob("*")):
        if file.is_file():
            seen.update(f"{file.relative_to(folder).as_posix()}\0{file.stat().st_size}\0".encode())
            seen.update(file.read_bytes())
    return seen.hexdigest()[:10]


@cache
def _content(folder: str, path: str, _mark: str) -> bytes:
    found = safe_join(folder, path)
    if found is None or not Path(found).is_file():
        raise NotFound
    return Path(found).read_bytes()


@cache
def _stylesheet(folder: str, _mark: str) -> bytes:
    css = Path(folder) / "css"
    # The first declares the order of the layers; after it the order of files is of no matter.
    files = [css / "layers.css", *(file for file in sorted(css.rglob("*.css")) if file.name != "layers.css")]
    return _NOISE.sub(b"", b"\n".join(file.read_bytes() for file in files))


@cache
def _compressed(content: bytes, how: str) -> bytes:
    return bytes(brotli.compress(content, quality=9)) if how == "br" else gzip.compress(content, 9, mtime=0)
