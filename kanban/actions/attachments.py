"""What hangs on a card: for now, links."""

from urllib.parse import urlsplit

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.actions import values
from kanban.actions.repeats import earlier_event
from kanban.actions.states import still_there
from kanban.eventlog import recording
from kanban.models import Actor, Attachment, Card, Event, limits
from kanban.policies import allow
from kanban.support.clock import now
from kanban.support.db import db
from kanban.support.errors import Conflict


def attach_link(actor: Actor, card: Card, url: str, *, title: str = "", once: str | None = None) -> Event:
    """Hang a web address on a card; without a title it shows its host and path."""
    url = values.link(url)
    with recording(actor, "attachment.created", lock=[card.board], fresh=[card]) as event:
        allow(actor, "edit", card)
        if earlier := earlier_event(actor, once):
            return earlier
        still_there(card)
        count = db.session.scalar(
            sa.select(sa.func.count())
            .select_from(Attachment)
            .where(Attachment.card_id == card.id, Attachment.deleted_at.is_(None))
        )
        values.few_enough(
            (count or 0) + 1,
            limits.ATTACHMENTS,
            _("A card holds at most %(most)d attachments.", most=limits.ATTACHMENTS),
            "url",
        )
        attachment = Attachment(
            board_id=card.board_id,
            board=card.board,
            card_id=card.id,
            card=card,
            url=url,
            title=values.optional_line(title, limits.TITLE, "title") or _name_of(url),
            added_by_id=actor.id,
        )
        db.session.add(attachment)
        event.subject = attachment
        event.once = once
        event.detail = {"name": attachment.title, "card": card.title}
    return event


def edit_attachment(actor: Actor, attachment: Attachment, *, title: str) -> Event:
    """Give an attachment another title."""
    with recording(actor, "attachment.edited", attachment, lock=[attachment.board]) as event:
        allow(actor, "edit", attachment)
        still_there(attachment.card)
        if attachment.deleted_at is not None:
            raise Conflict(_("This attachment has been deleted in the meantime."), field="title")
        attachment.title = values.line(title, limits.TITLE, "title")
        event.detail = {"name": attachment.title, "card": attachment.card.title}
    return event


def delete_attachment(actor: Actor, attachment: Attachment) -> Event:
    """Take an attachment off its card."""
    with recording(actor, "attachment.deleted", attachment, lock=[attachment.board]) as event:
        allow(actor, "edit", attachment)
        if attachment.deleted_at is None:
            attachment.deleted_at, attachment.deleted_by_id = now(), actor.id
        event.detail = {"name": attachment.title, "card": attachment.card.title}
    return event


def _name_of(url: str) -> str:
    parts = urlsplit(url)
    name = (parts.hostname or "") + parts.path.rstrip("/")
    return name[: limits.TITLE] or url[: limits.TITLE]
