"""From rows of an export to rows of our tables: what is kept, shortened, translated and put aside."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from kanban.models import TINTS, limits
from kanban.transfer.trello import mapping
from kanban.transfer.trello.dates import created_at
from kanban.transfer.trello.export import Export
from kanban.transfer.trello.rows import Attachment, Card, Checklist, Comment, Item, Label, List, Value
from kanban.transfer.trello.values import is_blank, parsed

SOURCE = "trello"

Record = dict[str, Any]
People = Mapping[str, int]


def board_record(export: Export, *, importer_id: int, time_zone: str, now: datetime) -> Record:
    """The board's own row."""
    board = export.board
    name, extra = _shortened(_shown(board.name), limits.NAME, board.name)
    description = board.description
    if len(board.name.strip()) > limits.NAME:
        description = _under(_("Full name"), board.name, description)
    fields = [
        {
            "id": field.id,
            "name": field.name,
            "type": field.type,
            "on_front": field.is_on_front,
            "options": field.options,
        }
        for field in export.fields()
    ]
    extra |= _present(
        short_link=board.short_link,
        description=description[limits.MARKDOWN :],
        permission=board.permission,
        template=board.is_template,
        active_at=board.active_at,
        fields=fields,
    )
    return {
        "name": name,
        "description": description[: limits.MARKDOWN],
        "tint": mapping.tint(board.background, board.background_colors, TINTS),
        "visibility": "private",
        "time_zone": time_zone,
        "archived_at": (parsed(board.closed_at) or parsed(board.active_at) or now) if board.is_closed else None,
        "created_at": created_at(board.id, board.active_at, now=now),
        "created_by_id": importer_id,
        **_source(board.id, extra),
    }


def list_record(row: List, *, board_id: int, rank: str | None, now: datetime) -> Record:
    name, extra = _shortened(_shown(row.name), limits.NAME, row.name)
    extra |= _present(color=row.color)
    return {
        "board_id": board_id,
        "name": name,
        "rank": rank,
        "wip_limit": min(row.wip_limit, limits.WIP_LIMIT) if row.wip_limit else None,
        "archived_at": (parsed(row.closed_at) or now) if row.is_closed else None,
        "created_at": created_at(row.id, now=now),
        **_source(row.id, extra),
    }


def stray_list_record(*, board_id: int, rank: str, now: datetime) -> Record:
    """The archived list for cards whose own is not in the file."""
    return {
        "board_id": board_id,
        "name": _("Imported without a list"),
        "rank": rank,
        "wip_limit": None,
        "archived_at": now,
        "created_at": now,
        **_source(None, {}),
    }


def label_record(label: Label, *, board_id: int, is_listed: bool, now: datetime) -> Record:
    name, extra = _shortened(label.name, limits.LABEL, label.name)
    extra |= _present(color=label.color, unlisted=not is_listed)
    return {
        "board_id": board_id,
        "name": name,
        "color": mapping.label_color(label.color),
        "created_at": created_at(label.id, now=now),
        **_source(label.id, extra),
    }


def card_record(
    card: Card,
    export: Export,
    *,
    board_id: int,
    list_id: int,
    number: int | None,
    rank: str | None,
    people: People,
    now: datetime,
) -> Record:
    birth = export.birth(card)
    born = created_at(card.id, birth.at if birth else None, card.active_at, now=now)
    active = parsed(card.active_at)
    title, extra = _shortened(_shown(card.name), limits.TITLE, card.name)
    extra |= _card_extra(card, export)
    description = description_of(card)
    if description and not card.description.strip():
        extra["description_made"] = True
    return {
        "board_id": board_id,
        "list_id": list_id,
        "number": number,
        "title": title,
        "description": within_limit(description),
        "rank": rank,
        "start_at": parsed(card.start),
        "due_at": parsed(card.due),
        "completed_at": (parsed(card.done_at) or active or born) if card.is_done else None,
        "cover_color": mapping.cover_color(card.cover_color),
        "archived_at": (parsed(card.closed_at) or active or now) if card.is_closed else None,
        "created_at": born,
        "created_by_id": people.get(birth.author_id or "") if birth else None,
        **_source(card.id, extra),
    }


def within_limit(text: str) -> str:
    """As much of a text as one may have."""
    return text[: limits.MARKDOWN]


def description_of(card: Card) -> str:
    """A card's text, with what else only a text can tell of it."""
    text = card.description if card.description.strip() else ""
    if len(card.name.strip()) > limits.TITLE:
        text = _under(_("Full title"), card.name, text)
    if card.place:
        text = "\n\n".join(part for part in (text, _("Place: %(place)s", place=card.place)) if part)
    return text


def checklist_record(row: Checklist, *, board_id: int, card_id: int, rank: str, now: datetime) -> Record:
    title, extra = _shortened(_shown(row.name), limits.TITLE, row.name)
    return {
        "board_id": board_id,
        "card_id": card_id,
        "title": title,
        "rank": rank,
        "created_at": created_at(row.id, now=now),
        **_source(row.id, extra),
    }


def item_record(
    row: Item,
    text: str,
    *,
    board_id: int,
    card_id: int,
    rank: str,
    changed: datetime,
    people: People,
    now: datetime,
) -> Record:
    """An item, but for its checklist. When it was ticked the file does not tell: at the card's last change."""
    shown, extra = _shortened(_shown(text), limits.ITEM, text)
    born = created_at(row.id, now=now)
    return {
        "board_id": board_id,
        "card_id": card_id,
        "text": shown,
        "rank": rank,
        "completed_at": max(born, changed) if row.is_done else None,
        "due_at": parsed(row.due),
        "assignee_id": people.get(row.member_id or ""),
        "created_at": born,
        **_source(row.id, extra),
    }


def attachment_record(
    row: Attachment, url: str, *, board_id: int, card_id: int, people: People, now: datetime
) -> Record:
    title, extra = _shortened(url if is_blank(row.name) else row.name.strip(), limits.TITLE, row.name)
    extra |= _present(malicious=row.is_malicious, url=url if len(url) > limits.URL else None)
    return {
        "board_id": board_id,
        "card_id": card_id,
        "storage": "elsewhere" if row.is_upload else "link",
        "title": title,
        "url": url[: limits.URL],
        "size": row.size,
        "media_type": row.media_type[:127] if row.media_type else None,
        "added_by_id": people.get(row.member_id or ""),
        "created_at": created_at(row.id, row.at, now=now),
        **_source(row.id, extra),
    }


def continuation(card: Card, *, board_id: int, card_id: int, now: datetime) -> Iterator[Record]:
    """The end of a description too long to be one, as comments of nobody."""
    text = description_of(card)[limits.MARKDOWN :]
    row = Comment(id="", card_id=card.id, pos=0, author_id=None, text=text, at=None, edited_at=None)
    born = created_at(card.id, card.active_at, now=now)
    for record in comment_records(row, text, board_id=board_id, card_id=card_id, people={}, now=now):
        yield {**record, "created_at": born}


def comment_records(
    row: Comment, text: str, *, board_id: int, card_id: int, people: People, now: datetime
) -> Iterator[Record]:
    """A comment; one beyond the longest text goes on in others right behind it."""
    at = parsed(row.at) or created_at(row.id, now=now)
    for start in range(0, len(text), limits.MARKDOWN):
        yield {
            "board_id": board_id,
            "card_id": card_id,
            "author_id": people.get(row.author_id or ""),
            "body": text[start : start + limits.MARKDOWN],
            "edited_at": parsed(row.edited_at),
            "created_at": at,
            **_source(row.id if start == 0 else None, {}),
        }


def _card_extra(card: Card, export: Export) -> Record:
    """What the file tells of a card and no column holds."""
    cover = _present(attachment=card.cover_attachment_id, picture=card.cover_is_picture, color=card.cover_color)
    if set(cover) == {"color"}:
        cover = {}
    fields = [_value(value, export) for value in export.field_values(card)]
    return _present(
        short_link=card.short_link,
        active_at=card.active_at,
        votes=card.votes,
        stickers=card.stickers,
        plugin_data=card.plugin_data,
        template=card.is_template,
        role=card.role,
        mirror=card.is_mirror,
        reminder=str(card.reminder) if card.reminder is not None and card.reminder >= 0 else None,
        cover=cover,
        fields=fields,
    )


def _value(value: Value, export: Export) -> Record:
    """A custom field's value as it stands in the file, until cards have fields."""
    state = "_orphan" if not export.has_field(value.field_id) else "_empty" if value.is_empty else ""
    return _present(field=value.field_id, value=value.raw, option=value.option_id, state=state)


def _under(heading: str, text: str, rest: str) -> str:
    return "\n\n".join(part for part in (f"**{heading}:** {text}", rest) if part)


def _shown(name: str) -> str:
    return _("(untitled)") if is_blank(name) else name.strip()


def _shortened(shown: str, limit: int, original: str) -> tuple[str, Record]:
    """A name no longer than may be, and the original where that differs."""
    if len(shown) > limit:
        shown = f"{shown[: limit - 1].rstrip()}…"
    return shown, {} if shown == original else {"name": original}


def _present(**values: Any) -> Record:
    return {key: value for key, value in values.items() if value}


def _source(source_id: str | None, extra: Record) -> Record:
    return {"source": SOURCE, "source_id": source_id[:64] if source_id else None, "source_extra": extra or None}
