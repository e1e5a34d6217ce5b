"""Who is in a group: /groups/<id>/members."""

from flask import Blueprint, g, url_for
from werkzeug.wrappers import Response

from kanban.actions.groups import set_group_members
from kanban.models import Group
from kanban.policies import allow
from kanban.queries.members import people_of_workspace
from kanban.web.answering import answer
from kanban.web.errors import form_at
from kanban.web.finding import find, not_found
from kanban.web.forms import Form, Ids, read
from kanban.web.guards import signed_in

bp = Blueprint("group_members", __name__)


class Chosen(Form):
    """The people who are to be in a group."""

    user_ids = Ids()


@bp.put("/groups/<int:group_id>/members")
@form_at("groups.edit")
@signed_in
def update(group_id: int) -> Response:
    ids = set(read(Chosen).user_ids.data)
    group = find(Group, group_id)
    allow(g.actor, "edit_groups", group.workspace)
    people = [person for person in people_of_workspace(group.workspace) if person.id in ids]
    if len(people) != len(ids):
        not_found()
    return answer(set_group_members(g.actor, group, people), page=url_for("groups.edit", group_id=group_id), away=True)
