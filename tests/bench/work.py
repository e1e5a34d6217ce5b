"""What the clients do: open, add, move, comment, as the pages' scripts ask for it."""

import random
import re
from dataclasses import dataclass

from tests.bench.client import GZIP, HTMX, Answer, Client
from tests.bench.load import Step

_LIST = re.compile(rb'data-cards="(\d+)"')
_CARD = re.compile(rb'data-card="(\d+)"')


_MOST_CLIENTS = 20


@dataclass(frozen=True, slots=True)
class OnBoard:
    """A board as its page shows it: the cards of each list that are drawn."""

    id: int
    lists: dict[int, list[int]]

    @classmethod
    def read(cls, browser: Client, board_id: int) -> "OnBoard":
        page = browser.get(f"/boards/{board_id}").body
        starts = [*_LIST.finditer(page)]
        ends = [start.start() for start in starts[1:]] + [len(page)]
        lists = {
            int(start.group(1)): [int(card) for card in _CARD.findall(page[start.end() : end])]
            for start, end in zip(starts, ends, strict=True)
        }
        return cls(board_id, lists)

    @property
    def cards(self) -> list[int]:
        return [card for cards in self.lists.values() for card in cards]

    def open_board(self, _number: int, _dice: random.Random) -> Step:
        return lambda browser: browser.get(f"/boards/{self.id}", GZIP)

    def open_card(self, _number: int, dice: random.Random) -> Step:
        cards = self.cards
        return lambda browser: browser.get(f"/cards/{dice.choice(cards)}", GZIP)

    def open_dialog(self, _number: int, dice: random.Random) -> Step:
        cards = self.cards
        return lambda browser: browser.get(f"/cards/{dice.choice(cards)}", (*GZIP, *HTMX))

    def move(self, number: int, dice: random.Random) -> Step:
        """Move cards of one's own to before another of one's own, or to the end of a list."""
        placed = [(card, card_list) for card_list, cards in self.lists.items() for card in cards]
        where = dict(placed[number::_MOST_CLIENTS])
        own, lists = list(where), list(self.lists)

        def step(browser: Client) -> Answer:
            card, before = dice.choice(own), dice.choice(own)
            form: dict[str, object] = {"list_id": dice.choice(lists), "placed": 1}
            if before != card and dice.random() < 0.5:
                form |= {"list_id": where[before], "before_id": before}
            where[card] = int(str(form["list_id"]))
            return browser.send("PUT", f"/cards/{card}/position", **form)

        return step

    def comment(self, _number: int, dice: random.Random) -> Step:
        cards = self.cards
        return lambda browser: browser.send(
            "POST", f"/cards/{dice.choice(cards)}/comments", body="Looked at it: **fine** by me, `ship it`."
        )

    def add(self, number: int, dice: random.Random) -> Step:
        lists = list(self.lists)
        return lambda browser: browser.send(
            "POST", f"/lists/{dice.choice(lists)}/cards", titles=f"Card of client {number}, {dice.random():.12f}"
        )


def nothing(_number: int, _dice: random.Random) -> Step:
    """The bare route of the same server: what no page can be faster than."""
    return lambda browser: browser.get("/healthz")


def home(_number: int, _dice: random.Random) -> Step:
    """The page of all boards."""
    return lambda browser: browser.get("/", GZIP)
