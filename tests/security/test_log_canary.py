"""What a real server writes down: no password, link, cookie or token, and one line a line (ASVS 16.2 and 16.4)."""

import http.cookiejar
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from kanban.actions.accounts import make_setup_token
from kanban.models import User
from kanban.support.db import db, transaction
from tests.servers import served
from tests.world import PASSWORD

CANARY = "canary-2f7c-of-a-password"
FORGED = "2026-01-01 12:00:00 info signed_in user_id=1"


class Visitor:
    """A browser over the wire, with cookies of its own."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def ask(self, path: str, fields: dict[str, str] | None = None, **headers: str) -> str:
        data = urllib.parse.urlencode(fields).encode() if fields is not None else None
        request = urllib.request.Request(f"{self.address}{path}", data=data, headers=headers)
        try:
            with self._opener.open(request) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as refused:
            return str(refused.read().decode())

    def token(self, path: str = "/session/new") -> str:
        found = re.search(r'csrf-token" content="([^"]+)', self.ask(path))
        assert found is not None
        return found[1]


@pytest.mark.slow
def test_a_real_server_keeps_every_secret_out_of_its_log(
    app: Flask, world: None, environment: dict[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "web.log"
    setup_token = make_setup_token() or ""
    secrets = {CANARY, setup_token, environment["SECRET_KEY"], PASSWORD}
    with served({**environment, "LOG_LEVEL": "DEBUG", "LOG_FORMAT": "json"}, log) as address:
        visitor = Visitor(address)
        token = visitor.token()
        secrets.add(token)
        visitor.ask("/session", {"email": "ada@example.org", "password": CANARY, "csrf_token": token})
        visitor.ask("/session", {"email": CANARY, "password": CANARY, "csrf_token": "forged"})
        visitor.ask("/session?password=" + CANARY, {"csrf_token": token})
        for kept in ("resets", "addresses", "verifications"):
            visitor.ask(f"/{kept}/{CANARY}")
            visitor.ask(f"//{kept}//{CANARY}/", Referer=f"{address}/{kept}/{CANARY}")
            visitor.ask(f"/{kept}/{CANARY}?_method=put", {"password": CANARY, "csrf_token": token})
        visitor.ask(f"/setup/{setup_token}")
        visitor.ask(f"//setup//{setup_token}")
        visitor.ask(f"/setup/{setup_token}/", Referer=f"{address}/setup/{setup_token}")
        visitor.ask(f"/SETUP/{setup_token}?x=1")
        visitor.ask(
            f"/setup/{setup_token}?_method=put",
            {"name": "A", "email": "x", "password": CANARY, "csrf_token": token},
            Authorization=f"Bearer {CANARY}",
            Cookie=f"other={CANARY}",
        )
        # The visit without cookies began a session of its own.
        token = visitor.token()
        secrets.add(token)
        visitor.ask(
            "/session", {"email": "ada@example.org", "password": PASSWORD, "remember": "1", "csrf_token": token}
        )
        secrets |= {cookie.value or "" for cookie in visitor.jar}
        assert len(visitor.jar) == 1
        assert "Good" in visitor.ask("/") or "board" in visitor.ask("/")
        visitor.ask("/nowhere/%0a" + urllib.parse.quote(f"{FORGED}\x1b[31m\r\n\x00{CANARY[:0]}"))
        visitor.ask("/boards/1", **{"X-Request-ID": f"x {FORGED}", "User-Agent": f"a\tb {CANARY}"})
        visitor.ask("/workspaces", {"name": f"line\n{FORGED}\x1b[31m", "csrf_token": visitor.token("/help")})
    text = log.read_text()
    assert [secret for secret in secrets if secret in text] == []
    lines = text.splitlines()
    assert len(lines) > 15
    for line in lines:
        told = json.loads(line)
        assert {"event", "level", "timestamp"} <= told.keys(), line
        assert told["timestamp"].endswith("Z"), "in UTC"
    events = [json.loads(line)["event"] for line in lines]
    assert "sign_in_failed" in events
    assert "signed_in" in events
    for line in lines:
        assert not line.startswith(FORGED)
        assert "\x1b" not in line
    requests = [told for told in map(json.loads, lines) if told["event"] == "request"]
    assert all(told["request_id"] and told["status"] for told in requests)
    assert any(told["user_id"] for told in requests)


def test_a_failing_statement_does_not_tell_what_it_was_given(app: Flask, world: None) -> None:
    """The library's own words quote every value: texts, addresses, hashes."""
    table = User.__table__
    given = {"kind": "person", "name": CANARY, "email": "ada@example.org", "password_hash": CANARY, "seq": 0}
    with pytest.raises(sa.exc.IntegrityError) as failed, transaction() as session:
        session.execute(sa.insert(table).values(given))
    assert CANARY not in str(failed.value)
    with pytest.raises(sa.exc.SQLAlchemyError) as failed_otherwise:
        db.session.execute(sa.text("SELECT * FROM nothing WHERE name = :name"), {"name": CANARY})
    assert CANARY not in str(failed_otherwise.value)
    db.session.rollback()
