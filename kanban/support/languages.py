"""The languages that Kanban speaks, each by its own name."""

LANGUAGES = {"en": "English"}
