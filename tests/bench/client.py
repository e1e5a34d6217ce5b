"""A browser without a screen: one kept connection, cookies, the token against forgery.

By hand, since client libraries take longer than the answers that are measured.
"""

import re
import socket
from dataclasses import dataclass
from urllib.parse import urlencode

_COOKIE = re.compile(rb"\r\nset-cookie: ([^=\r]+)=([^;\r]*)", re.IGNORECASE)
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
_TOKEN = re.compile(rb'name="csrf-token" content="([^"]+)"')
HTMX = (("HX-Request", "true"),)
GZIP = (("Accept-Encoding", "gzip"),)


@dataclass(slots=True)
class Answer:
    """What came back."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str | None:
        found = re.search(rb"\r\n" + name.encode() + rb": ([^\r]*)", self.head, re.IGNORECASE)
        return found.group(1).decode() if found else None


class Client:
    """Somebody's browser. Raises OSError where the server is gone."""

    def __init__(self, port: int, *, timeout: float = 60) -> None:
        self.port = port
        self.timeout = timeout
        self.cookies: dict[str, str] = {}
        self.token = ""
        self._socket: socket.socket | None = None

    def get(self, path: str, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
        return self.ask("GET", path, b"", headers)

    def send(self, method: str, path: str, **form: object) -> Answer:
        """Send a form as the page's scripts do."""
        return self.ask(method, path, urlencode(form).encode(), (("X-CSRFToken", self.token), *HTMX))

    def sign_in(self, email: str, password: str) -> None:
        """Sign in, and keep the token of the page one comes to."""
        form = self.get("/session/new")
        token = _TOKEN.search(form.body)
        fields = {"csrf_token": token.group(1).decode() if token else "", "email": email, "password": password}
        answer = self.ask("POST", "/session", urlencode(fields).encode())
        if answer.status != 303:
            raise RuntimeError(f"Signing in was answered by {answer.status}: {answer.body[:500]!r}")
        found = _TOKEN.search(self.get("/").body)
        assert found is not None
        self.token = found.group(1).decode()

    def copy(self) -> "Client":
        """Another window of the same browser."""
        other = Client(self.port, timeout=self.timeout)
        other.cookies, other.token = dict(self.cookies), self.token
        return other

    def ask(self, method: str, path: str, body: bytes = b"", headers: tuple[tuple[str, str], ...] = ()) -> Answer:
        """Send a request and read its whole answer; a redirect is not followed."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: localhost:{self.port}"]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if method != "GET":
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers]
        request = "\r\n".join([*lines, "", ""]).encode() + body
        try:
            return self._exchange(request)
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _exchange(self, request: bytes) -> Answer:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self.port), self.timeout)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more()
        head = data[:end]
        length = _LENGTH.search(head)
        parts, missing = [data[end + 4 :]], (int(length.group(1)) if length else 0) - len(data) + end + 4
        while missing > 0:
            parts.append(self._more())
            missing -= len(parts[-1])
        for name, value in _COOKIE.findall(head):
            self.cookies[name.decode()] = value.decode()
        if b"\r\nconnection: close" in head.lower():
            self.close()
        return Answer(int(head[9:12]), head, b"".join(parts))

    def _more(self) -> bytes:
        assert self._socket is not None
        data = self._socket.recv(262_144)
        if not data:
            raise ConnectionResetError("The server closed the connection.")
        return data
