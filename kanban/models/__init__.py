"""Tables, and questions about them; no writes."""

from kanban.models.attachments import Attachment
from kanban.models.boards import TINTS, Board, BoardMember, Star, Visit
from kanban.models.cards import Assignment, Card
from kanban.models.checklists import Checklist, Item
from kanban.models.comments import Comment
from kanban.models.events import Event, Outbox, Receipt
from kanban.models.labels import LABEL_COLORS, CardLabel, Label
from kanban.models.lists import List
from kanban.models.recorded import KINDS, Recorded
from kanban.models.settings import Setting
from kanban.models.transfers import Transfer
from kanban.models.users import Actor, User
from kanban.models.watches import Watch
from kanban.models.workspaces import Workspace, WorkspaceMember

__all__ = [
    "KINDS",
    "LABEL_COLORS",
    "TINTS",
    "Actor",
    "Assignment",
    "Attachment",
    "Board",
    "BoardMember",
    "Card",
    "CardLabel",
    "Checklist",
    "Comment",
    "Event",
    "Item",
    "Label",
    "List",
    "Outbox",
    "Receipt",
    "Recorded",
    "Setting",
    "Star",
    "Transfer",
    "User",
    "Visit",
    "Watch",
    "Workspace",
    "WorkspaceMember",
]
