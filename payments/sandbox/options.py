"""What the sandbox was started with."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Where one family of webhooks goes, and the secret they are signed with."""

    name: str
    url: str
    secret: str


@dataclass(frozen=True, kw_only=True)
class Options:
    host: str
    port: int
    state: Path
    base_url: str
    platform: Endpoint
    connect: Endpoint
    thin: Endpoint
    funds_seconds: int
    payout_seconds: int
    shortest_session_seconds: int
    refunds_without_balance: str = "wait"
    rate_limit: int = 0
    requests_kept: int = 20_000
    bodies_kept: int = 0

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        return (self.platform, self.connect, self.thin)


def parse(arguments: Sequence[str] | None = None) -> Options:
    given = _parser().parse_args(arguments)
    url, secret = given.webhook_url, given.webhook_secret
    return Options(
        host=given.host,
        port=given.port,
        state=given.state,
        base_url=(given.base_url or f"http://{given.host}:{given.port}").rstrip("/"),
        platform=Endpoint(name="platform", url=url, secret=secret),
        connect=Endpoint(
            name="connect", url=given.connect_webhook_url or url, secret=given.connect_webhook_secret or secret
        ),
        thin=Endpoint(name="v2", url=given.v2_webhook_url or url, secret=given.v2_webhook_secret or secret),
        funds_seconds=given.funds_seconds,
        payout_seconds=given.payout_seconds,
        shortest_session_seconds=given.shortest_session_seconds,
        refunds_without_balance=given.refunds_without_balance,
        rate_limit=given.rate_limit,
        requests_kept=given.requests_kept,
        bodies_kept=given.bodies_kept,
    )


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="python -m payments.sandbox", description="A local stand-in for Stripe, for tests and demonstrations."
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1")
    add("--port", type=int, required=True)
    add("--state", type=Path, required=True, help="folder of the sandbox's own state file")
    add("--base-url", default="", help="address that browsers use, when it is not http://HOST:PORT")
    add("--webhook-url", default="", help="where events go; empty: nowhere")
    add("--webhook-secret", default="whsec_sandbox")
    add("--connect-webhook-url", default="", help="for events of connected accounts; default: --webhook-url")
    add("--connect-webhook-secret", default="", help="default: --webhook-secret")
    add("--v2-webhook-url", default="", help="for thin events of the v2 API; default: --webhook-url")
    add("--v2-webhook-secret", default="", help="default: --webhook-secret")
    add("--funds-seconds", type=int, default=60, help="time until a charge's funds are available")
    add("--payout-seconds", type=int, default=5, help="time until a payout has arrived")
    # Stripe's own minimum is 30 minutes; demonstrations use short timers.
    add("--shortest-session-seconds", type=int, default=60, help="least life of a Checkout Session")
    add("--refunds-without-balance", choices=("wait", "refuse"), default="wait", help="what the balance does not cover")
    add("--rate-limit", type=int, default=0, help="requests per second and operation before 429; 0: no limit")
    add("--requests-kept", type=int, default=20_000, help="length of the request log")
    add("--bodies-kept", type=int, default=0, help="answers kept in the request log, the latest ones")
    return parser
