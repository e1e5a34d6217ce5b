"""Tables, and questions about them; no writes."""

from kanban.models.attachments import Attachment
from kanban.models.audit import AuditEntry
from kanban.models.boards import TINTS, Board, BoardMember, Star, Visit
from kanban.models.cards import Assignment, Card
from kanban.models.checklists import Checklist, Item
from kanban.models.comments import Comment
from kanban.models.events import Event, Outbox, Receipt
from kanban.models.factors import Identity, Passkey, RecoveryCode, Totp
from kanban.models.groups import BoardGroup, Group, GroupMember
from kanban.models.invitations import Invitation, JoinRequest, LinkReader, ShareLink
from kanban.models.labels import LABEL_COLORS, CardLabel, Label
from kanban.models.lists import List
from kanban.models.mails import Mail
from kanban.models.recorded import KINDS, Recorded
from kanban.models.sessions import (
    Challenge,
    MailLink,
    PendingSignIn,
    PersonalToken,
    RefreshToken,
    Session,
    SigningKey,
    TokenFamily,
)
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
    "AuditEntry",
    "Board",
    "BoardGroup",
    "BoardMember",
    "Card",
    "CardLabel",
    "Challenge",
    "Checklist",
    "Comment",
    "Event",
    "Group",
    "GroupMember",
    "Identity",
    "Invitation",
    "Item",
    "JoinRequest",
    "Label",
    "LinkReader",
    "List",
    "Mail",
    "MailLink",
    "Outbox",
    "Passkey",
    "PendingSignIn",
    "PersonalToken",
    "Receipt",
    "Recorded",
    "RecoveryCode",
    "RefreshToken",
    "Session",
    "Setting",
    "ShareLink",
    "SigningKey",
    "Star",
    "TokenFamily",
    "Totp",
    "Transfer",
    "User",
    "Visit",
    "Watch",
    "Workspace",
    "WorkspaceMember",
]
