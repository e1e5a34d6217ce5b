"""One's own second factors: set up, used to prove who one is, taken off; and what that ends."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from kanban.actions.recovery_codes import make_recovery_codes
from kanban.actions.sessions import Place, begin_session
from kanban.models import (
    Actor,
    AuditEntry,
    Board,
    Mail,
    Passkey,
    RecoveryCode,
    Session,
    Setting,
    Star,
    Totp,
    User,
    Workspace,
)
from kanban.support import clock
from kanban.support.db import db, transaction
from tests.keys import SoftKey, code_now, give_totp
from tests.web.conftest import Browser
from tests.world import PASSWORD, one

LATER = timedelta(minutes=16)


def count(model: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def codes_in(page: str) -> list[str]:
    return re.findall(r"<code>((?:[0-9a-z]{4}-){5}[0-9a-z]{4})</code>", page)


def set_up_totp(browser: Browser) -> str:
    """Set up an authenticator by its pages; the page that came of it."""
    page = browser.get("/account/totp/new").text
    found = re.search(r'name="key" value="([^"]+)"', page)
    secret = re.search(r'class="key">([A-Z2-7 ]+)</code>', page)
    assert found is not None
    assert secret is not None
    answer = browser.plain("POST", "/account/totp", key=found[1], code=code_now(secret[1].replace(" ", "")))
    assert answer.status_code == 200
    return answer.text


class TestAuthenticator:
    def test_it_is_confirmed_by_a_first_code_and_brings_recovery_codes(self, as_ada: Browser, ada: Actor) -> None:
        page = set_up_totp(as_ada)
        codes = codes_in(page)
        assert len(set(codes)) == 10
        assert "data:text/plain;charset=utf-8,Kanban%0D%0Aada%40example.org" in page
        assert codes[0] in page.partition("data:text/plain")[2]
        assert "Set up" in as_ada.get("/account/factors").text
        assert codes[0] not in as_ada.get("/account/factors").text
        assert one(Mail, template="factor_changed").context["change"] == "totp_added"
        assert one(AuditEntry, action="factor.totp_added").subject_id == ada.id

    def test_nothing_is_kept_before_that(self, as_ada: Browser) -> None:
        as_ada.get("/account/totp/new")
        assert count(Totp) == 0

    def test_its_key_is_sealed(self, as_ada: Browser) -> None:
        page = as_ada.get("/account/totp/new").text
        set_up_totp(as_ada)
        for secret in re.findall(r'class="key">([A-Z2-7 ]+)</code>', page):
            assert secret.replace(" ", "") not in one(Totp).sealed

    def test_the_picture_says_the_same_as_the_text(self, as_ada: Browser) -> None:
        page = as_ada.get("/account/totp/new")
        assert 'href="otpauth://totp/Kanban%20%28localhost%29:ada%40example.org?secret=' in page.text
        assert re.search(r'<path fill="#000" d="M4 4h7v1h-7z', page.text)
        assert page.headers["Cache-Control"] == "no-store"

    def test_a_wrong_first_code_shows_the_same_key_again(self, as_ada: Browser) -> None:
        page = as_ada.get("/account/totp/new").text
        key = re.search(r'name="key" value="([^"]+)"', page)
        secret = re.search(r'class="key">([A-Z2-7 ]+)</code>', page)
        assert key is not None
        assert secret is not None
        refused = as_ada.plain("POST", "/account/totp", key=key[1], code="000000")
        assert refused.status_code == 422
        assert secret[1] in refused.text
        assert "is not right" in refused.text
        assert count(Totp) == 0

    @pytest.mark.parametrize("key", ["", "x", "gAAAAABnonsense"])
    def test_a_key_of_ones_own_making_is_refused(self, as_ada: Browser, key: str) -> None:
        assert as_ada.plain("POST", "/account/totp", key=key, code=code_now()).status_code == 422
        assert count(Totp) == 0

    def test_a_key_is_nobody_elses(self, as_ada: Browser, as_eve: Browser) -> None:
        page = as_eve.get("/account/totp/new").text
        key = re.search(r'name="key" value="([^"]+)"', page)
        secret = re.search(r'class="key">([A-Z2-7 ]+)</code>', page)
        assert key is not None
        assert secret is not None
        code = code_now(secret[1].replace(" ", ""))
        assert as_ada.plain("POST", "/account/totp", key=key[1], code=code).status_code == 422
        assert count(Totp) == 0

    def test_the_code_that_confirmed_it_is_used(self, as_ada: Browser, app: Flask) -> None:
        page = as_ada.get("/account/totp/new").text
        key = re.search(r'name="key" value="([^"]+)"', page)
        secret = re.search(r'class="key">([A-Z2-7 ]+)</code>', page)
        assert key is not None
        assert secret is not None
        code = code_now(secret[1].replace(" ", ""))
        as_ada.plain("POST", "/account/totp", key=key[1], code=code)
        other = app.test_client()
        other.post("/session", data={"email": "ada@example.org", "password": PASSWORD})
        assert other.post("/session/factor", data={"code": code}).status_code == 422

    def test_it_is_taken_off_with_the_codes(self, as_ada: Browser, ada: Actor) -> None:
        set_up_totp(as_ada)
        assert as_ada.plain("DELETE", "/account/totp").location == "/account/factors"
        assert (count(Totp), count(RecoveryCode)) == (0, 0)
        changes = [mail.context["change"] for mail in db.session.scalars(sa.select(Mail).order_by(Mail.id))]
        assert changes == ["totp_added", "totp_removed"]
        assert as_ada.plain("DELETE", "/account/totp").status_code == 303
        assert count(Mail) == 2

    def test_another_app_takes_its_place(self, as_ada: Browser) -> None:
        set_up_totp(as_ada)
        first = one(Totp).sealed
        page = as_ada.get("/account/totp/new").text
        key, secret = (re.search(each, page) for each in (r'name="key" value="([^"]+)"', r'class="key">([A-Z2-7 ]+)<'))
        assert key is not None
        assert secret is not None
        answer = as_ada.plain("POST", "/account/totp", key=key[1], code=code_now(secret[1].replace(" ", "")))
        assert answer.location == "/account/factors"
        assert one(Totp).sealed != first
        assert count(RecoveryCode) == 10


class TestSessions:
    """What was begun under weaker proof ends; the session at hand stays."""

    @pytest.mark.parametrize("change", ["add", "remove"])
    def test_others_end_when_factors_change(self, as_ada: Browser, ada: Actor, change: str) -> None:
        if change == "remove":
            give_totp(ada.user)
        begin_session(ada.user, "password", Place("elsewhere"), is_remembered=False)
        if change == "add":
            set_up_totp(as_ada)
        else:
            as_ada.plain("DELETE", "/account/totp")
        assert count(Session) == 1
        assert as_ada.get("/").status_code == 200

    def test_a_second_key_ends_nothing(self, as_ada: Browser, ada: Actor) -> None:
        give_totp(ada.user)
        begin_session(ada.user, "password", Place("elsewhere"), is_remembered=False)
        options = as_ada.plain("POST", "/account/challenge", purpose="add").json
        assert as_ada.plain("POST", "/account/passkeys", name="Blue", credential=SoftKey().make(options)).status_code
        assert count(Session) == 2


class TestRecoveryCodes:
    def test_it_says_first_what_will_be_good_no_more(self, as_ada: Browser, ada: Actor) -> None:
        make_recovery_codes(ada)
        assert "The 10 that are left are good no more" in as_ada.get("/account/recovery_codes/new").text

    def test_new_ones_replace_the_old(self, as_ada: Browser, ada: Actor) -> None:
        give_totp(ada.user)
        first = make_recovery_codes(ada)
        answer = as_ada.plain("POST", "/account/recovery_codes")
        assert answer.headers["Cache-Control"] == "no-store"
        second = codes_in(answer.text)
        assert len(second) == 10
        assert not set(first) & set(second)
        assert count(RecoveryCode) == 10
        assert one(Mail, template="factor_changed").context["change"] == "codes_made"


class TestPasskeys:
    @pytest.fixture
    def key(self) -> SoftKey:
        return SoftKey()

    def add(self, browser: Browser, key: SoftKey, name: str = "Blue key") -> Passkey:
        options = browser.plain("POST", "/account/challenge", purpose="add").json
        answer = browser.plain("POST", "/account/passkeys", name=name, credential=key.make(options))
        assert answer.status_code in {200, 303}
        found: Passkey = one(Passkey, name=name)
        return found

    def test_one_is_added_listed_renamed_and_removed(self, as_ada: Browser, ada: Actor, key: SoftKey) -> None:
        made = self.add(as_ada, key)
        assert "Blue key" in as_ada.get("/account/factors").text
        page = f"/account/passkeys/{made.id}"
        as_ada.plain("PATCH", page, name="Green key")
        assert "Green key" in as_ada.get("/account/factors").text
        refused = as_ada.plain("PATCH", page, name=" ")
        assert (refused.status_code, "Green key" in refused.text) == (422, True)
        assert as_ada.plain("DELETE", page).location == "/account/factors"
        assert (count(Passkey), count(RecoveryCode)) == (0, 0)
        changes = [mail.context["change"] for mail in db.session.scalars(sa.select(Mail).order_by(Mail.id))]
        assert changes == ["passkey_added", "passkey_removed"]

    def test_the_last_way_in_stays(self, as_ada: Browser, ada: Actor, key: SoftKey) -> None:
        """An account without a password comes in by its keys: nothing would give it another way."""
        first, second = self.add(as_ada, key), self.add(as_ada, SoftKey(b"another key"), "Green key")
        with transaction() as session:
            session.get_one(User, ada.id).password_hash = None
        assert as_ada.plain("DELETE", f"/account/passkeys/{first.id}").status_code == 303
        refused = as_ada.plain("DELETE", f"/account/passkeys/{second.id}")
        assert (refused.status_code, "This is your only way in" in refused.text) == (409, True)
        assert one(Passkey).id == second.id

    def test_its_question_tells_nothing_of_the_account(self, as_ada: Browser, ada: Actor) -> None:
        options = as_ada.plain("POST", "/account/challenge", purpose="add").json
        assert options["rp"] == {"id": "localhost", "name": "Kanban"}
        assert options["user"]["id"] == one(User, email="ada@example.org").passkey_handle
        assert options["attestation"] == "none"

    def test_the_same_key_is_not_added_twice(self, as_ada: Browser, key: SoftKey) -> None:
        self.add(as_ada, key)
        options = as_ada.plain("POST", "/account/challenge", purpose="add").json
        assert [each["id"] for each in options["excludeCredentials"]] == [one(Passkey).credential_id]
        answer = as_ada.plain("POST", "/account/passkeys", name="Again", credential=key.make(options))
        assert answer.status_code == 409
        assert "is known already" in answer.text
        assert 'value="Again"' in answer.text

    @pytest.mark.parametrize("credential", ["", "{}", "[]", "x" * 20_000, '{"response": {}}', "[" * 9_000])
    def test_what_is_no_answer_is_refused(self, as_ada: Browser, credential: str) -> None:
        as_ada.plain("POST", "/account/challenge", purpose="add")
        answer = as_ada.plain("POST", "/account/passkeys", name="Blue", credential=credential)
        assert answer.status_code == 422
        assert "was not accepted" in answer.text
        assert count(Passkey) == 0

    def test_an_answer_is_good_once(self, as_ada: Browser, key: SoftKey) -> None:
        options = as_ada.plain("POST", "/account/challenge", purpose="add").json
        credential = key.make(options)
        as_ada.plain("POST", "/account/passkeys", name="Blue", credential=credential)
        again = as_ada.plain("POST", "/account/passkeys", name="Blue", credential=credential)
        assert (again.status_code, count(Passkey)) == (422, 1)

    def test_the_key_of_another_site_is_refused(self, as_ada: Browser, key: SoftKey) -> None:
        options = as_ada.plain("POST", "/account/challenge", purpose="add").json
        credential = key.make(options, origin="https://evil.example")
        assert as_ada.plain("POST", "/account/passkeys", name="Blue", credential=credential).status_code == 422
        assert count(Passkey) == 0

    def test_one_with_an_endless_name_is_refused(self, as_ada: Browser, key: SoftKey) -> None:
        key.id = bytes(1100)
        options = as_ada.plain("POST", "/account/challenge", purpose="add").json
        answer = as_ada.plain("POST", "/account/passkeys", name="Blue", credential=key.make(options))
        assert (answer.status_code, count(Passkey)) == (422, 0)

    def test_there_are_not_more_than_25(self, as_ada: Browser, ada: Actor) -> None:
        for number in range(25):
            SoftKey(b"%d" % number).give(ada.user)
        options = as_ada.plain("POST", "/account/challenge", purpose="add").json
        answer = as_ada.plain("POST", "/account/passkeys", name="Blue", credential=SoftKey().make(options))
        assert (answer.status_code, "25 passkeys" in answer.text) == (422, True)

    def test_those_of_others_are_not_there(self, as_eve: Browser, ada: Actor, key: SoftKey) -> None:
        id_ = key.give(ada.user).id
        for method, path in (("GET", f"{id_}/edit"), ("PATCH", str(id_)), ("DELETE", str(id_))):
            there = as_eve.client.open(f"/account/passkeys/{path}", method=method, data={"name": "Mine"})
            nowhere = as_eve.client.open(f"/account/passkeys/9{path}", method=method, data={"name": "Mine"})
            assert (there.status_code, nowhere.status_code) == (404, 404)
        assert one(Passkey).name == "Soft key"


class TestFreshProof:
    """What is dangerous asks once more who one is."""

    def stale(self, browser: Browser) -> None:
        with transaction() as session:
            session.execute(sa.update(Session).values(fresh_at=clock.now() - LATER))

    @pytest.mark.parametrize(
        ("method", "path", "page"),
        [
            ("GET", "/account/totp/new", "/account/totp/new"),
            ("GET", "/account/totp/edit?x=1", "/account/totp/edit?x%3D1"),
            ("POST", "/account/totp", "/account/totp/new"),
            ("DELETE", "/account/totp", "/account/totp/edit"),
            ("POST", "/account/recovery_codes", "/account/recovery_codes/new"),
            ("GET", "/account/passkeys/new", "/account/passkeys/new"),
            ("POST", "/account/passkeys", "/account/passkeys/new"),
            ("DELETE", "/account/passkeys/7", "/account/passkeys/7/edit"),
            ("PUT", "/workspaces/3/factor", "/workspaces/3/edit"),
        ],
    )
    def test_it_leads_there_and_back(self, as_ada: Browser, ada: Actor, method: str, path: str, page: str) -> None:
        give_totp(ada.user)
        self.stale(as_ada)
        answer = as_ada.client.open(path, method=method)
        assert answer.location == f"/session/confirmation/new?next={page}"
        assert count(Totp) == 1

    def test_a_script_is_led_there_too(self, as_ada: Browser) -> None:
        self.stale(as_ada)
        answer = as_ada.htmx("DELETE", "/account/totp")
        assert answer.headers["HX-Redirect"] == "/session/confirmation/new?next=/account/totp/edit"

    def test_the_password_is_enough_where_there_is_no_factor(self, as_ada: Browser) -> None:
        self.stale(as_ada)
        assert 'name="password"' in as_ada.get("/session/confirmation/new").text
        refused = as_ada.plain("POST", "/session/confirmation", password="guess", next="/account/totp/new")
        assert (refused.status_code, "not your password" in refused.text) == (422, True)
        assert 'value="/account/totp/new"' in refused.text
        assert one(AuditEntry, action="confirmation.refused")
        answer = as_ada.plain("POST", "/session/confirmation", password=PASSWORD, next="/account/totp/new")
        assert answer.location == "/account/totp/new"
        assert as_ada.get("/account/totp/new").status_code == 200

    def test_else_the_factor_must_do(self, as_ada: Browser, ada: Actor) -> None:
        give_totp(ada.user)
        self.stale(as_ada)
        page = as_ada.get("/session/confirmation/new").text
        assert 'name="password"' not in page
        assert as_ada.plain("POST", "/session/confirmation", password=PASSWORD).status_code == 422
        assert as_ada.plain("POST", "/session/confirmation", code=code_now()).location == "/account/factors"
        assert as_ada.get("/account/totp/edit").status_code == 200

    def test_a_passkey_does_too(self, as_ada: Browser, ada: Actor) -> None:
        key = SoftKey()
        key.give(ada.user)
        self.stale(as_ada)
        options = as_ada.plain("POST", "/account/challenge", purpose="confirm").json
        answer = as_ada.plain("POST", "/session/confirmation", credential=key.answer(options), next="//evil.example")
        assert answer.location == "/account/factors"
        assert as_ada.get("/account/passkeys/new").status_code == 200

    def test_who_signs_in_elsewhere_does_so_anew(self, as_ada: Browser, ada: Actor) -> None:
        table = User.__table__
        with transaction() as session:
            session.execute(sa.update(table).where(table.c.id == ada.id).values(password_hash=None))
        page = as_ada.get("/session/confirmation/new").text
        assert "You sign in elsewhere" in page
        assert as_ada.plain("POST", "/session/confirmation", password="").status_code == 422

    def test_it_holds_for_a_quarter_of_an_hour_and_by_a_new_secret(self, as_ada: Browser, app: Flask) -> None:
        with as_ada.client.session_transaction() as cookie:
            before = cookie["_user_id"]
        as_ada.plain("POST", "/session/confirmation", password=PASSWORD)
        old = app.test_client()
        with old.session_transaction() as cookie:
            cookie["_user_id"] = before
        assert old.get("/").status_code == 303
        with clock.travel(timedelta(minutes=14)):
            assert as_ada.get("/account/totp/new").status_code == 200
        with clock.travel(timedelta(minutes=15)):
            assert as_ada.get("/account/totp/new").status_code == 303


class TestWhoeverMust:
    """A site or a workspace that asks for a second factor."""

    def test_a_site_can_ask_everybody(self, as_ada: Browser, ada: Actor) -> None:
        with transaction() as session:
            session.add(Setting(name="require_factor", value="everybody"))
        for path in ("/", "/boards/1", "/account/address/edit"):
            assert as_ada.get(path).location == "/account/factors"
        assert as_ada.htmx("PUT", "/boards/1/star").headers["HX-Redirect"] == "/account/factors"
        page = as_ada.get("/account/factors").text
        assert "asks everybody for a second factor" in page
        assert "Launch" not in page
        assert as_ada.get("/preferences/edit").status_code == 200
        set_up_totp(as_ada)
        assert as_ada.get("/").status_code == 200

    def test_a_workspace_asks_its_people(
        self, as_ada: Browser, as_grace: Browser, ada: Actor, grace: Actor, workspace: Workspace, launch: Board
    ) -> None:
        page = f"/workspaces/{workspace.id}"
        assert "set up your own first" in as_ada.get(f"{page}/edit").text
        refused = as_ada.plain("PUT", f"{page}/factor")
        assert (refused.status_code, workspace.requires_factor) == (403, False)
        give_totp(ada.user)
        assert as_ada.plain("PUT", f"{page}/factor").location == f"{page}/edit"
        assert one(AuditEntry, action="factor.required").subject_id == workspace.id
        assert as_ada.get(page).status_code == 200
        # Not even the names of its boards are told: at home, in the rail, in a list to choose from.
        with transaction() as session:
            session.add(Star(user_id=grace.id, board_id=launch.id))
        for path in ("/", "/account/tokens/new", "/imports/new"):
            assert "Launch" not in as_grace.get(path).text
        home = as_grace.get("/").text
        assert ("asks for a second factor" in home, f'"{page}/boards/new"' in home) == (True, False)
        shut = as_grace.get(page)
        assert (shut.status_code, 'href="/account/factors"' in shut.text) == (403, True)
        give_totp(grace.user)
        assert as_grace.get(page).status_code == 200
        assert as_grace.plain("DELETE", f"{page}/factor").status_code == 403
        assert as_ada.plain("DELETE", f"{page}/factor").status_code == 303
        assert one(AuditEntry, action="factor.waived")

    def test_a_script_learns_of_it(self, browse: Callable[[Actor], Browser], ada: Actor, workspace: Workspace) -> None:
        give_totp(ada.user)
        browse(ada).plain("PUT", f"/workspaces/{workspace.id}/factor")
        grace = browse(Actor(one(User, email="grace@example.org")))
        assert grace.htmx("PUT", "/boards/1/star").json["code"] == "factor_required"
