"""A site with many people, boards and a hundred thousand cards, made inside PostgreSQL in seconds."""

import sqlalchemy as sa

from kanban.support.db import db
from kanban.support.ranks import ranks_between

PEOPLE, BOARDS, BUSY = 20_000, 2_000, 100  # all but the busy boards have no card
LISTS, CARDS = 10, 100  # of a board, of a list

# In this order. Names begin with "Crowd", so that each statement finds what the ones before have made.
_STEPS = (
    """
    INSERT INTO users (kind, name, email, is_admin, created_at, theme, label_style, label_patterns, single_keys,
                       locale, time_zone, seq)
    SELECT 'person', 'Crowd ' || n, 'crowd' || n || '@example.org', false, now(), 'auto', 'names', false, true,
           'en', 'UTC', 0
    FROM generate_series(1, :people) n
    """,
    """
    INSERT INTO workspaces (name, created_at, seq)
    SELECT name, now(), 0 FROM users WHERE name LIKE 'Crowd %' ORDER BY id
    """,
    """
    INSERT INTO workspace_members (workspace_id, user_id, role, created_at)
    SELECT w.id, u.id, 'owner', now() FROM workspaces w JOIN users u ON u.name = w.name
    """,
    """
    INSERT INTO boards (workspace_id, name, description, tint, visibility, time_zone, created_at, last_number, seq)
    SELECT w.id, w.name, '', 'sky', 'workspace', 'UTC', now(), :lists * :cards, :lists * :cards
    FROM workspaces w WHERE w.name LIKE 'Crowd %' ORDER BY w.id LIMIT :boards
    """,
    # Twenty people on every busy board, Ada on the first three.
    """
    INSERT INTO board_members (board_id, user_id, role, created_at)
    SELECT b.id, u.id, 'member', now()
    FROM (SELECT id, row_number() OVER (ORDER BY id) n FROM boards WHERE name LIKE 'Crowd %') b
    JOIN (SELECT id, row_number() OVER (ORDER BY id) n FROM users WHERE name LIKE 'Crowd %') u
      ON b.n <= :busy AND u.n <= 20 * :busy AND u.n % :busy = b.n - 1
    UNION ALL
    SELECT b.id, u.id, 'admin', now()
    FROM (SELECT id FROM boards WHERE name LIKE 'Crowd %' ORDER BY id LIMIT 3) b, users u
    WHERE u.email = 'ada@example.org'
    """,
    """
    INSERT INTO stars (user_id, board_id, created_at) SELECT user_id, board_id, now() FROM board_members
    ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO visits (user_id, board_id, seen_at, seen_seq) SELECT user_id, board_id, now(), 0 FROM board_members
    ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO lists (board_id, name, rank, created_at)
    SELECT b.id, 'Crowd', r.rank, now()
    FROM boards b, unnest(CAST(:list_ranks AS text[])) WITH ORDINALITY r (rank, n) WHERE b.name LIKE 'Crowd %'
    """,
    """
    INSERT INTO cards (board_id, list_id, number, title, description, rank, due_has_time, created_at, archived_at,
                       deleted_at)
    SELECT l.board_id, l.id, (l.n - 1) * :cards + r.n, 'Crowd ' || r.n, '', r.rank, true, now(),
           CASE WHEN r.n % 50 = 0 THEN now() END, CASE WHEN r.n % 99 = 0 THEN now() END
    FROM (SELECT id, board_id, row_number() OVER (PARTITION BY board_id ORDER BY rank) n FROM lists
          WHERE board_id IN (SELECT board_id FROM board_members) AND name = 'Crowd') l,
         unnest(CAST(:card_ranks AS text[])) WITH ORDINALITY r (rank, n)
    """,
    """
    INSERT INTO labels (board_id, name, color, created_at)
    SELECT b.id, 'Crowd ' || n, 'red', now() FROM boards b, generate_series(1, 20) n WHERE b.name LIKE 'Crowd %'
    """,
    """
    INSERT INTO card_labels (card_id, label_id, board_id)
    SELECT c.id, l.id, c.board_id FROM cards c
    JOIN labels l ON l.board_id = c.board_id AND l.name = 'Crowd ' || (c.number % 20 + 1)
    WHERE c.title LIKE 'Crowd %'
    """,
    """
    INSERT INTO assignments (card_id, user_id, board_id, created_at)
    SELECT c.id, m.user_id, c.board_id, now() FROM cards c
    JOIN (SELECT board_id, min(user_id) user_id FROM board_members GROUP BY board_id) m ON m.board_id = c.board_id
    WHERE c.number % 2 = 0
    """,
    """
    INSERT INTO comments (board_id, card_id, author_id, body, created_at)
    SELECT board_id, id, NULL, 'Crowd', now() FROM cards WHERE title LIKE 'Crowd %' AND number % 2 = 0
    """,
    """
    INSERT INTO attachments (board_id, card_id, kind, title, url, created_at)
    SELECT board_id, id, 'link', 'Crowd', 'https://example.org/', now() FROM cards
    WHERE title LIKE 'Crowd %' AND number % 10 = 0
    """,
    """
    INSERT INTO checklists (board_id, card_id, title, rank, created_at)
    SELECT board_id, id, 'Crowd', 'a0', now() FROM cards WHERE title LIKE 'Crowd %' AND number % 10 = 1
    """,
    """
    INSERT INTO items (board_id, card_id, checklist_id, text, rank, created_at)
    SELECT board_id, card_id, id, 'Crowd', 'a' || n, now() FROM checklists, generate_series(0, 3) n
    WHERE title = 'Crowd'
    """,
    """
    INSERT INTO watches (user_id, board_id, card_id, created_at)
    SELECT user_id, board_id, card_id, now() FROM assignments
    """,
    """
    INSERT INTO events (board_id, seq, actor_id, via, action, subject_kind, subject_id, card_id, changes, kinds,
                        detail, depth, at)
    SELECT c.board_id, c.number, m.user_id, 'web', 'card.renamed', 'card', c.id, c.id,
           jsonb_build_array(jsonb_build_object('kind', 'card', 'key', jsonb_build_array(c.id),
             'before', jsonb_build_object('title', 'Old'), 'after', jsonb_build_object('title', c.title))),
           '["card"]', '{"name": "Crowd", "before": "Old"}', 0, now()
    FROM cards c JOIN (SELECT board_id, max(user_id) user_id FROM board_members GROUP BY board_id) m USING (board_id)
    WHERE c.title LIKE 'Crowd %'
    """,
    # Most of what waits is for later.
    """
    INSERT INTO outbox (event_id, due_at, tries)
    SELECT id, now() + interval '1 day', 1 FROM events WHERE seq % 10 = 0 ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO transfers (source, source_id, state, user_id, workspace_id, path, filename, size, progress, total,
                           tries, heartbeat_at, created_at)
    SELECT 'trello', m.user_id, 'done', m.user_id, m.workspace_id, '', '', 0, 0, 0, 0, now(), now()
    FROM workspace_members m
    """,
)


def build_crowd() -> None:
    """Put it beside what is there; the planner then knows how much that is."""
    given = {
        "people": PEOPLE,
        "boards": BOARDS,
        "busy": BUSY,
        "lists": LISTS,
        "cards": CARDS,
        "list_ranks": ranks_between(None, None, LISTS),
        "card_ranks": ranks_between(None, None, CARDS),
    }
    with db.engine.begin() as connection:
        for step in _STEPS:
            statement = sa.text(step)
            connection.execute(statement, {name: given[name] for name in statement._bindparams})
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE"))
