"""Trello's board export: a file on disk in, rows and a receipt out. No network, no database."""
