"""make check: what CI asks before it runs a test. `check.py ruff mypy` style arguments choose among them."""

import time
from collections.abc import Callable, Sequence

from bootstrap import settings_env
from bootstrap.checkout import Checkout
from bootstrap.commands import lock
from bootstrap.commands.development import check_assets, prepared
from bootstrap.console import complain, say
from bootstrap.errors import Stop
from bootstrap.processes import run_visibly

_PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "marketplace.settings.production",
    "DEBUG": "0",
    "DEMO": "0",
    "OPERATOR_ADDRESS": "1 Example Street|Example",
}
_TESTING = {"DJANGO_SETTINGS_MODULE": "marketplace.settings.testing"}
# makemigrations looks for a database to compare histories with, and warns when there is none.
_NO_DATABASE = {"PYTHONWARNINGS": "ignore::RuntimeWarning"}
_DEPLOY = ("manage.py", "check", "--deploy", "--fail-level", "WARNING")
_LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def run_checks(arguments: Sequence[str]) -> int:
    """All checks, or those named; the code is 1 when any of them fails, and each is run."""
    checkout = prepared()
    unknown = set(arguments) - set(_CHECKS)
    if unknown:
        raise Stop(f"No check is called {', '.join(sorted(unknown))}", f"Name some of: {', '.join(_CHECKS)}")
    failed = [name for name in arguments or _CHECKS if not _passes(name, checkout)]
    if failed:
        complain(f"artisan: failed: {', '.join(failed)}.")
    return 1 if failed else 0


def _passes(name: str, checkout: Checkout) -> bool:
    say(f"── {name}")
    started = time.monotonic()
    try:
        passed = _CHECKS[name](checkout)
    except Stop as stop:
        complain(stop.line())
        passed = False
    say(f"── {name}: {'passed' if passed else 'FAILED'} ({time.monotonic() - started:.1f} s)")
    return passed


def _python(*arguments: str, env: dict[str, str] | None = None) -> Callable[[Checkout], bool]:
    def check(checkout: Checkout) -> bool:
        # The checks look at the source: what this shell names (a live Stripe key, DEBUG) must not change them.
        whole = settings_env.base_env(checkout) | settings_env.DUMMY_ENV | _TESTING | (env or {})
        return run_visibly([checkout.python, *arguments], env=whole, cwd=checkout.root) == 0

    return check


_CHECKS: dict[str, Callable[[Checkout], bool]] = {
    "lock": lambda _: lock.check([]) == 0,
    "ruff": _python("-m", "ruff", "check", "."),
    "format": _python("-m", "ruff", "format", "--check", "."),
    "mypy": _python("-m", "mypy"),
    "imports": _python("-c", _LINT_IMPORTS),
    "templates": _python("-m", "djlint", "--lint", "--quiet", "templates"),
    "messages": _python("scripts/catalogues.py", "--check"),
    "migrations": _python("manage.py", "makemigrations", "--check", "--dry-run", env=_NO_DATABASE),
    "deploy": _python(*_DEPLOY, env=_PRODUCTION),
    "assets": lambda _: check_assets([]) == 0,
    # After assets, which installs the package that carries the published schema.
    "compose": _python("scripts/check_compose.py"),
}
