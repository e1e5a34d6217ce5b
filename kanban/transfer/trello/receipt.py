"""What the receipt of an export says: its counts, and what becomes of what we have no place for."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from kanban.models import limits
from kanban.queries.tally import COUNTED, Order, stamp
from kanban.transfer.trello import dates, mapping
from kanban.transfer.trello.export import Export
from kanban.transfer.trello.rows import Attachment, Card, Item
from kanban.transfer.trello.values import is_blank

# The board's history is cut off here: at most so many actions are in an export.
HISTORY_END = 1_000
# How many things of a kind the receipt names one by one.
_NAMED = 50


def count(export: Export, *, now: datetime, tick: Callable[[int], None] = lambda cards: None) -> dict[str, Any]:
    """The receipt: `counts` as people compare them, `notes` for the sentences, `people` to be matched.

    `source_id` tells the board again when the same one comes a second time.
    """
    tally = _Tally(export, now, tick)
    tally.walk()
    return {
        "source_id": export.board.id[:64],
        "parts": export.seen["parts"],
        "counts": tally.counts(),
        "notes": tally.notes(),
        "people": tally.people(),
    }


class _Tally:
    def __init__(self, export: Export, now: datetime, tick: Callable[[int], None]) -> None:
        self.export = export
        self.now = now
        self.tick = tick
        self.order = Order()
        self.n: Counter[str] = Counter()
        self.note: Counter[str] = Counter()
        self.silent_cards: list[dict[str, Any]] = []
        self.per_field: Counter[str] = Counter()
        self.named: set[str] = set()
        self.first: datetime | None = None
        self.last: datetime | None = None

    def walk(self) -> None:
        """Count everything once, in the order of the board."""
        for row in self.export.lists():
            self.n["lists_archived" if row.is_closed else "lists_open"] += 1
            self.note["long_list_names"] += len(row.name) > limits.NAME
            if not row.is_closed:
                self.order.add_list(row.name)
            for card in self.export.cards(row.id):
                self.count_card(card)
                if not card.is_closed:
                    if row.is_closed:
                        self.n["cards_open_in_archived_lists"] += 1
                    else:
                        self.order.add_card(card.name)
        for card in self.export.cards_without_list():
            self.n["cards_without_list"] += 1
            self.count_card(card)
        self.count_loose_ends()

    def count_card(self, card: Card) -> None:
        export, n, note = self.export, self.n, self.note
        n["cards_archived" if card.is_closed else "cards_open"] += 1
        n["cards_with_due"] += card.due is not None
        n["cards_due_complete"] += card.is_done
        n["cards_with_start"] += card.start is not None
        n["cards_with_description"] += bool(card.description.strip())
        n["cards_with_cover"] += bool(card.cover_color or card.cover_attachment_id or card.cover_is_picture)
        n["cards_template"] += card.is_template
        n["card_votes"] += card.votes
        n["card_member_assignments"] += len(card.member_ids)
        n["stickers"] += card.stickers
        labels = export.label_ids(card)
        n["label_assignments"] += len(labels)
        n["plugin_data"] += card.plugin_data
        note["untitled"] += is_blank(card.name)
        note["long_titles"] += len(card.name) > limits.TITLE
        note["long_texts"] += len(card.description) > limits.MARKDOWN
        note["unknown_labels"] += sum(id not in export.labels for id in card.label_ids)
        note["picture_covers"] += not card.cover_color and bool(card.cover_attachment_id or card.cover_is_picture)
        note["reminders"] += card.reminder is not None and card.reminder >= 0
        note["special_cards"] += card.role is not None
        note["mirrors"] += card.is_mirror
        note["places"] += bool(card.place)
        self.named.update(card.member_ids)
        for attachment in export.attachments(card):
            self.count_attachment(attachment)
        n["attachments_promised_by_badges"] += card.promised_attachments
        self.count_checklists(card)
        self.count_comments(card)
        self.count_values(card)
        birth = export.birth(card)
        born = dates.created_at(card.id, birth.at if birth else None, card.active_at, now=self.now)
        self.first = min(self.first or born, born)
        self.last = max(self.last or born, born)
        self.tick(1)

    def count_attachment(self, attachment: Attachment) -> None:
        self.n["attachments"] += 1
        self.n["attachments_uploads" if attachment.is_upload else "attachments_links"] += 1
        self.note["unsafe_links"] += mapping.safe_url(attachment.url) is None

    def count_checklists(self, card: Card) -> None:
        self.n["checklist_ids_named_but_absent"] += sum(not self.export.has_checklist(id) for id in card.checklist_ids)
        for checklist in self.export.checklists(card):
            self.n["checklists"] += 1
            for item in self.export.items(checklist):
                self.count_item(item)

    def count_item(self, item: Item) -> None:
        self.n["checklist_items"] += 1
        self.n["checklist_items_done"] += item.is_done
        self.n["checklist_items_with_due"] += item.due is not None
        self.n["checklist_items_with_member"] += item.member_id is not None
        self.note["long_items"] += len(item.text) > limits.ITEM
        if item.member_id:
            self.named.add(item.member_id)

    def count_comments(self, card: Card) -> None:
        found = 0
        for comment in self.export.comments(card):
            found += 1
            self.note["long_texts"] += len(comment.text) > limits.MARKDOWN
            if comment.author_id:
                self.named.add(comment.author_id)
        lost = max(0, card.promised_comments - found)
        self.n["comments"] += found
        self.n["comments_promised_by_badges"] += card.promised_comments
        self.n["comments_lost_at_least"] += lost
        if lost and len(self.silent_cards) < _NAMED:
            self.silent_cards.append({"number": card.number, "name": card.name[:80], "lost": lost})

    def count_values(self, card: Card) -> None:
        for value in self.export.field_values(card):
            if not self.export.has_field(value.field_id):
                self.n["custom_field_values_orphan"] += 1
            elif value.is_empty:
                self.n["custom_field_values_empty"] += 1
            else:
                self.n["custom_field_values"] += 1
                self.per_field[value.field_id] += 1

    def count_loose_ends(self) -> None:
        export, n, note = self.export, self.n, self.note
        n["checklists_orphan"] = export.orphan_checklists()
        for comment in export.all_comments():
            if not comment.text.strip():
                n["comments_empty"] += 1
            elif not export.has_card(comment.card_id):
                n["comments_orphan_card"] += 1
        n["labels"] = len(export.labels)
        n["labels_only_on_cards_or_labelNames"] = len(export.labels) - len(export.labels_listed)
        n["members"] = sum(1 for _person in export.members())
        n["members_only_referenced"] = sum(not export.is_member(id) for id in self.named)
        n["custom_fields"] = sum(1 for _field in export.fields())
        n["plugin_data"] += export.seen["plugin data"]
        for label in export.labels.values():
            note["shaded_labels"] += mapping.is_shade(label.color)
            note["colourless_labels"] += label.color is None
            note["strange_labels"] += not mapping.is_known(label.color)
            note["long_labels"] += len(label.name) > limits.LABEL

    def counts(self) -> dict[str, Any]:
        export = self.export
        kinds = sorted(export.kinds.items(), key=lambda pair: (-pair[1], pair[0]))
        return {
            "board_name": export.board.name,
            "board_closed": export.board.is_closed,
            **{key: self.n[key] for key in COUNTED},
            "actions": export.seen["actions"],
            "actions_truncated": export.seen["actions"] == HISTORY_END,
            "action_kinds": dict(kinds),
            "plugin_data": self.n["plugin_data"],
            "duplicate_ids": export.duplicates(),
            "first_card_created": stamp(self.first),
            "last_card_created": stamp(self.last),
            "order_sha256": self.order.sha256,
        }

    def notes(self) -> dict[str, Any]:
        """What the sentences need beyond the counts; what does not occur is left out."""
        board = self.export.board
        found: dict[str, Any] = {key: int(number) for key, number in self.note.items() if number}
        found["without_id"] = self.export.seen["without id"]
        found["was_shared"] = board.permission if board.permission != "private" else ""
        found["is_template"] = board.is_template
        found["power_ups"] = board.power_ups
        found["plugin_data"] = self.export.seen["plugin data"]
        found["long_board_name"] = len(board.name) > limits.NAME
        found["silent_cards"] = self.silent_cards
        found["fields"] = [
            {"name": field.name[:80], "values": self.per_field[field.id]}
            for field in self.export.fields()
            if self.per_field[field.id]
        ][:_NAMED]
        return {key: value for key, value in found.items() if value}

    def people(self) -> list[dict[str, Any]]:
        """Whoever the board lists or the cards name: members first, each with what the file tells."""
        listed = list(self.export.members())
        others = [self.export.person(id) for id in sorted(self.named) if not self.export.is_member(id)]
        return [
            {
                "id": person.id,
                "name": person.name[: limits.NAME],
                "username": person.username[: limits.NAME],
                "role": mapping.ROLES.get(person.role or ""),
                "is_member": is_member,
            }
            for group, is_member in ((listed, True), (others, False))
            for person in group
        ]
