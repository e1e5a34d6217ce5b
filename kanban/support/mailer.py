"""Sending mail: Flask-Mail, with what a mail server's refusal means for the next try."""

import smtplib
import ssl
from contextlib import suppress
from email.utils import formataddr
from typing import Any

from flask import Flask, current_app
from flask_mail import Connection, Mail, Message

_PATIENCE = 20  # seconds that a mail server may take for one answer


class _Connection(Connection):
    """As the library's, but a silent server does not hold the worker for ever, and its certificate is checked."""

    def configure_host(self) -> smtplib.SMTP:
        set_up = self.mail
        port = set_up.port or 0
        if set_up.use_ssl:
            # Built here and not before: most processes send no mail.
            context = ssl.create_default_context()
            host: smtplib.SMTP = smtplib.SMTP_SSL(set_up.server, port, timeout=_PATIENCE, context=context)
        else:
            host = smtplib.SMTP(set_up.server, port, timeout=_PATIENCE)
            if set_up.use_tls:
                host.starttls(context=ssl.create_default_context())
        if set_up.username and set_up.password:
            host.login(set_up.username, set_up.password)
        return host

    def __exit__(self, *_failure: Any) -> None:
        # A mail that was taken stays taken if the server hangs up without a word: it must not be sent twice.
        with suppress(smtplib.SMTPException, OSError):
            super().__exit__(*_failure)


class _Mailer(Mail):
    """Flask-Mail, by connections of our own."""

    def connect(self) -> _Connection:
        return _Connection(current_app.extensions["mail"])


_mail = _Mailer()


class CannotSend(Exception):
    """A mail did not go out. `is_final` where the server will never take it, so that trying again is of no use."""

    def __init__(self, reason: str, *, is_final: bool) -> None:
        super().__init__(reason)
        self.is_final = is_final


def init_app(app: Flask) -> None:
    """Take the server from MAIL_*."""
    app.config.setdefault("MAIL_ASCII_ATTACHMENTS", False)
    _mail.init_app(app)


def is_set_up() -> bool:
    """Whether there is a server to send by."""
    return bool(current_app.config["MAIL_SERVER"])


def send(to: str, subject: str, text: str, html: str, *, message_id: str) -> None:
    """Send one mail. Raises CannotSend.

    `message_id` is the same at each try, so that a reader's program knows a second copy.
    """
    message = Message(
        # Flask-Mail refuses one with a line break; none of ours may come so far with one.
        subject=" ".join(subject.split()),
        recipients=[to],
        body=text,
        html=html,
        sender=_sender(),
        extra_headers={"Auto-Submitted": "auto-generated"},  # RFC 3834: no answer by a machine
    )
    message.msgId = message_id
    try:
        _mail.send(message)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _reason in error.recipients.values()]
        raise CannotSend(_brief(error), is_final=all(code >= 500 for code in codes)) from error
    except smtplib.SMTPResponseException as error:
        # A wrong password is the site's fault and may be mended; a refused mail is not.
        final = error.smtp_code >= 500 and not isinstance(error, smtplib.SMTPAuthenticationError)
        raise CannotSend(_brief(error), is_final=final) from error
    except (smtplib.SMTPException, OSError) as error:
        raise CannotSend(_brief(error), is_final=False) from error


def _sender() -> Any:
    return current_app.config["MAIL_DEFAULT_SENDER"] or formataddr(("Kanban", "kanban@localhost"))


def _brief(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
