"""Which command was asked for, and how every one of them ends: with code 0, or with one line and another code."""

import signal
from collections.abc import Callable, Sequence

from bootstrap.commands import audit, backup, bench, check, demo, development, lock, testing
from bootstrap.console import complain
from bootstrap.errors import Interrupted, Stop, explain_os_error

Command = Callable[[Sequence[str]], int]
COMMANDS: dict[str, Command] = {
    "demo": demo.run_demo,
    "dev": demo.run_development,
    "demo-reset": demo.reset,
    "test": testing.run_tests,
    "test-long": testing.run_long_tests,
    "bench-money": bench.run_money,
    "bench-orders": bench.run_orders,
    "bench-catalogue": bench.run_catalogue,
    "bench-live": bench.run_live,
    "check": check.run_checks,
    "format": development.format_sources,
    "messages": development.write_messages,
    "assets": development.build_assets,
    "assets-check": development.check_assets,
    "shell": development.shell,
    "manage": development.manage,
    "audit": audit.audit,
    "screenshots": development.screenshots,
    "backup": backup.backup,
    "restore": backup.restore,
    "install": development.install,
    "lock": lock.write,
    "lock-check": lock.check,
}


def main(arguments: Sequence[str]) -> int:
    """The exit code of the command that the first argument names."""
    command = COMMANDS.get(arguments[0]) if arguments else None
    if command is None:
        complain(f"artisan: name one of: {', '.join(COMMANDS)}.")
        return 2
    for signal_number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signal_number, _interrupt)
    try:
        return command(arguments[1:])
    except Stop as stop:
        complain(stop.line())
        return 1
    except OSError as error:
        complain(explain_os_error(error).line())
        return 1
    except Interrupted as interrupted:
        complain("artisan: stopped before it was done; the same command takes it up again.")
        return 128 + interrupted.signal_number


def _interrupt(signal_number: int, _frame: object) -> None:
    raise Interrupted(signal_number)
