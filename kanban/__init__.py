"""Kanban: team boards a company runs itself."""
