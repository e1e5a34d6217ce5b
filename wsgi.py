"""What a web server and the `flask` command load."""

from kanban.app import create_app

app = create_app()
