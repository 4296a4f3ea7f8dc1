"""A process that has loaded the site and forks a worker for each command: real processes to kill, without their start.

Run as ``python -m tests.support.runner`` it reads one command in JSON a line: ``start`` (answered with the worker's
process id) or ``wait`` (answered with the signal that ended it; 0: it finished, 1: it failed). It never opens a
connection itself, so that its workers share none. ``Runner`` is its client.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import traceback
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.support.processes import ROOT


class Runner:
    def __init__(self, env: dict[str, str], folder: Path, *modules: str) -> None:
        self.log = folder / "runner.log"
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(
                [sys.executable, "-m", "tests.support.runner", *modules],
                cwd=ROOT,
                env={**os.environ, **env},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def start(self, job: str, *given: Any, die: str = "", later: float = 0) -> int:
        """``job``: module:function, called with the moment ``later`` seconds from now and what is given besides."""
        return self._ask({"do": "start", "job": job, "given": given, "die": die, "later": later})

    def wait(self, worker: int) -> int:
        return self._ask({"do": "wait", "worker": worker})

    def finish(self, job: str, *given: Any, later: float = 0) -> None:
        """Raises AssertionError where the worker did not come to its end."""
        ended = self.wait(self.start(job, *given, later=later))
        assert ended == 0, f"{job} ended with {ended}:\n{self.log.read_text()[-3000:]}"

    def dies(self, job: str, *given: Any, at: str, later: float = 0) -> None:
        """Raises AssertionError where the worker did not kill itself there."""
        ended = self.wait(self.start(job, *given, die=at, later=later))
        assert ended == signal.SIGKILL, f"{job} ended with {ended}, not killed {at}:\n{self.log.read_text()[-3000:]}"

    def kill(self, worker: int) -> None:
        os.kill(worker, signal.SIGKILL)
        assert self.wait(worker) == signal.SIGKILL

    def stop(self) -> None:
        self.child.kill()
        self.child.wait(10)

    def _ask(self, command: dict[str, Any]) -> int:
        assert self.child.stdin
        assert self.child.stdout
        self.child.stdin.write(json.dumps(command) + "\n")
        self.child.stdin.flush()
        answer = self.child.stdout.readline()
        assert answer, f"the runner ended:\n{self.log.read_text()[-3000:]}"
        return int(answer)


def _main() -> None:
    import django

    django.setup()
    _warm(sys.argv[1:])
    for line in sys.stdin:
        command = json.loads(line)
        if command["do"] == "start":
            worker = os.fork()
            if not worker:
                _work(command)
            answer = worker
        else:
            _, status = os.waitpid(command["worker"], 0)
            answer = os.waitstatus_to_exitcode(status)
        sys.stdout.write(f"{abs(answer)}\n")
        sys.stdout.flush()


def _warm(modules: list[str]) -> None:
    """Loads once what every worker would load: the jobs, the addresses, the parts of Stripe's package."""
    import stripe
    from django.urls import get_resolver

    for module in modules:
        importlib.import_module(module)
    assert get_resolver().url_patterns
    client = stripe.StripeClient("sk_test_nobody")
    v1, v2 = client.v1, client.v2
    assert all((v1.checkout.sessions, v1.refunds, v1.transfers.reversals, v1.payouts, v1.disputes, v1.balance))
    assert all((v1.payment_intents, v1.balance_settings, v2.core.accounts, v2.core.account_links))
    gc.collect()
    gc.freeze()


def _work(command: dict[str, Any]) -> None:
    """The worker itself, which ends without coming back: what its parent has open is not its to close."""
    from marketplace.kernel import clock
    from tests.support.dying import POINTS

    try:
        module, _, name = command["job"].partition(":")
        job = getattr(importlib.import_module(module), name)
        at = clock.now() + timedelta(seconds=command["later"])
        POINTS[command["die"]]()
        job(at, *command["given"])
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    _main()
