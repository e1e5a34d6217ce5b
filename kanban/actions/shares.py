"""Share links: secret addresses under which anybody may read a board."""

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from kanban.actions import values
from kanban.actions.audit import note
from kanban.models import Actor, Board, ShareLink, Workspace, limits
from kanban.policies import allow
from kanban.queries.site import site
from kanban.support.clock import now
from kanban.support.db import db, transaction
from kanban.support.errors import Forbidden
from kanban.support.tokens import digest, new_secret

# How long a link can be made to last; None is until somebody ends it.
DAYS = (1, 7, 30, 90, 365, None)
_HINT = 4


def share_board(actor: Actor, board: Board, *, days: int | None = None) -> tuple[ShareLink, str]:
    """Make a link to a board for readers; returns it with its secret, which nothing gives back later."""
    values.one_of(days, DAYS, "days")
    secret = new_secret()
    with transaction() as session:
        session.refresh(board, with_for_update=True)
        allow(actor, "share_board", board)
        # Whoever asks for a second factor in this moment ends all links: this one is among them, or is not made.
        if session.get_one(Workspace, board.workspace_id, with_for_update=True, populate_existing=True).requires_factor:
            raise Forbidden(_("This workspace asks for a second factor, and readers by a link have none."))
        if not site().public_links:
            raise Forbidden(
                _("This site shows no boards to people without an account: its admin has turned links off.")
            )
        _room_for_one_more(board)
        link = ShareLink(
            board_id=board.id,
            secret_hash=digest(secret),
            hint=secret[-_HINT:],
            created_by_id=actor.id,
            expires_at=now() + timedelta(days=days) if days is not None else None,
        )
        session.add(link)
        session.flush()
        until = link.expires_at.isoformat() if link.expires_at is not None else None
        note(actor, "share.created", board, link=link.id, hint=link.hint, until=until)
    return link, secret


def revoke_share(actor: Actor, link: ShareLink) -> None:
    """End a link at once; one that has ended stays so."""
    with transaction() as session:
        session.refresh(link)
        allow(actor, "unshare_board", link)
        if link.revoked_at is None:
            link.revoked_at = now()
            note(actor, "share.revoked", link.board, link=link.id, hint=link.hint)


def end_links(to: Board | Workspace | None = None) -> None:
    """End all links to a board that is put away, to the boards of a workspace, or all there are; within a transaction.

    For good: whoever brings the board back does not thereby let the public in again.
    """
    ended = sa.update(ShareLink).where(ShareLink.revoked_at.is_(None)).values(revoked_at=now())
    if isinstance(to, Workspace):
        ended = ended.where(ShareLink.board_id.in_(sa.select(Board.id).where(Board.workspace_id == to.id)))
    elif to is not None:
        ended = ended.where(ShareLink.board_id == to.id)
    db.session.execute(ended.execution_options(synchronize_session=False))


def _room_for_one_more(board: Board) -> None:
    good = sa.select(sa.func.count()).where(
        ShareLink.board_id == board.id,
        ShareLink.revoked_at.is_(None),
        sa.or_(ShareLink.expires_at.is_(None), ShareLink.expires_at > now()),
    )
    values.few_enough(
        (db.session.scalar(good) or 0) + 1,
        limits.SHARE_LINKS,
        _("This board has %(most)d links, which is the limit. End one first.", most=limits.SHARE_LINKS),
        "days",
    )
