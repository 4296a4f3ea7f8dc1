"""Processes that serve leave what stays to itself; workers have loaded what they need."""

from __future__ import annotations

import subprocess
import sys

import pytest

_FROZEN = """
import gc
import sys
import {module}
{then}
assert gc.get_freeze_count() > 10_000, gc.get_freeze_count()
"""

_BEGIN_WORKER = """
marketplace.celery.app.loader.init_worker()
from celery.signals import worker_process_init
worker_process_init.send(sender=None)
assert "gigs.web.urls" in sys.modules
"""


@pytest.mark.parametrize(
    ("module", "then"),
    [
        ("marketplace.wsgi", ""),
        ("marketplace.celery", _BEGIN_WORKER),
    ],
)
def test_what_was_loaded_is_not_collected(module: str, then: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _FROZEN.format(module=module, then=then)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-1000:]
