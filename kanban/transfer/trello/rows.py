"""What an export holds, in one shape for all its eras: flat records of plain values."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Board:
    """The board itself; there is one."""

    id: str = ""
    short_link: str = ""
    name: str = ""
    description: str = ""
    is_closed: bool = False
    closed_at: str | None = None
    permission: str = "private"
    background: str = ""
    background_colors: list[str] = field(default_factory=list)
    is_template: bool = False
    is_starred: bool = False
    active_at: str | None = None
    creator_id: str | None = None
    label_names: dict[str, str] = field(default_factory=dict)
    power_ups: int = 0


@dataclass(slots=True)
class List:
    id: str
    pos: float
    name: str
    is_closed: bool
    closed_at: str | None
    wip_limit: int | None
    color: str | None


@dataclass(slots=True)
class Card:
    """A card. `labels` are [id, name, colour], the id empty where the file has none."""

    id: str
    list_id: str
    pos: float
    number: int | None
    short_link: str
    name: str
    description: str
    is_closed: bool
    closed_at: str | None
    due: str | None
    start: str | None
    is_done: bool
    done_at: str | None
    reminder: int | None
    active_at: str | None
    member_ids: list[str]
    votes: int
    label_ids: list[str]
    labels: list[list[str | None]]
    checklist_ids: list[str]
    cover_color: str | None
    cover_attachment_id: str | None
    cover_is_picture: bool
    stickers: int
    is_template: bool
    role: str | None
    place: str
    is_mirror: bool
    plugin_data: int
    promised_comments: int
    promised_attachments: int


@dataclass(slots=True)
class Label:
    id: str
    name: str
    color: str | None


@dataclass(slots=True)
class Checklist:
    id: str
    card_id: str
    pos: float
    name: str


@dataclass(slots=True)
class Item:
    id: str
    checklist_id: str
    pos: float
    text: str
    is_done: bool
    due: str | None
    member_id: str | None


@dataclass(slots=True)
class Attachment:
    id: str
    card_id: str
    pos: float
    name: str
    url: str
    is_upload: bool
    size: int | None
    media_type: str | None
    at: str | None
    member_id: str | None
    is_malicious: bool


@dataclass(slots=True)
class Comment:
    """`pos` is its time, so that comments come oldest first."""

    id: str
    card_id: str
    pos: float
    author_id: str | None
    text: str
    at: str | None
    edited_at: str | None


@dataclass(slots=True)
class Person:
    """Somebody named in the file; `role` is None for one who is no member of the board."""

    id: str
    name: str
    username: str
    role: str | None = None


@dataclass(slots=True)
class Field:
    """A custom field; `options` are [id, text, colour]."""

    id: str
    pos: float
    name: str
    type: str
    is_on_front: bool
    options: list[list[str | None]]


@dataclass(slots=True)
class Value:
    """A custom field's value on a card: `raw` as it stands in the file, or the id of an option."""

    id: str
    card_id: str
    field_id: str
    raw: dict[str, str] | None
    option_id: str | None

    @property
    def is_empty(self) -> bool:
        return not self.raw and not self.option_id


@dataclass(slots=True)
class Birth:
    """How a card came to be, as the board's history tells it; `pos` is the time."""

    id: str
    card_id: str
    pos: float
    author_id: str | None
    at: str | None


Row = List | Card | Label | Checklist | Item | Attachment | Comment | Person | Field | Value | Birth
