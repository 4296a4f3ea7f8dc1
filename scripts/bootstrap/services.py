"""The application's own long-running processes."""

import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

from bootstrap.checkout import Checkout
from bootstrap.processes import Command
from bootstrap.settings_env import WEBHOOK_PATH, Addresses
from bootstrap.supervisor import Service

_WEB_WORKERS = "2"
_WORKER_PROCESSES = "2"
_ONE_ARENA = {"MALLOC_ARENA_MAX": "1"}  # as in the Dockerfile; docs/operations.md


def web(checkout: Checkout, env: Mapping[str, str], addresses: Addresses) -> Service:
    """Granian, as in production."""
    return _service(
        checkout,
        {**env, **_ONE_ARENA},
        "web",
        "granian",
        *("--interface", "wsgi", "--host", addresses.host, "--port", str(addresses.web_port)),
        *("--workers", _WEB_WORKERS, "--no-access-log", "marketplace.wsgi:application"),
        ready=_answers(f"{addresses.loopback}/"),
    )


def live(checkout: Checkout, env: Mapping[str, str], addresses: Addresses) -> Service:
    """The live line, as in production."""
    return _service(
        checkout,
        {**env, **_ONE_ARENA},
        "live",
        "granian",
        *("--interface", "asgi", "--host", addresses.host, "--port", str(addresses.live_port)),
        *("--no-access-log", "marketplace.live:application"),
        ready=_answers(f"http://127.0.0.1:{addresses.live_port}/live/healthz"),
    )


def development_web(checkout: Checkout, env: Mapping[str, str], addresses: Addresses) -> Service:
    """Django's own server, which reloads what changes."""
    command: Command = [checkout.python, "manage.py", "runserver", f"{addresses.host}:{addresses.web_port}"]
    return Service(
        name="web",
        command=command,
        log=checkout.logs / "web.log",
        cwd=checkout.root,
        env=env,
        ready=_answers(f"{addresses.loopback}/"),
    )


def sandbox(checkout: Checkout, env: Mapping[str, str], addresses: Addresses) -> Service:
    """The local Stripe."""
    return _service(
        checkout,
        env,
        "sandbox",
        "payments.sandbox",
        *("--host", addresses.host, "--port", str(addresses.sandbox_port), "--base-url", addresses.sandbox),
        *("--state", str(checkout.data / "sandbox")),
        *("--webhook-url", f"{addresses.loopback}{WEBHOOK_PATH}", "--webhook-secret", env["STRIPE_WEBHOOK_SECRET"]),
        *("--connect-webhook-url", f"{addresses.loopback}{WEBHOOK_PATH}connect/"),
        *("--v2-webhook-url", f"{addresses.loopback}{WEBHOOK_PATH}v2/", "--funds-seconds", "20"),
        ready=_answers(f"http://127.0.0.1:{addresses.sandbox_port}/healthz"),
    )


def background(checkout: Checkout, env: Mapping[str, str]) -> list[Service]:
    """Worker and beat. They need no port; that they run is all that can be asked at once."""
    schedule = checkout.data / "beat" / "schedule"
    schedule.parent.mkdir(parents=True, exist_ok=True)
    pid_file = schedule.with_name("beat.pid")
    # Left by a beat that was killed; the lock of the checkout already says that no other one runs.
    pid_file.unlink(missing_ok=True)
    celery = ("celery", "-A", "marketplace")
    return [
        _service(
            checkout,
            env,
            "worker",
            *celery,
            *("worker", "--loglevel", "INFO", "--concurrency", _WORKER_PROCESSES, "--without-mingle"),
            ready=_said(checkout.logs / "worker.log", " ready."),
        ),
        _service(
            checkout,
            env,
            "beat",
            *celery,
            *("beat", "--loglevel", "INFO", "--schedule", str(schedule), "--pidfile", str(pid_file)),
            ready=_said(checkout.logs / "beat.log", "beat: Starting"),
        ),
    ]


def _service(
    checkout: Checkout, env: Mapping[str, str], name: str, module: str, *arguments: str, ready: Callable[[], bool]
) -> Service:
    # Called as modules: the scripts in .venv/bin carry the path of the folder they were installed in.
    return Service(
        name=name,
        command=[checkout.python, "-m", module, *arguments],
        log=checkout.logs / f"{name}.log",
        cwd=checkout.root,
        env=env,
        ready=ready,
    )


def _answers(url: str) -> Callable[[], bool]:
    """Whether the address answers with anything but an error of the server."""

    def ask() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own http address
                return bool(answer.status < 400)
        except (OSError, urllib.error.URLError):
            return False

    return ask


def _said(log: Path, words: str) -> Callable[[], bool]:
    """Whether the log, from where it ends now, says these words."""
    start = log.stat().st_size if log.exists() else 0

    def look() -> bool:
        if not log.exists() or log.stat().st_size < start:
            return False
        with log.open("rb") as file:
            file.seek(start)
            return words.encode() in file.read()

    return look
