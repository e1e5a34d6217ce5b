"""What comes over as it is."""

from collections.abc import Iterator
from typing import Any

from kanban.transfer.trello.notices.lines import Line, in_words, ngettext


def coming(n: dict[str, Any]) -> Iterator[Line]:
    if count := n["lists_open"]:
        yield Line(ngettext("%(count)s list", "%(count)s lists", count))
    if count := n["lists_archived"]:
        yield Line(ngettext("%(count)s archived list", "%(count)s archived lists", count))
    if count := n["cards_open"]:
        yield Line(ngettext("%(count)s card", "%(count)s cards", count))
    if count := n["cards_archived"]:
        yield Line(ngettext("%(count)s archived card", "%(count)s archived cards", count))
    if count := n["cards_open_in_archived_lists"]:
        yield Line(
            ngettext(
                "%(count)s card in an archived list: it comes back with its list",
                "%(count)s cards in archived lists: they come back with their lists",
                count,
            )
        )
    if count := n["cards_with_description"]:
        yield Line(ngettext("%(count)s description", "%(count)s descriptions", count))
    if count := n["cards_with_due"]:
        yield Line(ngettext("%(count)s due date", "%(count)s due dates", count))
    if count := n["cards_with_start"]:
        yield Line(ngettext("%(count)s start date", "%(count)s start dates", count))
    if count := n["cards_due_complete"]:
        yield Line(ngettext("%(count)s card marked as done", "%(count)s cards marked as done", count))
    if count := n["labels"]:
        used = ngettext("used %(count)s time", "used %(count)s times", n["label_assignments"])
        yield Line(ngettext("%(count)s label, %(used)s", "%(count)s labels, %(used)s", count, used=used))
    if count := n["checklists"]:
        items = ngettext("%(count)s item", "%(count)s items", n["checklist_items"])
        yield Line(
            ngettext(
                "%(count)s checklist with %(items)s, %(done)s done",
                "%(count)s checklists with %(items)s, %(done)s done",
                count,
                items=items,
                done=in_words(n["checklist_items_done"]),
            )
        )
    if count := n["comments"]:
        yield Line(
            ngettext(
                "%(count)s comment, with its author and date", "%(count)s comments, with their authors and dates", count
            )
        )
    if count := n["attachments"]:
        yield Line(ngettext("%(count)s attachment, as a link", "%(count)s attachments, as links", count))
    if count := n["members"] + n["members_only_referenced"]:
        yield Line(ngettext("%(count)s person", "%(count)s people", count))
    if count := n["card_member_assignments"]:
        yield Line(ngettext("%(count)s assignment to a card", "%(count)s assignments to cards", count))
