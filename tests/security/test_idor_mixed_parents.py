"""A parent of one board with a child of another, by somebody who works on both: neither is touched.

CVE-2026-33678 and CVE-2026-33313 (a child looked up by its own id alone), PurgeBleed and PassBleed
GHSA-6p5m-f9p2-wqm5 (the parent in the address is checked, the child is not).
"""

from collections.abc import Callable

from tests.security.matrix import WORKS, Row
from tests.security.scene import Scene, everything
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


def test_a_child_of_another_parent_is_refused(scene: Scene, people: Callable[[str], Browser]) -> None:
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
