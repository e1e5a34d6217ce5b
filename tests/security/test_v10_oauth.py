"""OAuth as ASVS 5.0 V10 has it: refresh tokens turn over, reuse ends the family, the second factor is asked.

CVE-2026-34727, CVE-2026-33315, CVE-2026-33473, CVE-2026-35597: a way in that forgets the second factor.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from kanban.actions.recovery_codes import make_recovery_codes
from kanban.models import Actor, AuditEntry, RefreshToken, Setting, TokenFamily
from kanban.support.clock import travel
from kanban.support.db import db, transaction
from tests.api.conftest import Program, adas, program, run
from tests.keys import SoftKey, code_now, give_totp
from tests.world import PASSWORD

__all__ = ["adas", "program", "run"]


def families() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(TokenFamily)) or 0


def written(action: str) -> int:
    query = sa.select(sa.func.count()).select_from(AuditEntry).where(AuditEntry.action == action)
    return db.session.scalar(query) or 0


def test_v10_4_5_a_refresh_token_is_good_once(adas: Program) -> None:
    used = adas.refresh_token
    assert adas.refresh().status_code == 200
    newest = adas.access, adas.refresh_token
    assert adas.refresh(used).json["error"] == "invalid_grant"
    assert families() == 0, "Nobody can tell who has the copy."
    assert not adas.is_in(newest[0])
    assert adas.refresh(newest[1]).json["error"] == "invalid_grant"
    assert written("program.stopped") == 1


def test_v10_4_5_reuse_is_known_however_late(adas: Program) -> None:
    used = adas.refresh_token
    for hours in (100, 200, 300):
        with travel(timedelta(hours=hours)):
            assert adas.refresh().status_code == 200
    with travel(timedelta(hours=310)):
        assert adas.refresh(used).json["error"] == "invalid_grant"
        assert families() == 0


def test_v10_4_5_reuse_ends_one_family_alone(adas: Program, run: Callable[[], Program]) -> None:
    other = run()
    other.sign_in()
    used = adas.refresh_token
    adas.refresh()
    adas.refresh(used)
    assert other.is_in()
    assert other.refresh().status_code == 200


def test_v10_4_5_of_two_at_once_one_is_served_and_both_end(
    app: Flask, adas: Program, run: Callable[[], Program]
) -> None:
    """A program that refreshes twice at once cannot be told from a thief beside it."""
    for _round in range(3):
        adas.sign_in()
        token = adas.refresh_token
        programs = [run() for _each in range(6)]
        with ThreadPoolExecutor(6) as pool:
            statuses = list(pool.map(lambda each: each.refresh(token).status_code, programs))  # noqa: B023
        assert sorted(statuses) == [200, 400, 400, 400, 400, 400]
        winner = next(each for each in programs if each.access)
        assert not winner.is_in()
        assert winner.refresh().json["error"] == "invalid_grant"
    assert families() == 1, "The one that the fixture began."


def test_v10_4_5_refreshing_while_all_ends_hangs_nobody(app: Flask, adas: Program, ada: Actor) -> None:
    """Both lock the family first: in another order two would wait for each other."""
    from kanban.actions.sessions import end_sessions

    def end() -> int:
        with app.app_context():
            end_sessions(db.session.get(type(ada.user), ada.id))  # type: ignore[arg-type]
        return 0

    for _round in range(5):
        adas.sign_in()
        mine = Program(app.test_client())
        token = adas.refresh_token
        with ThreadPoolExecutor(2) as pool:
            refreshed, ended = pool.submit(lambda: mine.refresh(token).status_code), pool.submit(end)  # noqa: B023
            assert refreshed.result(10) in {200, 400}
            assert ended.result(10) == 0
        assert families() == 0
        assert not mine.access or not mine.is_in()
    assert not db.session.scalars(sa.select(RefreshToken)).all()


def test_v10_4_8_a_family_ends_however_often_it_is_refreshed(adas: Program, app: Flask) -> None:
    days = app.config["SESSION_DAYS"]
    for day in range(6, days, 6):
        with travel(timedelta(days=day)):
            assert adas.refresh().status_code == 200
    with travel(timedelta(days=days, minutes=-5)):
        answer = adas.refresh()
        assert answer.status_code == 200
        assert answer.json["expires_in"] <= 300, "No access token outlives its family."
    with travel(timedelta(days=days, minutes=1)):
        assert not adas.is_in()
        assert adas.refresh().json["error"] == "invalid_grant"


def test_v10_4_9_whoever_holds_a_token_can_give_it_back(adas: Program, run: Callable[[], Program]) -> None:
    client = adas.client
    for hand_back in (lambda it: it.refresh_token, lambda it: it.access):
        other = run()
        other.sign_in()
        answer = client.post("/api/v1/auth/revoke", data={"token": hand_back(other), "token_type_hint": "nonsense"})
        assert answer.status_code == 200
        assert not other.is_in()
        assert other.refresh().json["error"] == "invalid_grant"
    assert adas.is_in(), "Each ends its own."


def test_v10_4_9_a_used_refresh_token_is_still_good_for_that(adas: Program) -> None:
    used = adas.refresh_token
    adas.refresh()
    assert adas.client.post("/api/v1/auth/revoke", data={"token": used}).status_code == 200
    assert not adas.is_in()


@pytest.mark.parametrize("token", ["x", "kbn_" + "x" * 43, "kbr_" + "x" * 43, "a.b.c", "\x00"])
def test_v10_4_9_one_that_is_not_there_is_answered_alike(adas: Program, token: str) -> None:
    """RFC 7009, 2.2."""
    answer = adas.client.post("/api/v1/auth/revoke", data={"token": token})
    assert (answer.status_code, answer.json) == (200, {})
    assert adas.is_in()
    assert adas.client.post("/api/v1/auth/revoke", data={}).json["error"] == "invalid_request"


def test_v10_4_11_least_scope(program: Program) -> None:
    """Who asks for nothing may not do what an admin may."""
    assert "admin" not in program.sign_in().json["scope"].split()


def test_v10_1_1_a_browser_never_sees_a_token(app: Flask, adas: Program) -> None:
    for answer in (adas.sign_in(), adas.refresh(), adas.send("GET", "/auth/me")):
        assert "Set-Cookie" not in answer.headers
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"


# D1: the password grant asks for all that the form asks for.


def test_d1_the_second_factor_is_asked_for(program: Program, ada: Actor) -> None:
    give_totp(ada.user)
    answer = program.sign_in()
    assert (answer.status_code, answer.json["error"]) == (400, "mfa_required")
    assert program.sign_in(otp="000000").json["error"] == "invalid_grant"
    assert families() == 0
    code = code_now()
    assert program.sign_in(otp=code).status_code == 200
    assert program.is_in()
    assert program.sign_in(otp=code).json["error"] == "invalid_grant", "V6.5.1: no code is good twice."


def test_d1_who_does_not_know_the_password_learns_nothing_of_a_factor(program: Program, ada: Actor) -> None:
    before = program.sign_in(password="wrong")
    give_totp(ada.user)
    after = program.sign_in(password="wrong", otp=code_now())
    assert (before.status_code, before.json) == (after.status_code, after.json)
    assert program.sign_in(otp=code_now()).status_code == 200, "The code was not used up by it."


def test_d1_a_recovery_code_is_good_once_here_too(program: Program, ada: Actor) -> None:
    give_totp(ada.user)
    code = make_recovery_codes(ada)[0]
    assert program.sign_in(otp=code).status_code == 200
    assert program.sign_in(otp=code).json["error"] == "invalid_grant"


def test_d1_an_account_with_a_passkey_alone_has_no_code_to_send(program: Program, ada: Actor) -> None:
    SoftKey().give(ada.user)
    assert program.sign_in().json["error"] == "mfa_required"
    assert program.sign_in(otp="123456").json["error"] == "invalid_grant"


def test_d1_one_code_signs_in_once_also_at_the_same_moment(app: Flask, ada: Actor, run: Callable[[], Program]) -> None:
    give_totp(ada.user)
    code, programs = code_now(), [run() for _each in range(4)]
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda each: each.sign_in(otp=code).status_code, programs))
    assert sorted(statuses) == [200, 400, 400, 400]


def test_d1_a_site_that_asks_everybody_for_a_factor_asks_programs_too(adas: Program, ada: Actor) -> None:
    with transaction() as session:
        session.merge(Setting(name="require_factor", value="everybody"))
    answer = adas.send("GET", "/auth/me")
    assert (answer.status_code, answer.json["code"]) == (403, "factor_required")
    give_totp(ada.user)
    assert adas.is_in()


def test_d1_passwords_do_not_come_into_what_is_written(
    program: Program, ada: Actor, capfd: pytest.CaptureFixture[str]
) -> None:
    give_totp(ada.user)
    code = code_now()
    program.sign_in(otp=code)
    program.refresh()
    program.send("GET", "/auth/me")
    program.client.post("/api/v1/auth/revoke", data={"token": program.refresh_token})
    said = "".join(capfd.readouterr())
    said += repr([line.detail for line in db.session.scalars(sa.select(AuditEntry))])
    for secret in (PASSWORD, code, program.access, program.refresh_token):
        assert secret not in said
