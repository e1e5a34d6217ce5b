"""The embedded Valkey: there when it says so, on a socket alone, and gone with who started it."""

import os
import select
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import redis

from kanban.support import embedded

ROOT = Path(__file__).resolve().parents[2]


def test_it_answers_on_a_socket_of_its_owner(tmp_path: Path) -> None:
    sock = tmp_path / "in" / "v.sock"
    server = embedded.start(sock, tmp_path / "data")
    try:
        assert embedded.answers(sock)
        assert sock.stat().st_mode & 0o077 == 0
        client = redis.Redis(unix_socket_path=str(sock))
        assert client.config_get("port")["port"] == "0"
        assert client.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
    finally:
        server.terminate()
        server.wait()
    assert not embedded.answers(sock)


@pytest.mark.parametrize("durable", [True, False])
def test_what_waits_in_it_survives_if_it_is_to(tmp_path: Path, durable: bool) -> None:
    sock = tmp_path / "v.sock"
    for expected in (None, b"job" if durable else None):
        server = embedded.start(sock, tmp_path / "data", durable=durable)
        client = redis.Redis(unix_socket_path=str(sock))
        assert client.get("waiting") == expected
        client.set("waiting", "job")
        server.terminate()
        server.wait()


def test_a_socket_left_behind_is_no_obstacle(tmp_path: Path) -> None:
    sock = tmp_path / "v.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(sock))
    assert not embedded.answers(sock)
    server = embedded.start(sock, tmp_path / "data", durable=False)
    assert embedded.answers(sock)
    server.kill()
    server.wait()


def test_one_that_cannot_start_says_where_to_look(tmp_path: Path) -> None:
    (tmp_path / "data" / "appendonlydir").mkdir(parents=True)
    (tmp_path / "data" / "appendonlydir" / "appendonly.aof.manifest").write_text("nonsense\n")
    with pytest.raises(embedded.CannotStart, match=r"valkey\.log says why"):
        embedded.start(tmp_path / "v.sock", tmp_path / "data")


def test_the_server_of_the_system_is_taken_where_the_wheel_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = tmp_path / "redis-server"
    ours.write_text("#!/bin/sh\n")
    ours.chmod(0o755)
    monkeypatch.setattr("platform.machine", lambda: "vax")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert embedded._binary() == str(ours)
    ours.unlink()
    with pytest.raises(embedded.CannotStart, match="set REDIS_URL"):
        embedded._binary()


def test_it_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from kanban.support import embedded\n"
        f"server = embedded.start(Path({str(tmp_path / 'v.sock')!r}), Path({str(tmp_path / 'data')!r}))\n"
        "print(server.pid, flush=True); sys.stdin.read()\n"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout is not None
    watched = os.pidfd_open(int(starter.stdout.readline()))
    starter.kill()
    starter.communicate()
    # Readable when the process is gone.
    assert select.select([watched], [], [], 5)[0]
    os.close(watched)
