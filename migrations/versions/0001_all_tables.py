"""All tables."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
COLORS = ("red", "orange", "yellow", "lime", "green", "teal", "blue", "violet", "pink", "slate")
RANK = sa.String(length=1024).with_variant(sa.String(length=1024, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "settings",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_settings"),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("disabled_at", MOMENT, nullable=True),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("session_stamp", sa.String(length=64), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("theme", sa.String(length=8), nullable=False),
        sa.Column("label_style", sa.String(length=8), nullable=False),
        sa.Column("label_patterns", sa.Boolean(), nullable=False),
        sa.Column("single_keys", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=True),
        sa.Column("source_id", sa.String(length=64), nullable=True),
        sa.Column("source_extra", JSON, nullable=True),
        sa.CheckConstraint(
            "kind = 'person' OR (email IS NULL AND password_hash IS NULL)", name=op.f("ck_users_placeholder_stays_out")
        ),
        sa.CheckConstraint("kind IN ('person', 'placeholder')", name=op.f("ck_users_kind")),
        sa.CheckConstraint("label_style IN ('names', 'bars')", name=op.f("ck_users_label_style")),
        sa.CheckConstraint("theme IN ('auto', 'light', 'dark')", name=op.f("ck_users_theme")),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("email", name="uq_users_email"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_users_source_source_id", "users", ["source", "source_id"], **_where("source_id IS NOT NULL"))
    op.create_table(
        "workspaces",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.Column("deleted_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["deleted_by_id"], ["users.id"], name="fk_workspaces_deleted_by_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_workspaces"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "boards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("tint", sa.String(length=16), nullable=False),
        sa.Column("visibility", sa.String(length=16), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("importing_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.Column("deleted_by_id", sa.Integer(), nullable=True),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.Column("archived_by_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=16), nullable=True),
        sa.Column("source_id", sa.String(length=64), nullable=True),
        sa.Column("source_extra", JSON, nullable=True),
        sa.CheckConstraint("visibility IN ('private', 'workspace')", name=op.f("ck_boards_visibility")),
        sa.ForeignKeyConstraint(
            ["archived_by_id"], ["users.id"], name="fk_boards_archived_by_id_users", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name="fk_boards_created_by_id_users", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["deleted_by_id"], ["users.id"], name="fk_boards_deleted_by_id_users", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name="fk_boards_workspace_id_workspaces", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_boards"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_boards_deleted_at", "boards", ["deleted_at"], **_where("deleted_at IS NOT NULL"))
    op.create_index("ix_boards_source_source_id", "boards", ["source", "source_id"], **_where("source_id IS NOT NULL"))
    op.create_index("ix_boards_workspace_id_id", "boards", ["workspace_id", "id"])
    op.create_table(
        "workspace_members",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("role IN ('guest', 'member', 'admin', 'owner')", name=op.f("ck_workspace_members_role")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_workspace_members_user_id_users", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name="fk_workspace_members_workspace_id_workspaces", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "user_id", name="pk_workspace_members"),
    )
    op.create_index("ix_workspace_members_user_id_workspace_id", "workspace_members", ["user_id", "workspace_id"])
    op.create_table(
        "board_members",
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("role IN ('observer', 'member', 'admin')", name=op.f("ck_board_members_role")),
        sa.ForeignKeyConstraint(
            ["board_id"], ["boards.id"], name="fk_board_members_board_id_boards", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_board_members_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("board_id", "user_id", name="pk_board_members"),
    )
    op.create_index("ix_board_members_user_id_board_id", "board_members", ["user_id", "board_id"])
    op.create_table(
        "labels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("color", sa.String(length=16), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.Column("deleted_by_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=16), nullable=True),
        sa.Column("source_id", sa.String(length=64), nullable=True),
        sa.Column("source_extra", JSON, nullable=True),
        sa.CheckConstraint(f"color IN {COLORS}", name=op.f("ck_labels_color")),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_labels_board_id_boards", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["deleted_by_id"], ["users.id"], name="fk_labels_deleted_by_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_labels"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_labels_board_id_id", "labels", ["board_id", "id"])
    op.create_index("ix_labels_deleted_at", "labels", ["deleted_at"], **_where("deleted_at IS NOT NULL"))
    op.create_table(
        "lists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("rank", RANK, nullable=False),
        sa.Column("wip_limit", sa.Integer(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.Column("deleted_by_id", sa.Integer(), nullable=True),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.Column("archived_by_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=16), nullable=True),
        sa.Column("source_id", sa.String(length=64), nullable=True),
        sa.Column("source_extra", JSON, nullable=True),
        sa.CheckConstraint("wip_limit IS NULL OR wip_limit > 0", name=op.f("ck_lists_wip_limit")),
        sa.ForeignKeyConstraint(
            ["archived_by_id"], ["users.id"], name="fk_lists_archived_by_id_users", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_lists_board_id_boards", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name="fk_lists_created_by_id_users", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["deleted_by_id"], ["users.id"], name="fk_lists_deleted_by_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_lists"),
        sa.UniqueConstraint("board_id", "rank", name="uq_lists_board_id_rank"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_lists_deleted_at", "lists", ["deleted_at"], **_where("deleted_at IS NOT NULL"))
    op.create_table(
        "stars",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_stars_board_id_boards", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_stars_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "board_id", name="pk_stars"),
    )
    op.create_index("ix_stars_board_id", "stars", ["board_id"])
    op.create_table(
        "transfers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=True),
        sa.Column("into_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.String(length=255), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("receipt", JSON, nullable=True),
        sa.Column("people", JSON, nullable=True),
        sa.Column("options", JSON, nullable=True),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("cancel_asked_at", MOMENT, nullable=True),
        sa.Column("heartbeat_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('uploaded', 'checked', 'queued', 'running', 'done', 'failed', 'cancelled')",
            name=op.f("ck_transfers_state"),
        ),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_transfers_board_id_boards", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["into_id"], ["boards.id"], name="fk_transfers_into_id_boards", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_transfers_user_id_users", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name="fk_transfers_workspace_id_workspaces", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_transfers"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_transfers_state_heartbeat_at", "transfers", ["state", "heartbeat_at"])
    op.create_index("ix_transfers_user_id_id", "transfers", ["user_id", "id"])
    op.create_table(
        "visits",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("seen_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_visits_board_id_boards", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_visits_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "board_id", name="pk_visits"),
    )
    op.create_index("ix_visits_board_id", "visits", ["board_id"])
    op.create_table(
        "cards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=512), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("rank", RANK, nullable=False),
        sa.Column("start_at", MOMENT, nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("due_has_time", sa.Boolean(), nullable=False),
        sa.Column("completed_at", MOMENT, nullable=True),
        sa.Column("cover_color", sa.String(length=16), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.Column("deleted_by_id", sa.Integer(), nullable=True),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.Column("archived_by_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=16), nullable=True),
        sa.Column("source_id", sa.String(length=64), nullable=True),
        sa.Column("source_extra", JSON, nullable=True),
        sa.CheckConstraint(f"cover_color IS NULL OR cover_color IN {COLORS}", name=op.f("ck_cards_cover_color")),
        sa.ForeignKeyConstraint(
            ["archived_by_id"], ["users.id"], name="fk_cards_archived_by_id_users", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_cards_board_id_boards", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name="fk_cards_created_by_id_users", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["deleted_by_id"], ["users.id"], name="fk_cards_deleted_by_id_users", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["list_id"], ["lists.id"], name="fk_cards_list_id_lists", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_cards"),
        sa.UniqueConstraint("board_id", "number", name="uq_cards_board_id_number"),
        sa.UniqueConstraint("list_id", "rank", name="uq_cards_list_id_rank"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_cards_deleted_at", "cards", ["deleted_at"], **_where("deleted_at IS NOT NULL"))
    op.create_index(
        "ix_cards_live",
        "cards",
        ["board_id", "list_id", "rank"],
        **_where("archived_at IS NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "ix_cards_put_away",
        "cards",
        ["board_id", "archived_at"],
        **_where("archived_at IS NOT NULL OR deleted_at IS NOT NULL"),
    )
    op.create_table(
        "assignments",
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_assignments_board_id_boards", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name="fk_assignments_card_id_cards", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_assignments_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("card_id", "user_id", name="pk_assignments"),
    )
    op.create_index("ix_assignments_board_id_card_id", "assignments", ["board_id", "card_id"])
    op.create_index("ix_assignments_user_id_card_id", "assignments", ["user_id", "card_id"])
    op.create_table(
        "attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=512), nullable=False),
        sa.Column("url", sa.String(length=2048), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("media_type", sa.String(length=127), nullable=True),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.Column("deleted_by_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=16), nullable=True),
        sa.Column("source_id", sa.String(length=64), nullable=True),
        sa.Column("source_extra", JSON, nullable=True),
        sa.CheckConstraint("kind IN ('link', 'elsewhere')", name=op.f("ck_attachments_kind")),
        sa.CheckConstraint("size IS NULL OR size >= 0", name=op.f("ck_attachments_size")),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["users.id"], name="fk_attachments_added_by_id_users", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_attachments_board_id_boards", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name="fk_attachments_card_id_cards", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["deleted_by_id"], ["users.id"], name="fk_attachments_deleted_by_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_attachments"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_attachments_card_id", "attachments", ["card_id"])
    op.create_index("ix_attachments_deleted_at", "attachments", ["deleted_at"], **_where("deleted_at IS NOT NULL"))
    op.create_index("ix_attachments_live", "attachments", ["board_id", "card_id"], **_where("deleted_at IS NULL"))
    op.create_table(
        "card_labels",
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_card_labels_board_id_boards", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name="fk_card_labels_card_id_cards", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["label_id"], ["labels.id"], name="fk_card_labels_label_id_labels", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("card_id", "label_id", name="pk_card_labels"),
    )
    op.create_index("ix_card_labels_board_id_card_id", "card_labels", ["board_id", "card_id"])
    op.create_index("ix_card_labels_label_id_card_id", "card_labels", ["label_id", "card_id"])
    op.create_table(
        "checklists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=512), nullable=False),
        sa.Column("rank", RANK, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.Column("deleted_by_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=16), nullable=True),
        sa.Column("source_id", sa.String(length=64), nullable=True),
        sa.Column("source_extra", JSON, nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_checklists_board_id_boards", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name="fk_checklists_card_id_cards", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["deleted_by_id"], ["users.id"], name="fk_checklists_deleted_by_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_checklists"),
        sa.UniqueConstraint("card_id", "rank", name="uq_checklists_card_id_rank"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_checklists_board_id_card_id", "checklists", ["board_id", "card_id"])
    op.create_index("ix_checklists_deleted_at", "checklists", ["deleted_at"], **_where("deleted_at IS NOT NULL"))
    op.create_table(
        "comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("edited_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.Column("deleted_by_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=16), nullable=True),
        sa.Column("source_id", sa.String(length=64), nullable=True),
        sa.Column("source_extra", JSON, nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name="fk_comments_author_id_users", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_comments_board_id_boards", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name="fk_comments_card_id_cards", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["deleted_by_id"], ["users.id"], name="fk_comments_deleted_by_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_comments"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_comments_card_id_created_at", "comments", ["card_id", "created_at"])
    op.create_index("ix_comments_deleted_at", "comments", ["deleted_at"], **_where("deleted_at IS NOT NULL"))
    op.create_index("ix_comments_live", "comments", ["board_id", "card_id"], **_where("deleted_at IS NULL"))
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=True),
        sa.Column("workspace_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("via", sa.String(length=16), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=True),
        sa.Column("changes", JSON, nullable=False),
        sa.Column("kinds", JSON, nullable=False),
        sa.Column("detail", JSON, nullable=False),
        sa.Column("cause_id", sa.Integer(), nullable=True),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("root_id", sa.Integer(), nullable=True),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.Column("once", sa.String(length=64), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "(board_id IS NOT NULL AND workspace_id IS NULL AND user_id IS NULL)"
            " OR (board_id IS NULL AND workspace_id IS NOT NULL AND user_id IS NULL)"
            " OR (board_id IS NULL AND workspace_id IS NULL AND user_id IS NOT NULL)",
            name=op.f("ck_events_one_scope"),
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name="fk_events_actor_id_users", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_events_board_id_boards", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name="fk_events_card_id_cards", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["cause_id"], ["events.id"], name="fk_events_cause_id_events", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["events.id"], name="fk_events_reverses_id_events", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["root_id"], ["events.id"], name="fk_events_root_id_events", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_events_user_id_users", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name="fk_events_workspace_id_workspaces", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        sa.UniqueConstraint("actor_id", "once", name="uq_events_actor_id_once"),
        sa.UniqueConstraint("board_id", "seq", name="uq_events_board_id_seq"),
        sa.UniqueConstraint("user_id", "seq", name="uq_events_user_id_seq"),
        sa.UniqueConstraint("workspace_id", "seq", name="uq_events_workspace_id_seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_board_id_actor_id_seq", "events", ["board_id", "actor_id", "seq"])
    op.create_index("ix_events_card_id_id", "events", ["card_id", "id"])
    op.create_index("ix_events_cause_id", "events", ["cause_id"])
    op.create_index("ix_events_reverses_id", "events", ["reverses_id"])
    op.create_index("ix_events_root_id", "events", ["root_id"])
    op.create_index("ix_events_subject_kind_subject_id", "events", ["subject_kind", "subject_id"])
    op.create_table(
        "watches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=True),
        sa.Column("card_id", sa.Integer(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("list_id IS NULL OR card_id IS NULL", name=op.f("ck_watches_one_thing")),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_watches_board_id_boards", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name="fk_watches_card_id_cards", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["list_id"], ["lists.id"], name="fk_watches_list_id_lists", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_watches_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_watches"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_watches_board",
        "watches",
        ["board_id", "user_id"],
        unique=True,
        **_where("list_id IS NULL AND card_id IS NULL"),
    )
    op.create_index("uq_watches_card", "watches", ["card_id", "user_id"], unique=True, **_where("card_id IS NOT NULL"))
    op.create_index("uq_watches_list", "watches", ["list_id", "user_id"], unique=True, **_where("list_id IS NOT NULL"))
    op.create_table(
        "items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("checklist_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=1024), nullable=False),
        sa.Column("rank", RANK, nullable=False),
        sa.Column("completed_at", MOMENT, nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.Column("deleted_by_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=16), nullable=True),
        sa.Column("source_id", sa.String(length=64), nullable=True),
        sa.Column("source_extra", JSON, nullable=True),
        sa.ForeignKeyConstraint(["assignee_id"], ["users.id"], name="fk_items_assignee_id_users", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name="fk_items_board_id_boards", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name="fk_items_card_id_cards", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["checklist_id"], ["checklists.id"], name="fk_items_checklist_id_checklists", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["deleted_by_id"], ["users.id"], name="fk_items_deleted_by_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_items"),
        sa.UniqueConstraint("checklist_id", "rank", name="uq_items_checklist_id_rank"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_items_card_id", "items", ["card_id"])
    op.create_index("ix_items_deleted_at", "items", ["deleted_at"], **_where("deleted_at IS NOT NULL"))
    op.create_index("ix_items_live", "items", ["board_id", "card_id"], **_where("deleted_at IS NULL"))
    op.create_table(
        "outbox",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_outbox_event_id_events", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_due_at", "outbox", ["due_at"])
    op.create_table(
        "receipts",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("effect", sa.String(length=32), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_receipts_event_id_events", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", "effect", name="pk_receipts"),
    )


def downgrade() -> None:
    op.drop_table("receipts")
    op.drop_table("outbox")
    op.drop_table("items")
    op.drop_table("watches")
    op.drop_table("events")
    op.drop_table("comments")
    op.drop_table("checklists")
    op.drop_table("card_labels")
    op.drop_table("attachments")
    op.drop_table("assignments")
    op.drop_table("cards")
    op.drop_table("visits")
    op.drop_table("transfers")
    op.drop_table("stars")
    op.drop_table("lists")
    op.drop_table("labels")
    op.drop_table("board_members")
    op.drop_table("workspace_members")
    op.drop_table("boards")
    op.drop_table("workspaces")
    op.drop_table("users")
    op.drop_table("settings")


def _where(condition: str) -> dict[str, Any]:
    """What makes an index hold only some of the rows."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
