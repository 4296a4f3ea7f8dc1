"""A whole site for the journeys: web, worker, beat and Stripe sandbox as processes, a database of its own."""

from __future__ import annotations

import json
import os
import re
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from psycopg2.extras import DictCursor

from tests.support.processes import Process, free_port, wait_until

WEBHOOK_SECRET = "whsec_journeys"


def server_url() -> str:
    return os.environ["DATABASE_URL"]


def redis_url(database: int) -> str:
    parts = urlsplit(os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0"))
    return urlunsplit(parts._replace(path=f"/{database}"))


@dataclass
class Site:
    """``rules`` are seconds by name of a rule (orders/rules.py): the site's own timers, made short."""

    folder: Path
    rules: dict[str, int]
    port: int = field(default_factory=free_port)
    sandbox_port: int = field(default_factory=free_port)
    name: str = field(default_factory=lambda: f"journey_{uuid.uuid4().hex[:8]}")
    processes: dict[str, Process] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def database_url(self) -> str:
        return urlunsplit(urlsplit(server_url())._replace(path=f"/{self.name}"))

    @property
    def env(self) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": "tests.support.journey_settings",
            "DATABASE_URL": self.database_url,
            "REDIS_URL": redis_url(9),
            "SITE_URL": self.url,
            "SECRET_KEY": "journeys-" + "x" * 50,
            "DATA_DIR": str(self.folder),
            "STRIPE_SECRET_KEY": "sk_test_sandbox",
            "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "STRIPE_API_BASE": self.sandbox_url,
            "JOURNEY_RULES": json.dumps(self.rules),
            "LOG_LEVEL": "INFO",
        }

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._administer(f'CREATE DATABASE "{self.name}"')
        self._flush_redis()
        self.manage("migrate", "--no-input")
        self.manage("load_categories")
        self.manage("collectstatic", "--no-input")
        self._add("sandbox", self._sandbox_arguments()).start_and_wait(f"{self.sandbox_url}/healthz")
        self._add("web", self._web_arguments()).start_and_wait(f"{self.url}/healthz")
        self._add("worker", ["-m", "celery", "-A", "marketplace", "worker", "-c", "1", "-P", "solo"]).start()
        schedule = str(self.folder / "beat")
        self._add("beat", ["-m", "celery", "-A", "marketplace", "beat", "-s", schedule, "--max-interval", "1"]).start()

    def stop(self) -> None:
        for name in ("beat", "worker", "web", "sandbox"):
            if name in self.processes:
                self.processes[name].stop()
        self._administer(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def manage(self, *arguments: str) -> str:
        """Runs a management command to its end; returns what it printed. Raises AssertionError on failure."""
        log_name = f"manage-{arguments[0]}"
        process = Process(log_name, ["manage.py", *arguments], env=self.env, folder=self.folder)
        process.log.unlink(missing_ok=True)
        process.start()
        assert process.child is not None
        status = process.child.wait(120)
        printed = process.log.read_text()
        assert status == 0, f"{arguments} ended with {status}:\n{printed[-3000:]}"
        return printed

    def rows(self, sql: str, *parameters: object) -> list[dict[str, object]]:
        """What the site's own database holds, read from beside it."""
        connection = psycopg2.connect(self.database_url, cursor_factory=DictCursor)
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql, parameters)
                return [dict(row) for row in cursor.fetchall()]
        finally:
            connection.close()

    def wait_for_row(self, sql: str, *parameters: object, seconds: float = 60) -> dict[str, object]:
        wait_until(lambda: self.rows(sql, *parameters), seconds=seconds, what=sql)
        return self.rows(sql, *parameters)[0]

    def code_for(self, address: str) -> str:
        """The verification code in the newest letter to an address."""
        found: list[str] = []

        def read() -> bool:
            found[:] = [
                code
                for text in self.mail_to(address)
                for code in re.findall(r"^\s*([A-Z0-9]{3}-?[A-Z0-9]{3})\s*$", text, re.MULTILINE)
            ]
            return bool(found)

        wait_until(read, seconds=30, what=f"a code for {address}")
        return found[-1]

    def mail_to(self, address: str) -> list[str]:
        files = sorted((self.folder / "mail").glob("*.log"), key=lambda path: path.stat().st_mtime_ns)
        texts = [path.read_text() for path in files]
        return [text for text in texts if f"To: {address}" in text]

    def _add(self, name: str, arguments: list[str]) -> Process:
        self.processes[name] = Process(name, arguments, env=self.env, folder=self.folder)
        return self.processes[name]

    def _web_arguments(self) -> list[str]:
        options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port), "--workers", "1"]
        return ["-m", "granian", *options, "--blocking-threads", "4", "marketplace.wsgi:application"]

    def _sandbox_arguments(self) -> list[str]:
        return [
            *("-m", "payments.sandbox", "--port", str(self.sandbox_port), "--state", str(self.folder / "sandbox")),
            *("--webhook-url", f"{self.url}/stripe/webhooks/", "--webhook-secret", WEBHOOK_SECRET),
            *("--connect-webhook-secret", WEBHOOK_SECRET),
        ]

    def _flush_redis(self) -> None:
        import redis

        redis.Redis.from_url(self.env["REDIS_URL"]).flushdb()

    def _administer(self, sql: str) -> None:
        connection = psycopg2.connect(server_url())
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql)
        connection.close()
