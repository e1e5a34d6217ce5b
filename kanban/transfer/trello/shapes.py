"""From the objects of an export, of any year, to rows."""

from collections.abc import Iterator
from typing import Any

from kanban.transfer.trello.rows import (
    Attachment,
    Birth,
    Board,
    Card,
    Checklist,
    Comment,
    Field,
    Item,
    Label,
    List,
    Person,
    Value,
)
from kanban.transfer.trello.values import (
    count,
    flag,
    ids,
    instant,
    mapping,
    mappings,
    parsed,
    position,
    size,
    text,
    text_or_none,
    whole,
)

COMMENTS = frozenset(("commentCard", "copyCommentCard"))
_BIRTHS = frozenset(("createCard", "copyCard", "convertToCardFromCheckItem", "emailCard", "moveCardToBoard"))


def put_fact(board: Board, key: str, value: Any) -> None:
    """Note one of the board's own values; they come in any order."""
    match key:
        case "id":
            board.id = text(value)
        case "name":
            board.name = text(value)
        case "desc":
            board.description = text(value)
        case "closed":
            board.is_closed = flag(value)
        case "dateClosed":
            board.closed_at = instant(value)
        case "shortLink":
            board.short_link = text(value)
        case "starred":
            board.is_starred = flag(value)
        case "dateLastActivity":
            board.active_at = instant(value)
        case "idMemberCreator":
            board.creator_id = text_or_none(value)
        case "labelNames":
            board.label_names = {color: text(name) for color, name in mapping(value).items()}
        case "powerUps":
            board.power_ups = len(value) if isinstance(value, list) else 0
        case "prefs":
            _put_preferences(board, mapping(value))


def a_list(raw: dict[str, Any]) -> List:
    limit = whole(raw.get("softLimit"))
    return List(
        id=text(raw.get("id")),
        pos=position(raw.get("pos")),
        name=text(raw.get("name")),
        is_closed=flag(raw.get("closed")),
        closed_at=instant(raw.get("dateClosed")),
        wip_limit=limit if limit and limit > 0 else None,
        color=text_or_none(raw.get("color")),
    )


def a_card(raw: dict[str, Any]) -> Card:
    badges, cover = mapping(raw.get("badges")), mapping(raw.get("cover"))
    attachment_cover = text_or_none(cover.get("idAttachment")) or text_or_none(raw.get("idAttachmentCover"))
    return Card(
        id=text(raw.get("id")),
        list_id=text(raw.get("idList")),
        pos=position(raw.get("pos")),
        number=whole(raw.get("idShort")),
        short_link=text(raw.get("shortLink")),
        name=text(raw.get("name")),
        description=text(raw.get("desc")),
        is_closed=flag(raw.get("closed")),
        closed_at=instant(raw.get("dateClosed")),
        due=instant(raw.get("due")),
        start=instant(raw.get("start")),
        is_done=flag(raw.get("dueComplete")),
        done_at=instant(raw.get("dateCompleted")),
        reminder=whole(raw.get("dueReminder")),
        active_at=instant(raw.get("dateLastActivity")),
        member_ids=ids(raw.get("idMembers")),
        votes=max(len(ids(raw.get("idMembersVoted"))), count(badges.get("votes"))),
        label_ids=ids(raw.get("idLabels")),
        labels=[
            [text(label.get("id")), text(label.get("name")), text_or_none(label.get("color"))]
            for label in mappings(raw.get("labels"))
        ],
        checklist_ids=ids(raw.get("idChecklists")),
        cover_color=text_or_none(cover.get("color")),
        cover_attachment_id=attachment_cover,
        cover_is_picture=bool(cover.get("idUploadedBackground") or cover.get("sharedSourceUrl")),
        stickers=len(mappings(raw.get("stickers"))),
        is_template=flag(raw.get("isTemplate")),
        role=text_or_none(raw.get("cardRole")),
        place=_place(raw),
        is_mirror=bool(raw.get("mirrorSourceId")),
        plugin_data=len(mappings(raw.get("pluginData"))),
        promised_comments=count(badges.get("comments")),
        promised_attachments=count(badges.get("attachments")),
    )


def a_label(raw: dict[str, Any]) -> Label:
    name, color = text(raw.get("name")), text_or_none(raw.get("color"))
    return Label(id=text(raw.get("id")) or made_up_id(name, color), name=name, color=color)


def made_up_id(name: str | None, color: str | None) -> str:
    """The id of a label from before 2015, when colour and name were all it had."""
    return f"{color or ''}/{name or ''}"


def a_checklist(raw: dict[str, Any], card_id: str = "") -> Checklist:
    return Checklist(
        id=text(raw.get("id")),
        card_id=text(raw.get("idCard")) or card_id,
        pos=position(raw.get("pos")),
        name=text(raw.get("name")),
    )


def items(raw: dict[str, Any]) -> Iterator[Item]:
    """The items of a checklist as it stands in the file."""
    checklist_id = text(raw.get("id"))
    for number, each in enumerate(mappings(raw.get("checkItems"))):
        yield Item(
            id=text(each.get("id")) or f"{checklist_id}/{number}",
            checklist_id=checklist_id,
            pos=position(each.get("pos")),
            text=text(each.get("name")),
            is_done=each.get("state") == "complete",
            due=instant(each.get("due")),
            member_id=text_or_none(each.get("idMember")),
        )


def ticked_items(raw_card: dict[str, Any]) -> set[str]:
    """Ids of the items that only the card knows to be done, in files whose items have no state."""
    states = mappings(raw_card.get("checkItemStates"))
    return {text(each.get("idCheckItem")) for each in states if each.get("state") == "complete"}


def attachments(raw_card: dict[str, Any]) -> Iterator[Attachment]:
    card_id = text(raw_card.get("id"))
    for number, each in enumerate(mappings(raw_card.get("attachments"))):
        yield Attachment(
            id=text(each.get("id")) or f"{card_id}/{number}",
            card_id=card_id,
            pos=position(each.get("pos")),
            name=text(each.get("name")),
            url=text(each.get("url")),
            is_upload=flag(each.get("isUpload")),
            size=size(each.get("bytes")),
            media_type=text_or_none(each.get("mimeType")),
            at=instant(each.get("date")),
            member_id=text_or_none(each.get("idMember")),
            is_malicious=flag(each.get("isMalicious")),
        )


def a_field(raw: dict[str, Any]) -> Field:
    options = sorted(mappings(raw.get("options")), key=lambda each: (position(each.get("pos")), text(each.get("id"))))
    return Field(
        id=text(raw.get("id")),
        pos=position(raw.get("pos")),
        name=text(raw.get("name")),
        type=text(raw.get("type")),
        is_on_front=flag(mapping(raw.get("display")).get("cardFront")),
        options=[
            [text(each.get("id")), text(mapping(each.get("value")).get("text")), text_or_none(each.get("color"))]
            for each in options
        ],
    )


def field_values(raw_card: dict[str, Any]) -> Iterator[Value]:
    card_id = text(raw_card.get("id"))
    for number, each in enumerate(mappings(raw_card.get("customFieldItems"))):
        raw = {key: text(value) for key, value in mapping(each.get("value")).items()}
        yield Value(
            id=text(each.get("id")) or f"{card_id}/{number}",
            card_id=card_id,
            field_id=text(each.get("idCustomField")),
            raw=raw or None,
            option_id=text_or_none(each.get("idValue")),
        )


def a_person(raw: dict[str, Any]) -> Person:
    username = text(raw.get("username"))
    return Person(id=text(raw.get("id")), name=text(raw.get("fullName")).strip() or username, username=username)


def people_of(raw_action: dict[str, Any]) -> Iterator[Person]:
    """People whom an action names: they may be in no other part of the file."""
    for key in ("memberCreator", "member"):
        person = a_person(mapping(raw_action.get(key)))
        if person.id and person.name:
            yield person


def a_comment(raw: dict[str, Any]) -> Comment:
    data = mapping(raw.get("data"))
    at = instant(raw.get("date"))
    return Comment(
        id=text(raw.get("id")),
        card_id=text(mapping(data.get("card")).get("id")),
        pos=_seconds(at),
        author_id=text_or_none(data.get("idOriginalCommenter")) or text_or_none(raw.get("idMemberCreator")),
        text=text(data.get("text")),
        at=at,
        edited_at=instant(data.get("dateLastEdited")),
    )


def a_birth(raw: dict[str, Any]) -> Birth | None:
    """How a card was made, if that is what the action tells."""
    if raw.get("type") not in _BIRTHS:
        return None
    card_id = text(mapping(mapping(raw.get("data")).get("card")).get("id"))
    if not card_id:
        return None
    at = instant(raw.get("date"))
    return Birth(
        id=text(raw.get("id")),
        card_id=card_id,
        pos=_seconds(at),
        author_id=text_or_none(raw.get("idMemberCreator")),
        at=at,
    )


def _seconds(at: str | None) -> float:
    moment = parsed(at)
    return moment.timestamp() if moment else 0.0


def _put_preferences(board: Board, prefs: dict[str, Any]) -> None:
    board.permission = text(prefs.get("permissionLevel")) or "private"
    board.background = text(prefs.get("background"))
    colors = (prefs.get(key) for key in ("backgroundColor", "backgroundTopColor", "backgroundBottomColor"))
    board.background_colors = [color for each in colors if (color := text(each))]
    board.is_template = flag(prefs.get("isTemplate"))


def _place(raw: dict[str, Any]) -> str:
    """Where a card lies on the map, in one line."""
    names = [text(raw.get("locationName")), text(raw.get("address"))]
    at = raw.get("coordinates")
    if isinstance(at, dict):
        names.append(", ".join(text(at.get(key)) for key in ("latitude", "longitude") if text(at.get(key))))
    else:
        names.append(text(at))
    return ", ".join(dict.fromkeys(name for name in names if name))
