"""What a second import has changed on the board that was there."""

from collections.abc import Iterator
from typing import Any

from kanban.transfer.trello.notices.lines import Line, ngettext


def updated(told: dict[str, Any]) -> Iterator[Line]:
    if count := told.get("list"):
        yield Line(ngettext("%(count)s new list", "%(count)s new lists", count))
    if count := told.get("card"):
        yield Line(ngettext("%(count)s new card", "%(count)s new cards", count))
    if count := told.get("comment"):
        yield Line(ngettext("%(count)s new comment", "%(count)s new comments", count))
    others = ("label", "card_label", "assignment", "checklist", "item", "attachment")
    if count := sum(told.get(kind, 0) for kind in others):
        yield Line(
            ngettext(
                "%(count)s new label, person, checklist item or attachment",
                "%(count)s new labels, people, checklist items or attachments",
                count,
            )
        )
    if count := told.get("changed"):
        yield Line(ngettext("%(count)s thing changed as in Trello", "%(count)s things changed as in Trello", count))
    if count := told.get("moved"):
        yield Line(ngettext("%(count)s card moved as in Trello", "%(count)s cards moved as in Trello", count))
    if count := told.get("kept"):
        yield Line(
            ngettext(
                "%(count)s thing differs in Trello and stays as you have it here",
                "%(count)s things differ in Trello and stay as you have them here",
                count,
            ),
            list(told.get("kept_names", ())),
        )
