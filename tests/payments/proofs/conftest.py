from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.db import connection

from tests.invariants.fixtures import quiet_sandbox, world  # noqa: F401 - fixtures of this folder
from tests.payments.proofs import kinds
from tests.support.runner import Runner
from tests.support.sandbox import SandboxProcess


@pytest.fixture(scope="module")
def runner(
    quiet_sandbox: SandboxProcess,  # noqa: F811
    django_db_setup: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Runner]:
    """Workers of the test's own database and sandbox."""
    database = connection.settings_dict
    env = {
        "DJANGO_SETTINGS_MODULE": "tests.support.worker_settings",
        "BASE_SETTINGS": os.environ["DJANGO_SETTINGS_MODULE"],
        "DATABASE_URL": "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database),
        "STRIPE_API_BASE": quiet_sandbox.url,
    }
    found = Runner(env, tmp_path_factory.mktemp("runner"), kinds.__name__)
    yield found
    found.stop()
