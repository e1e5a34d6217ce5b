"""Mails, as they are sent: a subject, a text, and the same in HTML."""

from datetime import datetime
from typing import Any, NamedTuple

from flask import current_app, render_template
from flask_babel import force_locale

from kanban.models import Mail
from kanban.render.dates import in_full


class Rendered(NamedTuple):
    """What a mail says."""

    subject: str
    text: str
    html: str


def render(mail: Mail) -> Rendered:
    """A mail in the language of the one it goes to.

    The first line of the text template is the subject.
    """
    words: dict[str, Any] = {
        **mail.context,
        "lang": mail.locale.replace("_", "-"),
        "base_url": current_app.config["BASE_URL"],
        "to": mail.to,
        "zone": mail.time_zone,
        "moment_words": lambda at, zone: f"{in_full(datetime.fromisoformat(at), zone)} ({zone})",
    }
    with force_locale(mail.locale):
        subject, _blank, text = render_template(f"mail/{mail.template}.txt", **words).lstrip().partition("\n")
        html = render_template(f"mail/{mail.template}.html", subject=subject, **words)
    return Rendered(" ".join(subject.split()), text.strip() + "\n", html)
