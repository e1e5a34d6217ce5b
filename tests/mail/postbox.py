"""A real mail server for tests, which takes what it is sent, or refuses it as a test asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any, NamedTuple, cast

from aiosmtpd.controller import Controller

from tests.servers import free_port


class Letter(NamedTuple):
    """A mail as its reader's program has it."""

    sender: str
    recipients: list[str]
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    @property
    def links(self) -> list[str]:
        """Where one gets by pressing something in it."""
        found: list[str] = []

        class Links(HTMLParser):
            def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
                found.extend(value or "" for name, value in attrs if name in {"href", "src", "action"})

        Links().feed(self.html)
        return found

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        assert part is not None, f"It has no {kind} part."
        return str(part.get_content())


class Postbox:
    """What has arrived, and how the next ones are answered: `answers` to a mail, `to_recipients` to its address."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.answers: list[str] = []
        self.to_recipients: list[str] = []
        self.hangs_up = False

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if self.to_recipients:
            return self.to_recipients.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        if self.answers:
            return self.answers.pop(0)
        message = cast(EmailMessage, message_from_bytes(envelope.content, policy=policy.default))
        self.letters.append(Letter(envelope.mail_from, list(envelope.rcpt_tos), message))
        return "250 OK"

    async def handle_QUIT(self, server: Any, _session: Any, _envelope: Any) -> str:
        if self.hangs_up:
            server.transport.abort()
        return "221 Bye"


@contextmanager
def postbox() -> Iterator[tuple[Postbox, int]]:
    """A mail server for as long as the block lasts, and its port."""
    box = Postbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        yield box, server.port
    finally:
        server.stop()
