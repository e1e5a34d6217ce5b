"""How mails go out: each once, again after a while where the server says so, and never where it says no."""

import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from kanban.actions.mails import write_mail
from kanban.effects.posting import MAX_TRIES, _take, post_due
from kanban.jobs.mails import post as post_all
from kanban.models import Actor, Mail
from kanban.support import mailer
from kanban.support.clock import now, travel
from kanban.support.db import db, transaction
from tests.mail.postbox import Letter, Postbox
from tests.servers import free_port

HOST = "kanban.example.org"
Post = Callable[[], list[Letter]]


@pytest.fixture
def mail(grace: Actor) -> Mail:
    """One that waits, with a secret in it."""
    return written(grace)


def written(grace: Actor) -> Mail:
    with transaction():
        return write_mail("reset", grace.user, address="192.0.2.1", url_path="/resets/secret-of-a-link")


def now_of(mail: Mail) -> Mail:
    db.session.rollback()
    db.session.refresh(mail)
    return mail


def test_what_was_sent_is_sent_once_and_its_secret_forgotten(mail: Mail, post: Post) -> None:
    (letter,) = post()
    assert "secret-of-a-link" in letter.text
    now_of(mail)
    assert (mail.sent_at is not None, mail.due_at, mail.context, mail.error) == (True, None, {}, None)
    assert post() == []
    with travel(timedelta(days=30)):
        assert post() == []


def test_a_server_that_says_later_is_asked_again_later_and_later(mail: Mail, box: Postbox, post: Post) -> None:
    box.answers = ["451 Try again"] * 3
    pauses, passed = [], timedelta()
    while not box.letters:
        with travel(passed):
            post()
            if box.letters:
                break
            assert "451" in (now_of(mail).error or "")
            assert mail.due_at is not None
            pauses.append(round((mail.due_at - now()).total_seconds() / 60))
            with travel(timedelta(minutes=pauses[-1]) - timedelta(seconds=5)):
                assert post() == [], "Not before its time."
        passed += timedelta(minutes=pauses[-1], seconds=1)
    assert pauses == [1, 2, 4]
    assert now_of(mail).sent_at is not None
    assert mail.tries == 4


def test_pauses_stay_within_hours_and_the_tries_last_for_more_than_a_day(mail: Mail, box: Postbox, post: Post) -> None:
    box.answers = ["451 Try again"] * 100
    passed = timedelta()
    while now_of(mail).due_at is not None:
        with travel(passed):
            post()
            if now_of(mail).due_at is not None:
                pause = mail.due_at - now() + timedelta(seconds=1)
                assert pause < timedelta(hours=4, minutes=1)
                passed += pause
    assert mail.tries == MAX_TRIES
    assert passed > timedelta(days=1)
    assert (mail.sent_at, mail.context) == (None, {}), "Given up, and its secret with it."


@pytest.mark.parametrize("part", ["answers", "to_recipients"])
def test_a_server_that_says_no_is_not_asked_again(mail: Mail, box: Postbox, post: Post, part: str) -> None:
    setattr(box, part, ["550 No such person here"])
    assert post() == []
    now_of(mail)
    assert (mail.due_at, mail.sent_at, mail.context) == (None, None, {})
    assert "550" in (mail.error or "")
    with travel(timedelta(days=1)):
        assert post() == []


def test_one_that_says_later_to_an_address_is_asked_again(mail: Mail, box: Postbox, post: Post) -> None:
    box.to_recipients = ["450 Greylisted"]
    assert post() == []
    assert now_of(mail).due_at is not None
    with travel(timedelta(minutes=2)):
        assert len(post()) == 1


def test_a_bad_address_holds_nobody_up(grace: Actor, mail: Mail, box: Postbox, post: Post) -> None:
    box.to_recipients = ["550 No such person here"]
    written(grace)
    assert len(post()) == 1


def test_one_that_cannot_be_drawn_holds_nobody_up(grace: Actor, box: Postbox, post: Post) -> None:
    with transaction():
        broken = write_mail("no_such_template", grace.user)
    written(grace)
    assert len(post()) == 1
    assert now_of(broken).error == "TemplateNotFound"
    assert broken.due_at is not None


def test_while_the_server_is_away_nothing_is_lost(no_server: None, mail: Mail, send_by: Callable[..., None]) -> None:
    assert post_due(HOST) == 1
    now_of(mail)
    assert "Error" in (mail.error or "")
    assert mail.due_at is not None
    assert mail.context["url_path"] == "/resets/secret-of-a-link"


def test_a_server_that_hangs_up_after_it_took_a_mail_has_it(mail: Mail, box: Postbox, post: Post) -> None:
    box.hangs_up = True
    assert len(post()) == 1
    assert now_of(mail).sent_at is not None


def test_a_wrong_password_of_the_site_may_be_mended(
    mail: Mail, box: Postbox, send_by: Callable[..., None], app: Flask
) -> None:
    send_by(app.config["MAIL_PORT"], MAIL_USERNAME="kanban", MAIL_PASSWORD="wrong")
    assert post_due(HOST) == 1
    assert now_of(mail).due_at is not None
    assert mail.context


def test_a_server_without_tls_gets_nothing_where_tls_is_asked_for(
    mail: Mail, box: Postbox, send_by: Callable[..., None], app: Flask
) -> None:
    """ASVS 12.3: never down to plain text."""
    send_by(app.config["MAIL_PORT"], MAIL_USE_TLS=True)
    post_due(HOST)
    assert box.letters == []
    assert now_of(mail).due_at is not None


def test_two_workers_never_send_the_same(app: Flask, grace: Actor, box: Postbox) -> None:
    for _number in range(30):
        written(grace)
    together = threading.Barrier(4)

    def work(_number: int) -> int:
        with app.app_context():
            together.wait()
            return sum(iter(lambda: post_due(HOST, batch=4), 0))

    with ThreadPoolExecutor(4) as workers:
        sent = list(workers.map(work, range(4)))
    assert sum(sent) == 30
    ids = [letter.message["Message-ID"] for letter in box.letters]
    assert len(ids) == len(set(ids)) == 30


def test_what_a_dead_worker_had_taken_is_sent_by_another(mail: Mail, post: Post) -> None:
    assert [taken.id for taken in _take(5)] == [mail.id]
    assert post() == [], "It may still be at it."
    with travel(timedelta(minutes=6)):
        assert len(post()) == 1


def test_the_job_sends_all_that_waits(app: Flask, grace: Actor, box: Postbox) -> None:
    for _number in range(45):
        written(grace)
    post_all()
    assert len(box.letters) == 45


def test_a_mail_of_a_transaction_that_fails_is_never_sent(grace: Actor, post: Post) -> None:
    def fail() -> None:
        with transaction():
            write_mail("reset", grace.user, url_path="/resets/x")
            db.session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert db.session.scalar(sa.select(Mail.id)) is None
    assert post() == []


def test_without_a_server_mails_wait(mail: Mail, app: Flask) -> None:
    assert app.config["MAIL_SERVER"] == ""
    assert post_due(HOST) == 0
    assert now_of(mail).tries == 0
    assert mail.context


def test_a_silent_server_holds_nobody_for_ever(
    mail: Mail, send_by: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailer, "_PATIENCE", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", free_port()))
        silent.listen()
        send_by(silent.getsockname()[1])
        post_due(HOST)
    assert "timed out" in str(now_of(mail).error).lower()
    assert mail.due_at is not None
