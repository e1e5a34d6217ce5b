"""One's own name, picture and preferences."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kanban.actions.assignments import assign_card
from kanban.models import Actor, Board, Card, Event, User
from kanban.support import storage
from kanban.support.db import db
from tests.support.test_pictures import a_picture, bomb
from tests.web.conftest import Browser
from tests.world import Events, one


def send(browser: Browser, file: BytesIO, name: str = "me.png") -> TestResponse:
    return browser.plain("PUT", "/account/avatar", picture=(file, name))


def picture_of(actor: Actor) -> str | None:
    found: str | None = db.session.scalar(sa.select(User.avatar).where(User.id == actor.id))
    return found


def test_the_name_is_changed(as_grace: Browser, grace: Actor, events: Events) -> None:
    assert 'value="Grace Hopper"' in as_grace.get("/account/edit").text
    assert as_grace.plain("PUT", "/account", name="  Amazing\n Grace ").location == "/account/edit"
    assert one(User, id=grace.id).name == "Amazing Grace"
    assert events.actions == ["user.edited"]
    as_grace.plain("PUT", "/account", name="Amazing Grace")
    assert len(events) == 1, "Nothing changed."


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_bad_name_is_said_beside_the_field(as_grace: Browser, name: str) -> None:
    answer = as_grace.plain("PUT", "/account", name=name)
    assert answer.status_code == 422
    assert 'id="name_error"' in answer.text
    assert one(User, email="grace@example.org").name == "Grace Hopper"


def test_a_picture_is_uploaded_and_shown_wherever_one_is(
    as_grace: Browser, as_ada: Browser, ada: Actor, grace: Actor, report: Card, launch: Board
) -> None:
    assign_card(ada, report, grace.user)
    assert "initials are shown" in as_grace.get("/account/edit").text
    assert send(as_grace, a_picture()).status_code == 303
    name = picture_of(grace)
    shown = f'src="/avatars/{name}"'
    assert shown in as_grace.get("/account/edit").text
    for path in (f"/boards/{launch.id}", f"/cards/{report.id}"):
        assert shown in as_ada.get(path).text, path
    answer = as_ada.get(f"/avatars/{name}")
    assert answer.status_code == 200
    assert answer.mimetype == "image/webp"
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.data[:4] == b"RIFF"


def test_a_picture_is_for_those_signed_in(as_grace: Browser, grace: Actor, client: FlaskClient) -> None:
    """Planka issue 219, CVE-2026-28736: a file's name alone opens nothing."""
    send(as_grace, a_picture())
    answer = client.get(f"/avatars/{picture_of(grace)}")
    assert (answer.location or "").startswith("/session/new")
    assert b"RIFF" not in answer.data


def test_a_new_picture_takes_the_old_one_away(as_grace: Browser, grace: Actor) -> None:
    send(as_grace, a_picture())
    before = picture_of(grace)
    send(as_grace, a_picture(500, 500))
    assert picture_of(grace) != before
    assert storage.find(str(before)) is None
    assert as_grace.get(f"/avatars/{before}").status_code == 404
    after = picture_of(grace)
    assert as_grace.plain("DELETE", "/account/avatar").location == "/account/edit"
    assert picture_of(grace) is None
    assert storage.find(str(after)) is None
    assert "/avatars/" not in as_grace.get("/account/edit").text


def test_an_avatar_bomb_is_refused_with_a_clear_sentence(as_grace: Browser, grace: Actor, instance: Path) -> None:
    before = sorted((instance / "files").glob("*"))
    answer = as_grace.plain("PUT", "/account/avatar", picture=(bomb(), "me.png"))
    assert answer.status_code == 422
    assert "more than 16 megapixels" in answer.text
    assert 'id="picture_error"' in answer.text
    assert picture_of(grace) is None
    assert sorted((instance / "files").glob("*")) == before


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"<svg onload='alert(1)'/>", "me.svg"),
        (b"<script>alert(1)</script>", "me.png"),
        (b"GIF89a<script>alert(1)</script>", "me.gif"),
        (b"%PDF-1.7", "me.jpg"),
        (b"", "me.png"),
    ],
)
def test_avatarbleed_what_is_no_picture_is_refused(as_grace: Browser, grace: Actor, data: bytes, name: str) -> None:
    answer = as_grace.plain("PUT", "/account/avatar", picture=(BytesIO(data), name))
    assert answer.status_code == 422
    assert "This is no picture we can read" in answer.text
    assert picture_of(grace) is None


@pytest.mark.parametrize("name", ["$(touch x).png", "../../x.png", "x" * 5000 + ".png", "me.php"])
def test_avatarbleed_what_a_file_is_called_reaches_nothing(as_grace: Browser, grace: Actor, name: str) -> None:
    assert as_grace.plain("PUT", "/account/avatar", picture=(a_picture(), name)).status_code == 303
    assert storage.find(str(picture_of(grace))) is not None


def test_a_form_without_a_picture_is_refused(as_grace: Browser) -> None:
    for fields in ({}, {"picture": "text"}, {"picture": (BytesIO(b""), "")}):
        assert "Choose a picture first." in as_grace.plain("PUT", "/account/avatar", **fields).text


def test_a_file_that_is_too_large_is_refused(as_grace: Browser, grace: Actor) -> None:
    answer = as_grace.plain("PUT", "/account/avatar", picture=(BytesIO(b"x" * 8_200_000), "me.png"))
    assert answer.status_code == 413
    assert picture_of(grace) is None


def test_a_change_that_fails_leaves_no_file(as_grace: Browser, grace: Actor, instance: Path) -> None:
    send(as_grace, a_picture())
    before = sorted((instance / "files").glob("*"))

    def fail(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("INSERT INTO events"):
            raise sa.exc.OperationalError(statement, None, Exception("away"))

    sa.event.listen(db.engine, "before_cursor_execute", fail)
    try:
        answer = as_grace.plain("PUT", "/account/avatar", picture=(a_picture(), "me.png"))
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", fail)
    assert answer.status_code == 503
    assert sorted((instance / "files").glob("*")) == before


@pytest.mark.parametrize("name", ["..%2f..%2fkanban.db", "x.webp", "%00.webp", "a" * 32 + ".webp"])
def test_no_other_file_is_served(as_grace: Browser, name: str) -> None:
    assert as_grace.get(f"/avatars/{name}").status_code == 404


def test_undo_brings_no_picture_back(as_grace: Browser, grace: Actor) -> None:
    send(as_grace, a_picture())
    as_grace.plain("DELETE", "/account/avatar")
    event = db.session.scalars(sa.select(Event).where(Event.action == "user.edited").order_by(Event.id.desc())).first()
    assert event is not None
    assert as_grace.plain("POST", f"/events/{event.id}/reversal").status_code == 403


def test_preferences_hold_the_first_day_of_the_week_and_the_language(as_grace: Browser, grace: Actor) -> None:
    page = as_grace.get("/preferences/edit").text
    assert '<option value="7">Sunday</option>' in page
    assert '<option value="en" selected>English</option>' in page
    assert "sections__link" in page
    answer = as_grace.plain("PUT", "/preferences", first_weekday="7", locale="en", time_zone="Europe/Paris")
    assert answer.status_code == 303
    kept = one(User, id=grace.id)
    assert (kept.first_weekday, kept.locale, kept.time_zone) == (7, "en", "Europe/Paris")


@pytest.mark.parametrize(
    ("field", "value"),
    [("first_weekday", "0"), ("first_weekday", "8"), ("first_weekday", "x"), ("locale", "xx"), ("locale", "../en")],
)
def test_no_other_wish_is_taken(as_grace: Browser, grace: Actor, field: str, value: str) -> None:
    answer = as_grace.plain("PUT", "/preferences", **{field: value})
    assert answer.status_code == 422
    assert f'id="{field}_error"' in answer.text
    assert (one(User, id=grace.id).first_weekday, one(User, id=grace.id).locale) == (1, "en")


def test_a_person_without_a_picture_is_letters_alone(
    as_ada: Browser, ada: Actor, report: Card, browse: Callable[[Actor], Browser]
) -> None:
    assign_card(ada, report, ada.user)
    assert "/avatars/" not in as_ada.get(f"/cards/{report.id}").text
