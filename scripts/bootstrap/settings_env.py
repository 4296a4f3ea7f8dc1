"""The environment that the application gets: all of its configuration, and nothing from files."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bootstrap.checkout import Checkout
from bootstrap.servers import Urls
from bootstrap.state import State

LOOPBACKS = {"127.0.0.1", "localhost"}
LOCAL_HOSTS = "localhost,127.0.0.1,[::1]"
WEBHOOK_PATH = "/stripe/webhooks/"
# What the checks and the commands that touch no server run with: shaped like the real thing, leading nowhere.
DUMMY_ENV = {
    "DATABASE_URL": "postgres://nobody:nothing@127.0.0.1:1/nothing",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SECRET_KEY": "checks-only-7f3b1c9e5d2a8f604b7e1d3c9a5f2e8b6d4c0a1f7e3b9d5c8a2f6e0b4d",
    "ALLOWED_HOSTS": "artisan.example",
    "SITE_URL": "https://artisan.example",
    "STRIPE_SECRET_KEY": "sk_live_checks_only",
    "STRIPE_WEBHOOK_SECRET": "whsec_checks_only",
}
_STRIPE_NAMES = (
    "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRET",
    "STRIPE_CONNECT_WEBHOOK_SECRET",
    "STRIPE_V2_WEBHOOK_SECRET",
    "STRIPE_API_BASE",
)


@dataclass(frozen=True)
class Addresses:
    host: str
    web_port: int
    sandbox_port: int
    live_port: int

    @property
    def ports(self) -> tuple[int, ...]:
        return self.web_port, self.sandbox_port, self.live_port

    @property
    def site(self) -> str:
        return os.environ.get("SITE_URL") or f"http://localhost:{self.web_port}"

    @property
    def loopback(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def live(self) -> str:
        """Where browsers find the live line."""
        return f"http://{urlsplit(self.site).hostname}:{self.live_port}/live/"

    @property
    def sandbox(self) -> str:
        """One name for the application and for browsers, which the payment page sends back and forth."""
        name = "127.0.0.1" if self.host in LOOPBACKS else urlsplit(self.site).hostname
        return f"http://{name}:{self.sandbox_port}"


def uses_real_stripe() -> bool:
    return bool(os.environ.get("STRIPE_SECRET_KEY") and os.environ.get("STRIPE_WEBHOOK_SECRET"))


def stripe_env(state: State, addresses: Addresses) -> dict[str, str]:
    """The sandbox's address and secrets, unless the person named Stripe's own."""
    if uses_real_stripe():
        return {name: os.environ[name] for name in _STRIPE_NAMES if os.environ.get(name)}
    return {
        "STRIPE_SECRET_KEY": state.secret("stripe_key", prefix="sk_test_"),
        "STRIPE_WEBHOOK_SECRET": state.secret("stripe_webhook", prefix="whsec_"),
        "STRIPE_API_BASE": addresses.sandbox,
    }


def application_env(
    checkout: Checkout, state: State, *, settings: str, urls: Urls, addresses: Addresses
) -> dict[str, str]:
    """Everything that web, worker, beat and manage.py need."""
    return base_env(checkout) | {
        "DJANGO_SETTINGS_MODULE": f"marketplace.settings.{settings}",
        "SECRET_KEY": os.environ.get("SECRET_KEY") or state.secret("django"),
        "ALLOWED_HOSTS": os.environ.get("ALLOWED_HOSTS") or _hosts(addresses.host),
        "SITE_URL": addresses.site,
        "LIVE_URL": os.environ.get("LIVE_URL") or addresses.live,
        "DEBUG": "1" if settings == "development" else "0",
        "DEMO": "1",
        "MEDIA_ROOT": os.environ.get("MEDIA_ROOT") or str(checkout.data / "media"),
        "DATA_DIR": str(checkout.data),
        **urls.env,
        **stripe_env(state, addresses),
    }


def base_env(checkout: Checkout) -> dict[str, str]:
    """Ours, with `.venv` first on PATH."""
    env = {name: value for name, value in os.environ.items() if name not in {"PYTHONHOME", "PYTHONPATH"}}
    env["PATH"] = f"{Path(checkout.venv) / 'bin'}{os.pathsep}{env.get('PATH', '')}"
    env["VIRTUAL_ENV"] = str(checkout.venv)
    env["PYTHONUNBUFFERED"] = "1"
    return env


def _hosts(host: str) -> str:
    if host in LOOPBACKS:
        return LOCAL_HOSTS
    return f"{LOCAL_HOSTS},{socket.gethostname()},{host}"
