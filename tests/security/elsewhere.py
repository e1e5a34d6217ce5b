"""The application under other settings, in a process of its own: answers to the requests it is told, as JSON."""

import json
import sys

from kanban.app import create_app


def main() -> None:
    app = create_app({"WTF_CSRF_ENABLED": False})
    client = app.test_client()
    told = []
    for wanted in json.load(sys.stdin):
        answer = client.open(**wanted)
        told.append({"status": answer.status_code, "headers": list(answer.headers), "text": answer.text})
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
