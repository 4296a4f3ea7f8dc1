"""A whole site for the journeys: web, worker, beat and Stripe sandbox as processes, a database of its own."""

from __future__ import annotations

import email
import email.policy
import json
import os
import uuid
from contextlib import closing
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import redis
import stripe
from psycopg2.extras import DictCursor

from tests.support import github, template
from tests.support.processes import ROOT, Process, free_port, wait_until
from tests.support.traffic import TRAFFIC

WEBHOOK_SECRET = "whsec_journeys"
REDIS_DATABASES = range(15, 10, -1)
REDIS_MARK = "journeys:process"


def server_url() -> str:
    return os.environ["DATABASE_URL"]


@dataclass(frozen=True)
class Letter:
    to: str
    subject: str
    text: str


@dataclass
class Site:
    """``rules`` are seconds by name of a rule (orders/rules.py): the site's own timers, made short."""

    folder: Path
    rules: dict[str, int]
    port: int = field(default_factory=free_port)
    sandbox_port: int = field(default_factory=free_port)
    github_port: int = field(default_factory=free_port)
    live_port: int = field(default_factory=free_port)
    name: str = field(default_factory=lambda: f"journey_{uuid.uuid4().hex[:8]}")
    redis_url: str = ""
    processes: dict[str, Process] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def github_url(self) -> str:
        return f"http://127.0.0.1:{self.github_port}"

    @property
    def live_url(self) -> str:
        return f"http://127.0.0.1:{self.live_port}/live/"

    @property
    def database_url(self) -> str:
        return urlunsplit(urlsplit(server_url())._replace(path=f"/{self.name}"))

    @property
    def stripe(self) -> stripe.StripeClient:
        """A client of its own, to read the sandbox's record beside the site."""
        return stripe.StripeClient("sk_test_sandbox", base_addresses={"api": self.sandbox_url})

    @property
    def env(self) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": "tests.support.journey_settings",
            "DATABASE_URL": self.database_url,
            "DATABASE_KEEPS_STATEMENTS": "true",
            "REDIS_URL": self.redis_url,
            "SITE_URL": self.url,
            "LIVE_URL": self.live_url,
            "SECRET_KEY": "journeys-" + "x" * 50,
            "DATA_DIR": str(self.folder),
            "STRIPE_SECRET_KEY": "sk_test_sandbox",
            "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "STRIPE_API_BASE": self.sandbox_url,
            "JOURNEY_RULES": json.dumps(self.rules),
            "SETTLEMENT_CURRENCIES": "EUR,JPY",
            "GITHUB_URL": self.github_url,
            "GITHUB_CLIENT_ID": github.CLIENT_ID,
            "GITHUB_CLIENT_SECRET": github.CLIENT_SECRET,
            "LOG_LEVEL": "INFO",
        }

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.redis_url = _take_redis_database()
        _administer(f'CREATE DATABASE "{self.name}" TEMPLATE "{template.named()}"')
        stage = self._add("stage", ["-m", "tests.support.stage"])
        collecting = self._add("collectstatic", ["manage.py", "collectstatic", "--no-input", "--verbosity", "0"])
        stage.start()
        collecting.start()
        TRAFFIC.watch(self.folder / "sandbox")
        self._add("sandbox", self._sandbox_arguments()).start_and_wait(f"{self.sandbox_url}/healthz")
        self._add("github", ["-m", "tests.support.github", "--port", str(self.github_port)]).start()
        stage.finish(120)
        self._add("worker", ["-m", "celery", "-A", "marketplace", "worker", "-c", "1", "-P", "solo"]).start()
        schedule = str(self.folder / "beat")
        self._add("beat", ["-m", "celery", "-A", "marketplace", "beat", "-s", schedule, "--max-interval", "1"]).start()
        self._add("live", self._live_arguments()).start_and_wait(f"{self.live_url}healthz")
        collecting.finish(120)
        self._add("web", self._web_arguments()).start_and_wait(f"{self.url}/healthz")

    def stop(self) -> None:
        for process in self.processes.values():
            process.kill()  # nothing of it is needed any more
        _administer(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        if self.redis_url:
            redis.Redis.from_url(self.redis_url).flushdb()

    def ended(self) -> list[str]:
        """Processes that should be running and are not."""
        return [name for name in ("sandbox", "worker", "beat", "live", "web") if self.processes[name].dead()]

    def manage(self, *arguments: str) -> str:
        """Runs a management command to its end; returns what it printed. Raises AssertionError on failure."""
        process = Process(f"manage-{arguments[0]}", ["manage.py", *arguments], env=self.env, folder=self.folder)
        process.log.unlink(missing_ok=True)
        process.start()
        return process.finish(120)

    def rows(self, sql: str, *parameters: object) -> list[dict[str, object]]:
        """What the site's own database holds, read from beside it."""
        connection = psycopg2.connect(self.database_url, cursor_factory=DictCursor)
        with closing(connection), connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return [dict(row) for row in cursor.fetchall()]

    def differences(self) -> list[object]:
        """What ``manage.py check_ledger`` would find, without starting it: rows that violate an invariant."""
        queries = (ROOT / "payments" / "invariants.sql").read_text().split("-- name:")[1:]
        return [(query.split()[0], row) for query in queries for row in self.rows(query.partition("\n")[2])]

    def wait_for_row(self, sql: str, *parameters: object, seconds: float = 60) -> dict[str, object]:
        wait_until(lambda: self.rows(sql, *parameters), seconds=seconds, what=sql)
        return self.rows(sql, *parameters)[0]

    def letters_to(self, address: str) -> list[Letter]:
        """Every letter the site has sent to an address, oldest first."""
        files = sorted((self.folder / "mail").glob("*.log"), key=lambda path: path.stat().st_mtime_ns)
        return [letter for letter in map(_read_letter, files) if letter and letter.to == address]

    def wait_for_letter(self, address: str, subject: str, *, seconds: float = 30) -> Letter:
        """The newest letter to an address whose subject contains some words."""
        found: list[Letter] = []

        def look() -> bool:
            found[:] = [letter for letter in self.letters_to(address) if subject in letter.subject]
            return bool(found)

        try:
            wait_until(look, seconds=seconds, what=f"a letter to {address} about “{subject}”")
        except AssertionError as error:
            raise AssertionError(f"{error}; there are {[one.subject for one in self.letters_to(address)]}") from None
        return found[-1]

    def _add(self, name: str, arguments: list[str]) -> Process:
        self.processes[name] = Process(name, arguments, env=self.env, folder=self.folder)
        return self.processes[name]

    def _web_arguments(self) -> list[str]:
        options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port), "--workers", "1"]
        return ["-m", "granian", *options, "--blocking-threads", "4", "marketplace.wsgi:application"]

    def _live_arguments(self) -> list[str]:
        options = ["--interface", "asgi", "--host", "127.0.0.1", "--port", str(self.live_port), "--no-access-log"]
        return ["-m", "granian", *options, "marketplace.live:application"]

    def _sandbox_arguments(self) -> list[str]:
        return [
            *("-m", "payments.sandbox", "--port", str(self.sandbox_port), "--state", str(self.folder / "sandbox")),
            *("--webhook-url", f"{self.url}/stripe/webhooks/", "--webhook-secret", WEBHOOK_SECRET),
            *("--connect-webhook-url", f"{self.url}/stripe/webhooks/connect/"),
            *("--v2-webhook-url", f"{self.url}/stripe/webhooks/v2/"),
            *("--connect-webhook-secret", WEBHOOK_SECRET, "--payout-seconds", "2", "--funds-seconds", "3"),
            *("--bodies-kept", "2000"),
        ]


def _read_letter(path: Path) -> Letter | None:
    message = email.message_from_bytes(path.read_bytes().split(b"-" * 79)[0], policy=email.policy.default)
    if not isinstance(message, EmailMessage) or not message["To"]:
        return None  # being written just now
    body = message.get_body(("plain",))
    return Letter(str(message["To"]), str(message["Subject"]), body.get_content() if body else "")


def _take_redis_database() -> str:
    """The address of a Redis database that nobody uses, marked as this process's: two sites never share one."""
    parts = urlsplit(os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0"))
    for number in REDIS_DATABASES:
        url = urlunsplit(parts._replace(path=f"/{number}"))
        database = redis.Redis.from_url(url)
        holder: Any = database.get(REDIS_MARK)
        if holder and not _is_alive(int(holder)):  # a run that was killed
            database.flushdb()
        if database.dbsize() == 0 and database.set(REDIS_MARK, os.getpid(), nx=True):
            return url
    raise AssertionError(f"All Redis databases for journeys are in use: {list(REDIS_DATABASES)}")


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _administer(sql: str) -> None:
    connection = psycopg2.connect(server_url())
    connection.autocommit = True
    with closing(connection), connection.cursor() as cursor:
        cursor.execute(sql)
