"""Inviting people, and what they are invited to: /invitations."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kanban.actions.invitations import find_invitation, invite, renew_invitation, revoke_invitation
from kanban.models import Board, Invitation, Workspace
from kanban.models.boards import BOARD_ROLES
from kanban.policies import allow, role_in
from kanban.queries.members import roles_to_give
from kanban.queries.site import site
from kanban.support.db import db
from kanban.support.errors import Invalid
from kanban.support.limits import limiter, person
from kanban.web.answering import private
from kanban.web.errors import form_at
from kanban.web.finding import find, not_found
from kanban.web.forms import Form, Number, Text, read
from kanban.web.guards import current_person, signed_in

bp = Blueprint("invitations", __name__)
# Somebody who invites a team must not be stopped; somebody who writes to strangers must.
_OFTEN = "60 per minute; 600 per day"


class NewInvitation(Form):
    """A role, and an address, or how many may come by the link."""

    role = Text()
    way = Text()
    email = Text()
    uses = Number()


@bp.get("/workspaces/<int:workspace_id>/invitations/new")
@bp.get("/boards/<int:board_id>/invitations/new")
@signed_in
def new(workspace_id: int = 0, board_id: int = 0) -> Any:
    return render_template("invitations/new.html", **_about(_place(workspace_id, board_id)))


@bp.post("/workspaces/<int:workspace_id>/invitations")
@bp.post("/boards/<int:board_id>/invitations")
@form_at("invitations.new")
@signed_in
@limiter.limit(_OFTEN, key_func=person)
def create(workspace_id: int = 0, board_id: int = 0) -> Any:
    """Invite by mail, or make a link, which this answer alone shows."""
    form = read(NewInvitation)
    place = _place(workspace_id, board_id)
    if form.way.data == "link":
        if form.uses.data is None:
            raise Invalid(_("Say how many people may use the link."), field="uses")
        invitation, secret = invite(g.actor, place, form.role.data or "", uses=form.uses.data)
        address = url_for("invitations.edit", secret=secret, _external=True)
        made = render_template("invitations/made.html", invitation=invitation, address=address, **_about(place))
        # The secret of the link stands in it: not even the back button shows it again.
        return Response(made, mimetype="text/html", headers={"Cache-Control": "no-store"})
    invitation, _secret = invite(g.actor, place, form.role.data or "", email=form.email.data or "")
    flash(_("Invited %(email)s", email=invitation.email))
    return redirect(_people_of(place), code=303)


@bp.get("/invitations/<secret>")
def edit(secret: str) -> Any:
    """Who invites where and as what: to be accepted here, or after making an account, or after signing in."""
    invitation = find_invitation(secret)
    person = current_person()
    return private(
        Response(  # type: ignore[arg-type]
            render_template(
                "invitations/edit.html",
                invitation=invitation,
                secret=secret,
                takes_new=site().registration != "closed",
                is_for_other=person is not None and invitation.email not in {None, person.email},
            ),
            mimetype="text/html",
        )
    )


@bp.patch("/invitations/<int:invitation_id>")
@signed_in
@limiter.limit(_OFTEN, key_func=person)
def update(invitation_id: int) -> Response:
    """Send it once more."""
    invitation = _invitation(invitation_id)
    renew_invitation(g.actor, invitation)
    flash(_("Sent to %(email)s once more", email=invitation.email))
    return redirect(_people_of(invitation.board or invitation.workspace), code=303)


@bp.delete("/invitations/<int:invitation_id>")
@signed_in
def destroy(invitation_id: int) -> Response:
    invitation = _invitation(invitation_id)
    revoke_invitation(g.actor, invitation)
    flash(_("The invitation is withdrawn"))
    return redirect(_people_of(invitation.board or invitation.workspace), code=303)


def _place(workspace_id: int, board_id: int) -> Workspace | Board:
    """Where to invite to, if the actor may."""
    place: Workspace | Board = find(Board, board_id) if board_id else find(Workspace, workspace_id)
    allow(g.actor, "add_member" if isinstance(place, Board) else "add_workspace_member", place)
    return place


def _invitation(invitation_id: int) -> Invitation:
    """An invitation to a place that the actor sees."""
    found = db.session.get(Invitation, invitation_id)
    if found is None:
        not_found()
    if found.board_id is not None:
        find(Board, found.board_id)
    else:
        find(Workspace, found.workspace_id)
    return found


def _about(place: Workspace | Board) -> dict[str, Any]:
    if isinstance(place, Board):
        return {"board": place, "workspace": place.workspace, "roles": BOARD_ROLES, "kind": "board"}
    return {
        "board": None,
        "workspace": place,
        "roles": roles_to_give(role_in(g.actor, place)),
        "kind": "workspace",
    }


def _people_of(place: Workspace | Board) -> str:
    if isinstance(place, Board):
        return url_for("board_members.index", board_id=place.id)
    return url_for("members.index", workspace_id=place.id)
