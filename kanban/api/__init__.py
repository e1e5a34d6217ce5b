"""JSON blueprints under /api/v1: the same nouns as the pages, by token alone."""

from flask import Blueprint

from kanban.api import accounts, me, resets, revocations, sessions, tokens, verifications

# No cookie opens anything here, so that no forged form of another site does: these alone ask for no CSRF token.
BLUEPRINTS = (accounts.bp, me.bp, resets.bp, revocations.bp, sessions.bp, tokens.bp, verifications.bp)

bp = Blueprint("api", __name__, url_prefix="/api/v1")
for child in BLUEPRINTS:
    bp.register_blueprint(child)
