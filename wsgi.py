"""What a web server, the worker and the `flask` command load."""

from kanban.app import create_app

app = create_app()
queue = app.extensions["celery"]
