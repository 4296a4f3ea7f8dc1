from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from bootstrap import ports
from bootstrap.commands import demo
from bootstrap.errors import Stop
from bootstrap.state import State


@contextmanager
def listener(port: int = 0) -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", port))
        server.listen()
        yield server.getsockname()[1]


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path / "state.json")


def test_a_port_is_remembered(state: State, tmp_path: Path) -> None:
    first = ports.choose(state, "postgres", avoid=set())
    assert ports.choose(State(tmp_path / "state.json"), "postgres", avoid=set()) == first


@pytest.mark.parametrize("name", ["postgres", "redis", "sandbox"])
def test_a_port_is_below_those_of_outgoing_connections(state: State, name: str) -> None:
    assert 20_000 <= ports.choose(state, name, avoid=set()) < 32_768


def test_the_web_port_is_one_that_people_know(state: State) -> None:
    assert 8000 <= ports.choose(state, "web", avoid=set()) < 8100


def test_a_remembered_port_that_was_taken_is_replaced(state: State) -> None:
    first = ports.choose(state, "redis", avoid=set())
    with listener(first):
        second = ports.choose(state, "redis", avoid=set())
    assert second != first
    assert state.get("port.redis") == second


def test_two_names_never_share_a_port(state: State) -> None:
    web = ports.choose(state, "web", avoid=set())
    assert ports.choose(state, "sandbox", avoid={web}) != web


def test_two_checkouts_start_looking_at_different_places(tmp_path: Path) -> None:
    one, two = State(tmp_path / "one" / "state.json"), State(tmp_path / "two" / "state.json")
    assert ports.choose(one, "postgres", avoid=set()) != ports.choose(two, "postgres", avoid=set())


def test_a_named_port_in_use_is_refused() -> None:
    with listener() as taken, pytest.raises(Stop) as stop:
        ports.explicit(str(taken), "127.0.0.1")
    assert f"Port {taken} is in use" in stop.value.line()


def test_a_named_port_that_is_free_is_taken_at_its_word() -> None:
    with listener() as port:
        pass
    assert ports.explicit(str(port), "127.0.0.1") == port


@pytest.mark.parametrize("text", ["abc", "0", "-1", "70000", "80 80", "٨٠٨٠"])
def test_what_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(Stop, match="is not a port"):
        ports.explicit(text, "127.0.0.1")


def test_a_reserved_port_is_kept_from_others_until_it_is_let_go() -> None:
    with listener() as port:
        pass
    with ports.reserved("127.0.0.1", port) as release:
        assert not ports.is_free(port)
        with pytest.raises(Stop, match="was taken a moment ago"), ports.reserved("127.0.0.1", port):
            pass
        release()
        assert ports.is_free(port)


def test_a_port_on_which_old_connections_linger_can_be_reserved() -> None:
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        client = socket.create_connection(("127.0.0.1", port))
        connection, _ = server.accept()
        # Who closes first keeps the port in TIME_WAIT: the server, as when the demo is stopped.
        connection.close()
        client.close()
    with socket.socket() as naive, pytest.raises(OSError, match="in use"):
        naive.bind(("127.0.0.1", port))
    with ports.reserved("127.0.0.1", port):
        assert not ports.is_free(port)


def test_who_loses_the_race_for_a_port_gets_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORT", raising=False)
    state, look = State(tmp_path / "state.json"), ports.is_free
    with listener() as port, ExitStack() as holding:
        state.set("port.web", port)
        blind = iter([True])  # the first look finds it free: somebody takes it right after
        monkeypatch.setattr(ports, "is_free", lambda number, *rest: next(blind, False) or look(number, *rest))
        addresses, _release = demo._reserve(state, "127.0.0.1", holding)
        assert addresses.web_port != port
