"""Mails on their way, for admins of the site: /admin/mails."""

from flask import Blueprint, g, render_template
from jinja2 import TemplateError

from kanban.actions.audit import note
from kanban.models import Mail
from kanban.queries.mails import newest_mails
from kanban.render.mails import Rendered, render
from kanban.support import mailer
from kanban.support.db import db, transaction
from kanban.web.finding import not_found
from kanban.web.forms import asked
from kanban.web.guards import admin_only

bp = Blueprint("outbox", __name__)


@bp.get("/admin/mails")
@admin_only
def index() -> str:
    mails, has_more = newest_mails(asked("before"))
    return render_template("outbox/index.html", mails=mails, has_more=has_more, has_server=mailer.is_set_up())


@bp.get("/admin/mails/<int:mail_id>")
@admin_only
def show(mail_id: int) -> str:
    """One mail; what it says only while no server sends mails, and then the audit log tells who has read it.

    It may hold a link that opens somebody's account: where mails go out, nobody but its reader needs it.
    """
    mail = db.session.get(Mail, mail_id)
    if mail is None:
        not_found()
    said = _said(mail) if mail.due_at is not None and not mailer.is_set_up() else None
    return render_template("outbox/show.html", mail=mail, said=said, has_server=mailer.is_set_up())


def _said(mail: Mail) -> Rendered | None:
    try:
        said = render(mail)
    except TemplateError:
        # Written by another version.
        return None
    with transaction():
        note(g.actor, "mail.read", mail, to=mail.to, template=mail.template)
    return said
