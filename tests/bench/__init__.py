"""How fast Kanban is, measured from outside: what bin/bench runs."""
