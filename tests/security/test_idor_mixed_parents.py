"""A parent of one board with a child of another, by somebody who works on both: neither is touched.

CVE-2026-33678 and CVE-2026-33313 (a child looked up by its own id alone), PurgeBleed and PassBleed
GHSA-6p5m-f9p2-wqm5 (the parent in the address is checked, the child is not).
"""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from kanban.models import BoardMember, WorkspaceMember
from kanban.support.db import db
from tests.security.matrix import RULES, WORKS, Row
from tests.security.scene import Scene, Things, everything
from tests.web.conftest import Browser

MIXED = (
    Row("PUT", "/cards/{card}/labels/{other_label}", WORKS),
    Row("DELETE", "/cards/{card}/labels/{other_label}", WORKS),
    Row("PUT", "/cards/{card}/labels", WORKS, {"label_ids": "{other_label}"}),
    Row("POST", "/boards/{board}/lists", WORKS, {"names": "A", "before_id": "{other_list}"}),
    Row("PUT", "/lists/{list}/position", WORKS, {"before_id": "{other_list}"}),
    Row("PUT", "/lists/{list}/position", WORKS, {"before_id": "{gone_list}", "after_id": "{gone_list}"}),
    Row("POST", "/lists/{list}/cards", WORKS, {"titles": "A", "before_id": "{other_card}"}),
    Row("PUT", "/cards/{card}/position", WORKS, {"list_id": "{list}", "before_id": "{other_card}"}),
    Row("PUT", "/cards/{card}/position", WORKS, {"list_id": "{second_list}", "before_id": "{second_card}"}),
    Row("POST", "/cards/{card}/copies", WORKS, {"list_id": "{list}", "before_id": "{other_card}"}),
    Row("PUT", "/checklists/{checklist}/position", WORKS, {"before_id": "{other_checklist}"}),
    Row("PUT", "/items/{item}/position", WORKS, {"checklist_id": "{other_checklist}"}),
    Row("PUT", "/items/{item}/position", WORKS, {"before_id": "{other_item}"}),
    Row("PUT", "/items/{item}/position", WORKS, {"checklist_id": "{other_checklist}", "before_id": "{other_item}"}),
)


def test_v8_2_2_a_child_of_another_parent_is_refused(scene: Scene, people: Callable[[str], Browser]) -> None:
    before = everything()
    for row in MIXED:
        path, fields = row.filled(scene.hers)
        for headers in ({}, {"HX-Request": "true"}):
            answer = people("grace").client.open(path, method=row.method, data=fields, headers=headers)
            assert answer.status_code in {404, 409}, str(row)
        assert everything() == before, str(row)


def test_a_place_behind_something_of_another_board_leaves_that_board_alone(
    scene: Scene, people: Callable[[str], Browser]
) -> None:
    """Nothing follows it there, so it means the end of where the thing is."""
    hers, before = scene.hers, everything()
    grace = people("grace")
    for path, fields in (
        (f"/cards/{hers['card']}/position", {"list_id": hers["list"], "after_id": hers["other_card"]}),
        (f"/lists/{hers['list']}/position", {"after_id": hers["other_list"]}),
        (f"/items/{hers['item']}/position", {"after_id": hers["other_item"]}),
        (f"/checklists/{hers['checklist']}/position", {"after_id": hers["other_checklist"]}),
    ):
        assert grace.plain("PUT", path, **fields).status_code in {303, 409}, path
    after = everything()
    for table in ("cards", "lists", "items", "checklists"):
        changed = set(after[table]) - set(before[table])
        assert not any(row.startswith(f"({hers[f'other_{table[:-1]}']},") for row in changed), table


def test_a_page_shows_nothing_of_the_other_parent(scene: Scene, people: Callable[[str], Browser]) -> None:
    for path in (
        "/boards/{board}/events?card={other_card}",
        "/lists/{list}?after={other_card}",
        "/boards/{board}/archive?before={other_card}",
        "/items/{item}/position?checklist={other_checklist}",
        "/boards/{other_board}/events?card={card}",
    ):
        answer = people("grace").get(path.format(**scene.hers))
        assert answer.status_code in {200, 404}, path
        shown = answer.text.partition("<main")[2]
        assert "added “Elsewhere”" not in shown, path
        assert "renamed “The card”" not in shown, path


def test_somebody_who_is_not_on_the_board_is_not_put_on_its_card(
    scene: Scene, people: Callable[[str], Browser]
) -> None:
    before = everything()
    grace, card, outsider = people("grace"), scene.hers["card"], scene.own["me"]
    assert grace.plain("PUT", f"/cards/{card}/assignees/{outsider}").status_code == 404
    assert grace.plain("PUT", f"/cards/{card}/assignees", user_ids=outsider).status_code == 404
    assert everything() == before


# A child of Eve's workspace or board under Ada's, and the other way round.
ACROSS = (
    Row("PATCH", "/workspaces/{workspace}/members/{them}", RULES, {"role": "guest"}),
    Row("DELETE", "/workspaces/{workspace}/members/{them}", RULES),
    Row("PUT", "/groups/{group}/members", RULES, {"user_ids": "{them}"}),
    Row("POST", "/boards/{board}/members", RULES, {"user_id": "{them}", "role": "member"}),
    Row("PATCH", "/boards/{board}/members/{them}", RULES, {"role": "observer"}),
    Row("DELETE", "/boards/{board}/members/{them}", RULES),
    Row("POST", "/boards/{board}/groups", RULES, {"group_id": "{their_group}", "role": "member"}),
    Row("PATCH", "/boards/{board}/groups/{their_board_group}", RULES, {"role": "admin"}),
    Row("DELETE", "/boards/{board}/groups/{their_board_group}", RULES),
    Row("GET", "/boards/{board}/access/{them}", RULES),
    Row("GET", "/boards/{board}/views/{them}", RULES),
    Row("GET", "/shared/{share_secret}/cards/{their_card}", RULES),
    Row("GET", "/shared/{share_secret}/lists/{their_list}", RULES),
    Row("GET", "/shared/{share_secret}/cards/{other_card}", RULES),
    Row("GET", "/shared/{share_secret}/lists/{other_list}", RULES),
)


@pytest.mark.parametrize("by_script", [False, True])
def test_v8_4_1_what_belongs_to_another_workspace_is_not_reached_through_this_one(
    scene: Scene, people: Callable[[str], Browser], by_script: bool
) -> None:
    """By somebody who rules both: each child is theirs to change, and not under that parent."""
    her = people("ada")
    _rule_both(scene)
    before = everything()
    for things in (_across(scene.hers, scene.own), _across(scene.own, scene.hers)):
        for row in ACROSS:
            path, fields = row.filled(things)
            headers = {"HX-Request": "true"} if by_script else {}
            answer = her.client.open(path, method=row.method, data=fields, headers=headers)
            assert answer.status_code == 404, f"{row}: {answer.status_code}"
            assert everything() == before, str(row)


def _rule_both(scene: Scene) -> None:
    """Ada, besides her own, the workspace and the board of Eve."""
    ada, own = scene.hers["me"], scene.own
    with db.engine.begin() as connection:
        member = {"workspace_id": own["workspace"], "user_id": ada, "role": "admin"}
        connection.execute(sa.insert(WorkspaceMember.__table__).values(**member))
        on_board = {"board_id": own["board"], "user_id": ada, "role": "admin"}
        connection.execute(sa.insert(BoardMember.__table__).values(**on_board))
    db.session.rollback()


def _across(here: Things, there: Things) -> Things:
    """The things of one workspace, and as `their_` those of the other; `them` is somebody of the other alone."""
    return {**here, "them": there["grace"], **{f"their_{name}": id_ for name, id_ in there.items()}}
