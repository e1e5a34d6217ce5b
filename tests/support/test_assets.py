"""Static files: an address for each state of them, kept for a year, sent small."""

import gzip
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from kanban.support import assets


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "css/layers.css": "@layer base, components;\n",
        "css/base.css": "@layer base {\n  /* What\n  people read. */\n  body { margin: 0\n    1px }\n}\n",
        "css/components/tile.css": "@layer components { .tile { color: red } }\n",
        "js/board.js": "import './drag.js'\n" + "let padding;\n" * 100,
        "js/drag.js": "/** What it is. */\nlet a; // why\n  // a remark\n/*\n * kept, as it is no document */\n",
        "img/a.png": "not really",
    }
    for name, text in files.items():
        path = tmp_path / "static" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "static"


@pytest.fixture
def site(folder: Path) -> FlaskClient:
    app = Flask("site", static_folder=None)
    app.static_folder = str(folder)
    assets.init_app(app)
    app.add_url_rule("/page", "page", lambda: "<p>" + "words " * 1000)
    with app.app_context():
        return app.test_client()


def address(site: FlaskClient, path: str) -> str:
    with site.application.app_context():
        return assets.asset_url(path)


def test_a_file_is_kept_for_a_year(site: FlaskClient) -> None:
    answer = site.get(address(site, "js/board.js"))
    assert answer.status_code == 200
    assert answer.content_type == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Vary"] == "Accept-Encoding"


def test_another_content_has_another_address(folder: Path, site: FlaskClient) -> None:
    before = assets._mark(str(folder))
    (folder / "js" / "board.js").write_text("import './drop.js'\n")
    changed = assets._mark(str(folder))
    (folder / "js" / "board.js").rename(folder / "js" / "home.js")
    assert len({before, changed, assets._mark(str(folder))}) == 3


def test_the_mark_follows_the_files_while_one_works_on_them(folder: Path) -> None:
    watching = assets.Assets(lambda _environ, _start: [], str(folder), watch=True)
    before = watching.mark
    (folder / "new.js").write_text("")
    assert watching.mark != before


def test_an_old_address_serves_the_new_file_and_is_not_kept(site: FlaskClient) -> None:
    answer = site.get("/static/0123456789/js/board.js")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize(("how", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_it_is_sent_small_to_those_who_can_read_it(folder: Path, site: FlaskClient, how: str, unpack) -> None:  # type: ignore[no-untyped-def]
    answer = site.get(address(site, "js/board.js"), headers={"Accept-Encoding": how})
    assert answer.headers["Content-Encoding"] == how
    assert unpack(answer.data) == (folder / "js" / "board.js").read_bytes()
    assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_a_module_is_sent_without_its_remarks(site: FlaskClient) -> None:
    answer = site.get(address(site, "js/drag.js"))
    assert answer.text == "let a; // why\n/*\n * kept, as it is no document */\n"


def test_a_picture_is_small_already(site: FlaskClient) -> None:
    answer = site.get(address(site, "img/a.png"), headers={"Accept-Encoding": "br"})
    assert "Content-Encoding" not in answer.headers
    assert answer.content_type == "image/png"


def test_all_styles_come_as_one_with_the_layers_first(site: FlaskClient) -> None:
    with site.application.app_context():
        answer = site.get(assets.css_url())
    assert answer.content_type == "text/css; charset=utf-8"
    css = answer.text
    assert css.startswith("@layer base, components;")
    assert ".tile { color: red }" in css
    assert "people read" not in css
    assert "margin: 0\n1px" in css


@pytest.mark.parametrize(
    "path", ["js/none.js", "js", "", "../config.py", "js/../../secret", "/etc/passwd", "%2e%2e/config.py"]
)
def test_nothing_else_can_be_had(site: FlaskClient, folder: Path, path: str) -> None:
    (folder.parent / "secret").write_text("secret")
    answer = site.get(address(site, path))
    assert answer.status_code == 404
    assert answer.content_type.startswith("text/plain")


def test_a_static_file_takes_no_orders(site: FlaskClient) -> None:
    answer = site.post(address(site, "js/board.js"))
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_a_head_has_no_body(site: FlaskClient) -> None:
    answer = site.head(address(site, "js/board.js"))
    assert (answer.status_code, answer.data) == (200, b"")


@pytest.mark.parametrize("how", ["br", "gzip"])
def test_pages_are_sent_small_too(site: FlaskClient, how: str) -> None:
    answer = site.get("/page", headers={"Accept-Encoding": how})
    assert answer.headers["Content-Encoding"] == how
    assert len(answer.data) < 200


def test_a_static_file_does_not_vary_by_who_asks(client: FlaskClient) -> None:
    page = client.get("/session/new").text
    path = page.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert "Set-Cookie" not in answer.headers
