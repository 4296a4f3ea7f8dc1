"""docker-compose.yml and the Dockerfile, read as text: no Docker engine is at hand where these tests run."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from typing import Any

import pytest
import yaml

from bootstrap.checkout import ROOT
from bootstrap.settings_env import WEBHOOK_PATH

_COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
_SERVICES: dict[str, dict[str, Any]] = _COMPOSE["services"]
_DOCKERFILE = (ROOT / "Dockerfile").read_text()
_OUR_OWN = ["web", "live", "worker", "beat", "migrate"]


def test_the_parts_are_all_there() -> None:
    assert set(_SERVICES) == {"web", "live", "worker", "beat", "migrate", "postgres", "redis", "sandbox"}
    assert _SERVICES["sandbox"]["profiles"] == ["sandbox"]
    assert [name for name, service in _SERVICES.items() if "profiles" in service] == ["sandbox"]


def test_only_known_keys_are_used() -> None:
    assert {key for key in _COMPOSE if not key.startswith("x-")} == {"services", "volumes"}
    known = {
        "build", "command", "depends_on", "environment", "healthcheck", "image", "init", "networks", "ports",
        "profiles", "restart", "shm_size", "stop_grace_period", "stop_signal", "volumes",
    }  # fmt: skip
    assert {key for service in _SERVICES.values() for key in service} <= known


@pytest.mark.parametrize("name", _SERVICES)
def test_every_service_says_whether_it_is_well(name: str) -> None:
    if name == "web":
        assert "HEALTHCHECK" in _DOCKERFILE
        return
    check = _SERVICES[name]["healthcheck"]
    assert check == {"disable": True} if name == "migrate" else check["test"][0] in {"CMD", "CMD-SHELL"}


@pytest.mark.parametrize("name", _SERVICES)
def test_what_is_waited_for_exists(name: str) -> None:
    for other, condition in _SERVICES[name].get("depends_on", {}).items():
        assert other in _SERVICES
        assert condition["condition"] in {"service_healthy", "service_completed_successfully"}


@pytest.mark.parametrize("name", _SERVICES)
def test_volumes_are_declared(name: str) -> None:
    assert {volume.split(":")[0] for volume in _SERVICES[name].get("volumes", [])} <= set(_COMPOSE["volumes"])


@pytest.mark.parametrize("name", _SERVICES)
def test_nothing_is_published_beyond_this_machine(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in _SERVICES[name].get("ports", []))


@pytest.mark.parametrize("name", _OUR_OWN)
def test_secrets_have_no_default(name: str) -> None:
    environment = _SERVICES[name]["environment"]
    assert environment["SECRET_KEY"].startswith("${SECRET_KEY:?")
    assert "${POSTGRES_PASSWORD:?" in environment["DATABASE_URL"]
    assert environment["DJANGO_SETTINGS_MODULE"] == "${SETTINGS:-marketplace.settings.production}"


def test_every_setting_reaches_the_application() -> None:
    sources = [path.read_text() for path in (ROOT / "marketplace" / "settings").glob("*.py")]
    names = {name for text in sources for name in re.findall(r"""env(?:\.\w+)?\(\s*"(\w+)\"""", text)}
    assert {"EMAIL_PROVIDER", "VAPID_PRIVATE_KEY", "PAYOUT_COUNTRIES"} <= names
    of_the_image = {"DATA_DIR", "MEDIA_ROOT", "PRIVATE_ROOT", "STATIC_ROOT"}
    for service in _OUR_OWN:
        assert names - of_the_image <= set(_SERVICES[service]["environment"])


@pytest.mark.parametrize(("url", "backend"), [("", "anymail.backends.postmark"), ("smtp://x", "django.core.mail")])
def test_an_empty_address_leaves_mail_to_the_provider(url: str, backend: str) -> None:
    told = {"EMAIL_URL": url, "EMAIL_PROVIDER": "postmark", "SECRET_KEY": "x"}
    command = [sys.executable, "-c", "from marketplace.settings import production; print(production.EMAIL_BACKEND)"]
    said = subprocess.run(command, env={**os.environ, **told}, cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.startswith(backend)


def test_the_sandbox_speaks_to_the_address_that_the_application_serves() -> None:
    command = _SERVICES["sandbox"]["command"]
    assert command[command.index("--webhook-url") + 1] == f"http://web:8000{WEBHOOK_PATH}"


def test_the_image_is_made_in_stages_and_runs_as_an_ordinary_user() -> None:
    stages = re.split(r"^FROM ", _DOCKERFILE, flags=re.MULTILINE)[1:]
    assert len(stages) == 2
    assert re.findall(r"^USER (\w+)$", stages[-1], re.MULTILINE) == ["artisan"]
    assert stages[-1].index("USER artisan") < stages[-1].index("CMD [")
    assert "--require-hashes" in stages[0]


def test_what_the_image_copies_and_calls_exists() -> None:
    for source in re.findall(r"^COPY (?!--from)(\S+) ", _DOCKERFILE, re.MULTILINE):
        assert (ROOT / source).exists()
    for script in re.findall(r'"(scripts/\S+\.py)"', _DOCKERFILE):
        assert (ROOT / script).is_file()


def test_the_image_leaves_the_machine_s_own_files_behind() -> None:
    left_out = (ROOT / ".dockerignore").read_text().split()
    assert {".git", ".venv", ".data", "node_modules", ".env"} <= set(left_out)


def test_shell_checks_are_valid_shell() -> None:
    for service in _SERVICES.values():
        test = service.get("healthcheck", {}).get("test", [])
        if test[:1] == ["CMD-SHELL"]:
            assert shlex.split(test[1].replace("$$", "$"))
