"""Made-up exports of Trello's: small ones to vary by hand, and large ones written as a stream."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

START = 1_600_000_000
_COLORS = ("green", "yellow", "orange", "red", "purple", "blue", "sky_light", "black_dark", None, "pink")
_WORDS = ("ferry", "cabin", "timetable", "harbour", "ticket", "engine", "deck", "cargo", "pilot", "weather", "tide")


def object_id(kind: int, number: int, at: int = START) -> str:
    """An id as Trello makes them: seconds, then what tells one from another."""
    return f"{at:08x}{kind:04x}{number:012x}"


BOARD = object_id(1, 0)


def a_list(number: int, **more: Any) -> dict[str, Any]:
    return {"id": object_id(2, number), "name": f"List {number}", "closed": False, "pos": number * 65536, **more}


def a_card(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": object_id(3, number, START + number),
        "idShort": number,
        "idList": object_id(2, 1),
        "name": f"Card {number}",
        "pos": number * 65536,
        "shortLink": f"Short{number:03d}",
        **more,
    }


def an_item(number: int, **more: Any) -> dict[str, Any]:
    return {"id": object_id(5, number), "name": f"Item {number}", "pos": number * 16384, "state": "incomplete", **more}


def a_checklist(number: int, card: int, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": object_id(4, number),
        "idCard": a_card(card)["id"],
        "name": f"Steps {number}",
        "pos": number * 16384,
        "checkItems": list(items),
        **more,
    }


def a_comment(number: int, card: int, text: str = "Hello", **more: Any) -> dict[str, Any]:
    return {
        "id": object_id(6, number, START + number),
        "type": "commentCard",
        "date": f"2021-01-{number % 28 + 1:02d}T10:00:00.000Z",
        "idMemberCreator": object_id(7, 1),
        "memberCreator": {"id": object_id(7, 1), "fullName": "Ann Lee", "username": "annlee"},
        "data": {"text": text, "card": {"id": a_card(card)["id"]}},
        **more,
    }


def a_member(number: int, name: str, **more: Any) -> dict[str, Any]:
    return {"id": object_id(7, number), "fullName": name, "username": name.lower().replace(" ", ""), **more}


def a_board(**more: Any) -> dict[str, Any]:
    """The least that is a board; what is given replaces or adds a key."""
    return {"id": BOARD, "name": "Ferries", "lists": [a_list(1)], "cards": [a_card(1)], **more}


def write(path: Path, board: dict[str, Any]) -> Path:
    path.write_text(json.dumps(board), encoding="utf-8")
    return path


def write_export(path: Path, *, cards: int, actions: int, lists: int = 10, description: int = 900) -> dict[str, int]:
    """Write an export of any size, one object at a time; gives counts that must be found again.

    Actions come first, as in Trello's own files: a quarter are comments. Every tenth card
    has a checklist of three, every card two labels, an attachment and a member.
    """
    comments = len(range(0, actions, 4))
    with path.open("w", encoding="utf-8") as file:
        head = {
            "id": BOARD,
            "name": "A very large board",
            "desc": "",
            "closed": False,
            "shortLink": "LargeOne",
            "prefs": {"permissionLevel": "org", "background": "blue"},
            "dateLastActivity": "2021-01-01T00:00:00.000Z",
        }
        file.write(json.dumps(head)[:-1])
        _write_array(file, "actions", _actions(actions, cards))
        _write_array(file, "cards", _cards(cards, lists, description))
        _write_array(file, "labels", _labels())
        _write_array(file, "lists", (a_list(number + 1) for number in range(lists)))
        _write_array(file, "members", (a_member(number, f"Person {number}") for number in range(50)))
        _write_array(
            file, "memberships", ({"idMember": object_id(7, number), "memberType": "normal"} for number in range(50))
        )
        _write_array(file, "checklists", (_checklist(number) for number in range(0, cards, 10)))
        _write_array(file, "customFields", iter(()))
        file.write("}")
    return {
        "cards_open": cards,
        "comments": comments,
        "attachments": cards,
        "checklist_items": len(range(0, cards, 10)) * 3,
    }


def _write_array(file: Any, key: str, elements: Iterator[dict[str, Any]]) -> None:
    file.write(f', "{key}": [')
    for number, element in enumerate(elements):
        file.write(("," if number else "") + json.dumps(element))
    file.write("]")


def _actions(count: int, cards: int) -> Iterator[dict[str, Any]]:
    for number in range(count, 0, -1):
        card = number % cards
        person = {
            "id": object_id(7, number % 50),
            "fullName": f"Person {number % 50}",
            "username": f"person{number % 50}",
            "initials": "P",
        }
        common = {
            "id": object_id(6, number, START + number),
            "idMemberCreator": person["id"],
            "memberCreator": person,
            "date": f"2021-{number % 12 + 1:02d}-{number % 28 + 1:02d}T10:{number % 60:02d}:00.000Z",
            "appCreator": None,
            "limits": {},
        }
        about = {"id": a_card(card)["id"], "name": f"Card {card}", "idShort": card, "shortLink": f"{card:08d}"}
        if number % 4 == 0:
            data: dict[str, Any] = {"text": f"Comment {number}: {_prose(number, 12)}", "card": about}
            yield {**common, "type": "commentCard", "data": data}
        else:
            data = {"old": {"pos": number}, "card": about, "board": {"id": BOARD, "name": "A very large board"}}
            yield {**common, "type": "updateCard", "data": data}


def _cards(count: int, lists: int, description: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield {
            **a_card(number),
            "idList": object_id(2, number % lists + 1),
            "pos": (number * 7919 % count) * 1024.5,
            "shortLink": f"{number:08d}",
            "desc": _prose(number, description // 7),
            "due": "2021-06-01T12:00:00.000Z" if number % 2 else None,
            "dueComplete": number % 4 == 1,
            "idMembers": [object_id(7, number % 50)],
            "idLabels": [object_id(8, number % 10), object_id(8, (number + 3) % 10)],
            "attachments": [
                {
                    "id": object_id(9, number),
                    "name": "plan.pdf",
                    "url": f"https://trello.com/1/cards/x/attachments/{number}/download/plan.pdf",
                    "isUpload": True,
                    "bytes": 1000,
                    "pos": 1,
                }
            ],
            "badges": {"comments": 0, "attachments": 1, "checkItems": 0},
            "cover": {"color": "blue" if number % 5 == 0 else None},
            "limits": {"attachments": {"perCard": {"status": "ok", "disableAt": 1000, "warnAt": 800}}},
        }


def _labels() -> Iterator[dict[str, Any]]:
    for number, color in enumerate(_COLORS):
        yield {"id": object_id(8, number), "idBoard": BOARD, "name": f"Label {number}", "color": color}


def _checklist(card: int) -> dict[str, Any]:
    items = (an_item(card * 3 + number, state="complete" if number == 0 else "incomplete") for number in range(3))
    return {
        "id": object_id(4, card),
        "idCard": a_card(card)["id"],
        "name": "Steps",
        "pos": 1,
        "checkItems": list(items),
    }


def _prose(seed: int, words: int) -> str:
    return " ".join(_WORDS[(seed * 31 + number * number) % len(_WORDS)] for number in range(words))
