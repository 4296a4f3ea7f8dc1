"""make demo, make dev, make demo-reset."""

import os
import runpy
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from bootstrap import ports, python_packages, services, settings_env
from bootstrap.checkout import Checkout
from bootstrap.console import note, say, step, title
from bootstrap.errors import Interrupted, Stop
from bootstrap.privileges import remove_outside
from bootstrap.processes import Command, run, run_with_progress
from bootstrap.servers import Place, Urls, check_named_urls, provide
from bootstrap.settings_env import Addresses
from bootstrap.state import Stamp, State, fingerprint, hold, is_held
from bootstrap.supervisor import Service, Supervisor, stop_leftovers

_LOOK_AROUND_SECONDS = 0.5
_RESERVE_TRIES = 8
# What demo-reset leaves: packages are the same for every demo and take longest to fetch.
_KEPT = {"packages", "test"}


@dataclass(frozen=True)
class Session:
    """One running demo or development server."""

    checkout: Checkout
    state: State
    supervisor: Supervisor
    addresses: Addresses
    env: dict[str, str]
    release_ports: Callable[[], None]


def run_demo(_arguments: Sequence[str]) -> int:
    """The product as in production, with demo data, until Ctrl-C."""
    started = time.monotonic()
    with _session("runtime", "demo") as session:
        _build_static(session)
        _start(session, services.web(session.checkout, session.env, session.addresses))
        _welcome(session, time.monotonic() - started)
        _watch(session.supervisor, tick=lambda: None)
    return 0


def run_development(_arguments: Sequence[str]) -> int:
    """The same with DEBUG on, reloading what changes, until Ctrl-C."""
    started = time.monotonic()
    with _session("development", "development") as session:
        _start(session, services.development_web(session.checkout, session.env, session.addresses))
        _welcome(session, time.monotonic() - started)
        _watch(session.supervisor, tick=_reloader(session))
    return 0


def _start(session: Session, web: Service) -> None:
    """The application's processes. Worker and beat wait for the demo's data: they would act on half of a story."""
    session.release_ports()
    front = [services.live(session.checkout, session.env, session.addresses), web]
    if not settings_env.uses_real_stripe():
        front.insert(0, services.sandbox(session.checkout, session.env, session.addresses))
    background = services.background(session.checkout, session.env)
    if _has_demo(session):
        with step("Web, live line, worker, beat and sandbox"):
            session.supervisor.start(*front, *background)
        return
    session.supervisor.start(*front)
    _load_demo(session)
    session.supervisor.start(*background)


@contextmanager
def _session(packages: str, settings: str) -> Iterator[Session]:
    """Everything up to a migrated database and a running sandbox; all of it stopped at the end, whatever happens."""
    check_named_urls()
    host = ports.listening_address(os.environ.get("LISTEN") or "127.0.0.1")
    checkout = Checkout.here()
    title("Artisan")
    checkout.prepare()
    with hold(lock_of(checkout), "Artisan runs already in this checkout", "Stop it there with Ctrl-C first"):
        record = checkout.data / "processes.json"
        stop_leftovers(record)
        state = State(checkout.data / "state.json")
        with ExitStack() as holding:
            addresses, release_ports = _reserve(state, host, holding)
            python_packages.ensure(checkout, packages)
            with _stopping(supervisor := Supervisor(record)):
                urls = provide(Place.lasting(checkout, state), supervisor)
                env = settings_env.application_env(checkout, state, settings=settings, urls=urls, addresses=addresses)
                _tell_other_commands(checkout, settings, urls, addresses)
                session = Session(checkout, state, supervisor, addresses, env, release_ports)
                _migrate(session)
                yield session


def _tell_other_commands(checkout: Checkout, settings: str, urls: Urls, addresses: Addresses) -> None:
    """What make shell, make manage and make screenshots need to reach this demo."""
    running = State(checkout.data / "running.json")
    known = {"settings": settings, "database": urls.database, "redis": urls.redis, **asdict(addresses)}
    for name, value in known.items():
        running.set(name, value)


@contextmanager
def _stopping(supervisor: Supervisor) -> Iterator[None]:
    try:
        yield
    except Interrupted:
        say()
        _stop_all(supervisor)
        raise
    except BaseException:
        _stop_all(supervisor)
        raise
    _stop_all(supervisor)


def _stop_all(supervisor: Supervisor) -> None:
    if not supervisor.has_started:
        return
    try:
        with step("Stopping"):
            supervisor.stop()
    except Interrupted:
        supervisor.kill()


def lock_of(checkout: Checkout) -> Path:
    """Held for as long as a demo runs in this checkout."""
    return checkout.data / "running.lock"


def _reserve(state: State, host: str, holding: ExitStack) -> tuple[Addresses, Callable[[], None]]:
    """Ports that are ours until ``holding`` ends; another checkout that starts in the same moment gets others."""
    for tries_left in reversed(range(_RESERVE_TRIES)):
        addresses = _addresses(state, host)
        try:
            return addresses, holding.enter_context(ports.reserved(host, *addresses.ports))
        except ports.TakenMeanwhile:
            if not tries_left or os.environ.get("PORT"):
                raise
    raise AssertionError("the last try returns or raises")


def _addresses(state: State, host: str) -> Addresses:
    named = os.environ.get("PORT")
    web = ports.explicit(named, host) if named else ports.choose(state, "web", avoid=set())
    sandbox = ports.choose(state, "sandbox", avoid={web})
    return Addresses(host, web, sandbox, ports.choose(state, "live", avoid={web, sandbox}))


def _manage(session: Session, *arguments: str, what: str) -> None:
    run(
        [session.checkout.python, "manage.py", *arguments],
        log=session.checkout.run_log,
        env=session.env,
        cwd=session.checkout.root,
        what=what,
        mend="Mend that and run the command again",
    )


def _migrate(session: Session) -> None:
    with step("Database tables"):
        _manage(session, "migrate", "--no-input", what="The database could not be migrated")


def _build_static(session: Session) -> None:
    checkout = session.checkout
    stamp = Stamp(checkout.data / "stamps" / "static")
    key = fingerprint(checkout.root / "static", checkout.requirements("runtime"))
    if stamp.matches(key) and (checkout.data / "static").is_dir():
        return
    stamp.clear()
    with step("Styles, scripts and pictures"):
        _manage(session, "collectstatic", "--no-input", "--clear", what="The static files could not be collected")
    stamp.set(key)


def _load_demo(session: Session) -> None:
    """Once for each database; a load that was cut off is taken up again, because the loader is idempotent."""
    with step("Demo data", quiet=False):
        command: Command = [session.checkout.python, "manage.py", "load_demo"]
        log = session.checkout.logs / "load_demo.log"
        code, told = run_with_progress(command, log=log, env=session.env, cwd=session.checkout.root)
        if code != 0:
            raise Stop(
                f"The demo data could not be loaded: {told}",
                f"Run the command again, or start anew: make demo-reset (details: {log})",
            )
    stamp, key = _demo_stamp(session)
    stamp.set(key)


def _has_demo(session: Session) -> bool:
    stamp, key = _demo_stamp(session)
    return stamp.matches(key)


def _demo_stamp(session: Session) -> tuple[Stamp, str]:
    """For this database: another DATABASE_URL has no demo yet."""
    key = fingerprint(session.env["DATABASE_URL"].split("@")[-1], session.state.secret("demo_data"))
    return Stamp(session.checkout.data / "stamps" / "demo-data"), key


def _welcome(session: Session, seconds: float) -> None:
    say()
    title(f"  {session.addresses.site}   (ready after {seconds:.0f} s)")
    say()
    for line in _accounts(session.checkout):
        say(f"  {line}")
    say()
    note(f"Logs: {session.checkout.logs}")
    note("Ctrl-C stops everything; the same command takes up the same data; make demo-reset starts anew.")


def _accounts(checkout: Checkout) -> list[str]:
    """The people of the demo, with their common password, as the demo itself knows them."""
    known = runpy.run_path(str(checkout.root / "marketplace" / "demo" / "roles.py"))
    people = [f"{name:<10} {role.email}" for name, role in known["ROLES"].items()]
    return [*people, f"{'password':<10} {known['PASSWORD']}   (or one click in the bar of the demo)"]


def _watch(supervisor: Supervisor, *, tick: Callable[[], None]) -> None:
    try:
        while True:
            supervisor.tend()
            tick()
            time.sleep(_LOOK_AROUND_SECONDS)
    except Interrupted:
        # Ctrl-C is how a demo ends, not a failure of it.
        say()


def _reloader(session: Session) -> Callable[[], None]:
    """Restarts worker, beat and sandbox when a source file changed; the web process reloads by itself."""
    folders = [path.parent for path in session.checkout.root.glob("*/apps.py")] + [
        session.checkout.root / "marketplace"
    ]
    seen = _sources(folders)

    def tick() -> None:
        nonlocal seen
        now = _sources(folders)
        if now != seen:
            seen = now
            note("The source changed: worker, beat and sandbox start again")
            session.supervisor.restart({"worker", "beat", "sandbox"})

    return tick


def _sources(folders: Sequence[Path]) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for folder in folders for path in folder.rglob("*.py") if path.is_file()}


def reset(_arguments: Sequence[str]) -> int:
    """Throw the demo's data away; fetched packages stay."""
    checkout = Checkout.here()
    if is_held(lock_of(checkout)):
        raise Stop("Artisan runs in this checkout", "Stop it there with Ctrl-C first")
    if os.environ.get("DATABASE_URL"):
        raise Stop(
            "demo-reset leaves a database named by DATABASE_URL alone", "Empty that database yourself, or unset it"
        )
    if not checkout.data.is_dir():
        say("There is no demo data here.")
        return 0
    stop_leftovers(checkout.data / "processes.json")
    with step("Removing the demo's data"):
        _remove(checkout)
    say("make demo starts anew.")
    return 0


def _remove(checkout: Checkout) -> None:
    try:
        remove_outside(checkout, State(checkout.data / "state.json"))
    except Stop:
        note("state.json was not readable, and is removed too")
    for path in checkout.data.iterdir():
        if path.name in _KEPT:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
