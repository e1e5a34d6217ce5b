"""HTML blueprints: find, act, answer."""

from kanban.web import accounts, health, positions, sessions, setup

BLUEPRINTS = (
    accounts.bp,
    health.bp,
    positions.bp,
    sessions.bp,
    setup.bp,
)
