"""PostgreSQL and Redis by each of the three ways, started for real in a folder with a space in its path."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest
import redis

from bootstrap import postgres_binaries, redis_server, servers
from bootstrap.checkout import Checkout
from bootstrap.errors import Stop
from bootstrap.servers import Place, Urls
from bootstrap.state import State
from bootstrap.supervisor import Supervisor


@contextmanager
def running(checkout: Checkout) -> Iterator[Urls]:
    supervisor = Supervisor(checkout.data / "processes.json")
    try:
        yield servers.provide(Place.lasting(checkout, State(checkout.data / "state.json")), supervisor)
    finally:
        supervisor.stop()


def ask(url: str, question: str) -> str:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            return str(cursor.fetchone()[0]) if cursor.description else ""
    finally:
        connection.close()


@pytest.fixture(autouse=True)
def nothing_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", servers.CHOICE):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("choice", ["", "packages"])
def test_private_servers_serve_and_keep_what_they_were_given(
    checkout: Checkout, choice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(servers.CHOICE, choice)
    with running(checkout) as first:
        for extension in postgres_binaries.NEEDED_EXTENSIONS:
            ask(first.database, f"CREATE EXTENSION {extension}")
        ask(first.database, "CREATE TABLE kept AS SELECT 42 AS answer")
        assert ask(first.database, "SELECT upper('éß')") in {"ÉSS", "Éß", "ÉẞSS"}
        assert ask(first.database, "SELECT rolsuper FROM pg_roles WHERE rolname = 'artisan'") == "False"
        assert ask(first.database, "SHOW listen_addresses") == "127.0.0.1"
        assert ask(first.database, "SHOW wal_compression") in {"lz4", "pglz", "on"}
        redis.Redis.from_url(first.redis).set("kept", "42")
    with pytest.raises(psycopg2.OperationalError):
        ask(first.database, "SELECT 1")
    with running(checkout) as second:
        assert second == first
        assert ask(second.database, "SELECT answer FROM kept") == "42"
        assert redis.Redis.from_url(second.redis).get("kept") == b"42"


def test_private_servers_let_nobody_in_without_the_password(checkout: Checkout) -> None:
    with running(checkout) as urls:
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            ask(urls.database.replace("artisan:", "artisan:wrong"), "SELECT 1")
        with pytest.raises(redis.AuthenticationError):
            redis.Redis.from_url(urls.redis.split("@")[-1].join(["redis://", ""])).ping()


def test_named_servers_are_used_and_nothing_is_started(
    checkout: Checkout, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Checkout(checkout.root, folder / "other" / ".data")
    other.prepare()
    with running(other) as named:
        monkeypatch.setenv("DATABASE_URL", named.database)
        monkeypatch.setenv("REDIS_URL", named.redis)
        with running(checkout) as used:
            assert used == named
        assert not (checkout.data / "servers").exists()


def test_a_cluster_that_was_left_half_made_is_made_again(checkout: Checkout) -> None:
    half = checkout.data / "servers" / "postgres" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("15\n")
    with running(checkout) as urls:
        assert ask(urls.database, "SELECT 1") == "1"
    assert not half.exists()


def test_data_of_a_version_that_is_gone_is_not_touched(checkout: Checkout) -> None:
    data = checkout.data / "servers" / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("99\n")
    with pytest.raises(Stop, match="made by PostgreSQL 99"), running(checkout):
        pass
    assert (data / "PG_VERSION").read_text() == "99\n"


def test_hidden_binaries_are_not_found(tmp_path: Path) -> None:
    assert postgres_binaries.find_installed(path=str(tmp_path), folders=[]) == []
    assert redis_server.find_installed(path=str(tmp_path), folders=[]) is None


def stub(folder: Path, *names: str, says: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text(f"#!/bin/sh\necho '{says}'\n")
        (folder / name).chmod(0o755)
    return folder


def extensions(share: Path, names: tuple[str, ...]) -> None:
    (share / "extension").mkdir(parents=True)
    for name in names:
        (share / "extension" / f"{name}.control").touch()


def test_a_link_on_path_leads_to_the_folder_with_all_programs(tmp_path: Path) -> None:
    programs = stub(tmp_path / "pg" / "bin", "initdb", "pg_ctl", "postgres", says="postgres (PostgreSQL) 16.4")
    extensions(tmp_path / "pg" / "share", postgres_binaries.NEEDED_EXTENSIONS)
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "initdb").symlink_to(programs / "initdb")
    found = postgres_binaries.find_installed(path=str(tmp_path / "path"), folders=[])
    assert [(each.folder, each.major) for each in found] == [(programs, 16)]


def test_the_newest_of_several_versions_comes_first(tmp_path: Path) -> None:
    for version in ("9.6", "15", "17"):
        home = tmp_path / version
        stub(home / "bin", "initdb", "pg_ctl", "postgres", says=f"postgres (PostgreSQL) {version}.2")
        extensions(home / "share", postgres_binaries.NEEDED_EXTENSIONS)
    found = postgres_binaries.find_installed(path="", folders=[f"{tmp_path}/*/bin"])
    assert [each.major for each in found] == [17, 15]


@pytest.mark.parametrize("missing", postgres_binaries.NEEDED_EXTENSIONS)
def test_a_postgres_without_contrib_is_passed_over(tmp_path: Path, missing: str) -> None:
    stub(tmp_path / "bin", "initdb", "pg_ctl", "postgres", says="postgres (PostgreSQL) 98.1")
    extensions(tmp_path / "share", tuple(set(postgres_binaries.NEEDED_EXTENSIONS) - {missing}))
    assert postgres_binaries.inspect(tmp_path / "bin") is None


@pytest.mark.parametrize(
    ("name", "version", "accepted"),
    [
        ("redis-server", "v=7.0.15", True),
        ("valkey-server", "v=8.1.1", True),
        ("redis-server", "v=6.2.0", True),
        ("redis-server", "v=5.0.7", False),
    ],
)
def test_redis_and_valkey_are_found_when_new_enough(tmp_path: Path, name: str, version: str, *, accepted: bool) -> None:
    stub(tmp_path, name, says=f"Redis server {version} sha=0")
    assert redis_server.find_installed(path=str(tmp_path), folders=[]) == (tmp_path / name if accepted else None)


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("DATABASE_URL", "sqlite:///db.sqlite3"),
        ("DATABASE_URL", "postgres://host:port/name"),
        ("DATABASE_URL", "postgres://host"),
        ("DATABASE_URL", "nonsense"),
        ("REDIS_URL", "http://localhost:6379"),
        ("REDIS_URL", "redis://localhost:99999/0"),
    ],
)
def test_an_address_that_cannot_be_right_is_refused(name: str, url: str) -> None:
    with pytest.raises(Stop, match=f"{name} is not an address of the form"):
        servers.check_named_urls({name: url})


def test_tests_may_pass_the_triggers_by_and_a_lasting_server_lets_nobody(checkout: Checkout) -> None:
    ask_for_it = "SET session_replication_role = replica"
    with running(checkout) as lasting, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(lasting.database, ask_for_it)
    place = Place.throw_away(checkout, State(checkout.data / "test" / "state.json"), "one")
    supervisor = Supervisor(checkout.data / "test" / "processes.json")
    try:
        ask(servers.provide(place, supervisor).database, ask_for_it)
    finally:
        supervisor.stop()
