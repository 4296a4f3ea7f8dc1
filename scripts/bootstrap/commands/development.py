"""The smaller make targets of everyday work."""

from collections.abc import Callable, Sequence
from pathlib import Path

from bootstrap import python_packages, settings_env
from bootstrap.checkout import Checkout
from bootstrap.console import say, step
from bootstrap.errors import Stop
from bootstrap.node import find_npm
from bootstrap.processes import run, run_visibly
from bootstrap.servers import Urls
from bootstrap.state import State, is_held

_BUILT = ("css/site.css", "js/site.js", "js/vendor/*", "fonts/*")  # below static/: all that the build makes


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


def build_assets(_arguments: Sequence[str]) -> int:
    """Build what assets/ gives: static/css/site.css, static/js/site.js, fonts and other people's scripts."""
    checkout = Checkout.here()
    checkout.prepare()
    with step("assets"):
        _build(checkout)
    return 0


def check_assets(_arguments: Sequence[str]) -> int:
    """Build all of it again and compare it with the committed files, which are left as they were."""
    checkout = Checkout.here()
    checkout.prepare()
    changed = out_of_step(checkout.root / "static", lambda: _build(checkout))
    if changed:
        names = " and ".join(f"static/{name}" for name in changed)
        raise Stop(f"{names} not what the sources and the templates give", "Build and commit: make assets")
    say("What is built is in step with its sources.")
    return 0


def out_of_step(static: Path, build: Callable[[], None]) -> list[str]:
    """What a build from nothing makes in another way, makes besides or makes no more. The folder is left as it was."""
    committed = _built(static)
    try:
        _put(static, {})
        build()
        made = _built(static)
    finally:
        _put(static, committed)
    return sorted(name for name in committed | made if committed.get(name) != made.get(name))


def _built(static: Path) -> dict[str, bytes]:
    files = (file for pattern in _BUILT for file in static.glob(pattern))
    return {file.relative_to(static).as_posix(): file.read_bytes() for file in files}


def _put(static: Path, content: dict[str, bytes]) -> None:
    for name in _built(static).keys() - content.keys():
        (static / name).unlink()
    for name, data in content.items():
        (static / name).write_bytes(data)


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
