"""Talk on a card."""

from flask_babel import lazy_gettext as _

from kanban.actions import values
from kanban.actions.cards import moved_on
from kanban.actions.repeats import earlier_event
from kanban.actions.states import still_there
from kanban.eventlog import recording
from kanban.models import Actor, Card, Comment, Event
from kanban.policies import allow
from kanban.support.clock import now
from kanban.support.db import db
from kanban.support.errors import Conflict
from kanban.support.text import one_line


def create_comment(actor: Actor, card: Card, body: str, *, once: str | None = None) -> Event:
    """Say something on a card, in Markdown."""
    body = values.markdown(body, "body", required=True)
    with recording(actor, "comment.created", lock=[card.board], fresh=[card]) as event:
        allow(actor, "comment", card)
        if earlier := earlier_event(actor, once):
            return earlier
        still_there(card)
        comment = Comment(
            board_id=card.board_id,
            board=card.board,
            card_id=card.id,
            card=card,
            author_id=actor.id,
            author=actor.user,
            body=body,
            created_at=now(),
        )
        db.session.add(comment)
        event.subject = comment
        event.once = once
        event.detail = {"name": _beginning(body), "card": card.title}
    return event


def edit_comment(actor: Actor, comment: Comment, body: str, *, base: str | None = None) -> Event:
    """Change what one has said; `base` as in describe_card. Raises TextMovedOn."""
    with recording(actor, "comment.edited", comment, lock=[comment.board]) as event:
        allow(actor, "edit_comment", comment)
        _still_there(comment)
        text = values.markdown(body, "body", required=True)
        moved_on(actor, comment, "body", text, base)
        if text != comment.body:
            comment.body, comment.edited_at = text, now()
        event.detail = {"name": _beginning(text), "card": comment.card.title}
    return event


def delete_comment(actor: Actor, comment: Comment) -> Event:
    """Take a comment away: one's own, or as an admin of the board anyone's."""
    with recording(actor, "comment.deleted", comment, lock=[comment.board]) as event:
        allow(actor, "delete_comment", comment)
        if comment.deleted_at is None:
            comment.deleted_at, comment.deleted_by_id = now(), actor.id
        event.detail = {"name": _beginning(comment.body), "card": comment.card.title}
    return event


def _still_there(comment: Comment) -> None:
    still_there(comment.card)
    if comment.deleted_at is not None:
        raise Conflict(_("This comment has been deleted in the meantime."), field="body")


def _beginning(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= 80 else line[:79] + "…"
