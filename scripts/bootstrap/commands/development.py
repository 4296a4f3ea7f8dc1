"""The smaller make targets of everyday work."""

from collections.abc import Sequence
from pathlib import Path

from bootstrap import python_packages, settings_env
from bootstrap.checkout import Checkout
from bootstrap.console import say, step
from bootstrap.errors import Stop
from bootstrap.node import find_npm
from bootstrap.processes import run, run_visibly
from bootstrap.servers import Urls
from bootstrap.state import State, is_held

_BUILT_CSS = Path("static") / "css" / "site.css"


def prepared(packages: str = "development") -> Checkout:
    """The checkout with the packages of that lock."""
    checkout = Checkout.here()
    checkout.prepare()
    python_packages.ensure(checkout, packages)
    return checkout


def install(_arguments: Sequence[str]) -> int:
    """`.venv` with the development packages, and nothing started."""
    prepared()
    say("Installed in .venv.")
    return 0


def format_sources(_arguments: Sequence[str]) -> int:
    """Lay out the Python sources as the checks want them."""
    checkout = prepared()
    env = settings_env.base_env(checkout)
    commands = (
        ("ruff", "check", "--fix", "."),
        ("ruff", "format", "."),
    )
    for module, *arguments in commands:
        run_visibly([checkout.python, "-m", module, *arguments], env=env, cwd=checkout.root)
    return 0


def write_messages(_arguments: Sequence[str]) -> int:
    """Bring the catalogues of translations into step with the sources, and compile them."""
    checkout = prepared()
    env = settings_env.base_env(checkout) | settings_env.DUMMY_ENV
    env["DJANGO_SETTINGS_MODULE"] = "marketplace.settings.testing"
    return run_visibly([checkout.python, "scripts/catalogues.py"], env=env, cwd=checkout.root)


def shell(arguments: Sequence[str]) -> int:
    """manage.py shell in the environment of the demo that runs here."""
    return manage(["shell", *arguments])


def manage(arguments: Sequence[str]) -> int:
    """manage.py with the servers of the demo that runs in this checkout."""
    checkout = prepared("runtime")
    return run_visibly([checkout.python, "manage.py", *arguments], env=env_of_running_demo(checkout), cwd=checkout.root)


def screenshots(arguments: Sequence[str]) -> int:
    """Pictures of the main pages of the demo that runs in this checkout."""
    checkout = prepared()
    script = checkout.root / "scripts" / "screenshots.py"
    return run_visibly([checkout.python, script, *arguments], env=env_of_running_demo(checkout), cwd=checkout.root)


def env_of_running_demo(checkout: Checkout) -> dict[str, str]:
    """What its own processes have."""
    running = checkout.data / "running.json"
    if not is_held(checkout.data / "running.lock") or not running.is_file():
        raise Stop("No demo runs in this checkout", "Start it in another terminal: make demo")
    known = State(running)
    addresses = settings_env.Addresses(
        known.get("host"), known.get("web_port"), known.get("sandbox_port"), known.get("live_port")
    )
    return settings_env.application_env(
        checkout,
        State(checkout.data / "state.json"),
        settings=known.get("settings"),
        urls=Urls(known.get("database"), known.get("redis")),
        addresses=addresses,
    )


def build_css(_arguments: Sequence[str]) -> int:
    """Build static/css/site.css from its sources."""
    checkout = Checkout.here()
    checkout.prepare()
    with step("CSS"):
        _build(checkout)
    return 0


def check_css(_arguments: Sequence[str]) -> int:
    """Build the CSS again and compare it with the committed file, which is left as it was."""
    checkout = Checkout.here()
    checkout.prepare()
    built = checkout.root / _BUILT_CSS
    if not built.is_file():
        raise Stop(f"{_BUILT_CSS} is missing", "Build it: make css")
    committed = built.read_bytes()
    try:
        _build(checkout)
        again = built.read_bytes()
    finally:
        built.write_bytes(committed)
    if again != committed:
        raise Stop(f"{_BUILT_CSS} is not what its sources and the templates give", "Build and commit it: make css")
    say("The built CSS is in step.")
    return 0


def _build(checkout: Checkout) -> None:
    npm = find_npm(checkout)
    for arguments in (["ci"], ["run", "build"]):
        run(
            [*npm.command, *arguments],
            log=checkout.run_log,
            env=npm.env,
            cwd=checkout.root,
            what=f"npm {' '.join(arguments)} failed",
            mend="Mend that and run the command again",
        )
