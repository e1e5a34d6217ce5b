"""What a passkey is asked by whoever is signed in already: /account/challenge."""

from flask import Blueprint, g
from werkzeug.wrappers import Response

from kanban.actions.passkeys import CONFIRM, ask_new_passkey, ask_passkey
from kanban.support.limits import limiter, person
from kanban.web.errors import form_at
from kanban.web.forms import Form, Text, read
from kanban.web.guards import signed_in, without_factor
from kanban.web.passkey_answers import ask, party

bp = Blueprint("passkey_challenges", __name__)


class Wish(Form):
    """What the passkey is for: `add` makes a new one, else one of theirs is to prove who they are."""

    purpose = Text()


@bp.post("/account/challenge")
@limiter.limit("30 per minute", key_func=person)
@form_at("factors.index")
@signed_in
@without_factor
def create() -> Response:
    if read(Wish).purpose.data == "add":
        return ask(ask_new_passkey(g.actor, party()))
    return ask(ask_passkey(CONFIRM, party(), g.actor.user))
