"""The console of the site's admins: /admin."""

from kanban.web.admin import (
    adminships,
    audit,
    disablings,
    factors,
    invitations,
    people,
    sessions,
    settings,
    workspaces,
)

BLUEPRINTS = (
    adminships.bp,
    audit.bp,
    disablings.bp,
    factors.bp,
    invitations.bp,
    people.bp,
    sessions.bp,
    settings.bp,
    workspaces.bp,
)
