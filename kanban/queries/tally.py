"""What a receipt counts, and how: the same for a file and for the board made of it."""

import hashlib
from datetime import datetime

# In the order in which receipts name them.
COUNTED = (
    "lists_open",
    "lists_archived",
    "cards_open",
    "cards_archived",
    "cards_open_in_archived_lists",
    "cards_without_list",
    "cards_with_due",
    "cards_due_complete",
    "cards_with_start",
    "cards_with_description",
    "cards_with_cover",
    "cards_template",
    "card_votes",
    "card_member_assignments",
    "stickers",
    "labels",
    "labels_only_on_cards_or_labelNames",
    "label_assignments",
    "checklists",
    "checklists_orphan",
    "checklist_ids_named_but_absent",
    "checklist_items",
    "checklist_items_done",
    "checklist_items_with_due",
    "checklist_items_with_member",
    "comments",
    "comments_orphan_card",
    "comments_empty",
    "comments_promised_by_badges",
    "comments_lost_at_least",
    "attachments",
    "attachments_uploads",
    "attachments_links",
    "attachments_promised_by_badges",
    "members",
    "members_only_referenced",
    "custom_fields",
    "custom_field_values",
    "custom_field_values_empty",
    "custom_field_values_orphan",
)


class Order:
    """A fingerprint of the open lists and the open cards in them, in order."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._separator = ""

    def add_list(self, name: str) -> None:
        self._add("L", name)

    def add_card(self, name: str) -> None:
        self._add("C", name)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def _add(self, letter: str, name: str) -> None:
        self._hash.update(f"{self._separator}{letter}\t{name}".encode())
        self._separator = "\n"


def stamp(moment: datetime | None) -> str | None:
    """A time as receipts write it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
