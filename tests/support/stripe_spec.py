"""Stripe's API description beside the repository (``../shared/stripe``), asked whether a message keeps to it.

What the description leaves out (top-ups, early fraud warnings, external accounts, capabilities) is held against the
classes of the ``stripe`` package, which come from Stripe's own description.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Union, get_args, get_origin

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from stripe._object_classes import get_object_class
from stripe.events import _event_classes

if TYPE_CHECKING:
    from tests.support.sandbox import SandboxProcess

SPEC = Path(__file__).resolve().parents[3] / "shared" / "stripe" / "openapi-subset.json"
BASE = "urn:stripe"
# Operations of the package that the description does not have, as addresses of a list.
BEYOND = (
    "/v1/files",
    "/v1/radar/early_fraud_warnings",
    "/v1/topups",
    "/v1/accounts/{}/capabilities",
    "/v1/accounts/{}/external_accounts",
    "/v1/payouts/{}",
    "/v2/core/event_destinations",
)
# Names that travel in a v2 list's own next_page_url.
LINKED = frozenset(("page",))
# Codes of a refusal that says: this request was never a valid one.
MALFORMED = ("parameter_", "url_invalid")


def present() -> bool:
    return SPEC.exists()


@functools.cache
def spec() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SPEC.read_text())
    return found


@functools.cache
def _registry() -> Registry[Any]:
    resource: Resource[Any] = DRAFT202012.create_resource(spec())
    found: Registry[Any] = Registry().with_resource(BASE, resource)
    return found


@functools.lru_cache(maxsize=2_000)
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema.replace('"#/', f'"{BASE}#/')), registry=_registry())


def problems(schema: Mapping[str, Any], value: Any) -> list[str]:
    """What is wrong with ``value``; references in ``schema`` point into the description."""
    return [
        f"{'.'.join(str(part) for part in error.absolute_path)}: {error.message[:200]}"
        for error in _validator(json.dumps(schema)).iter_errors(value)
    ]


@functools.cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile("^" + re.sub(r"\{[^}]+\}", "[^/]+", path) + "$"), path) for path in spec()["paths"]]


def operation(method: str, path: str) -> tuple[str, dict[str, Any]]:
    """The template and the description of an operation. Raises LookupError where Stripe's subset has none."""
    for pattern, template in _patterns():
        methods = spec()["paths"][template]
        if method.lower() in methods and pattern.match(path):
            return template, methods[method.lower()]
    raise LookupError(f"{method} {path}")


def beyond(path: str) -> bool:
    """Whether the package knows an address that the description leaves out."""
    return any(re.match("^" + known.replace("{}", "[^/]+") + "(/[^/]+)*$", path) for known in BEYOND)


def request_problems(method: str, path: str, params: dict[str, Any]) -> list[str]:
    _, described = operation(method, path)
    if method == "GET":
        known = {parameter["name"]: parameter["schema"] for parameter in described.get("parameters", [])}
        unknown = [f"unknown query parameter {name}" for name in params if name not in {*known, *LINKED}]
        return unknown + [text for name in params if name in known for text in problems(known[name], params[name])]
    content = next(iter(described["requestBody"]["content"].values()), None) if "requestBody" in described else None
    return problems(content["schema"], params) if content else []


def response_problems(method: str, path: str, status: int, body: Any) -> list[str]:
    _, described = operation(method, path)
    answer = described["responses"]["200" if status == 200 else "default"]
    return problems(next(iter(answer["content"].values()))["schema"], body) + unknown_members(body)


def unknown_members(body: Any) -> list[str]:
    """Members of Stripe's objects that the description, or else the package, does not know, at any depth."""
    if isinstance(body, list):
        return [text for item in body for text in unknown_members(item)]
    if not isinstance(body, dict):
        return []
    found = [text for value in body.values() for text in unknown_members(value)]
    kind = str(body.get("object"))
    schema = spec()["components"]["schemas"].get(kind)
    # Thin events carry more than the common part that the description has of them.
    if schema and kind != "v2.core.event":
        return found + [f"{kind} has no member {name}" for name in body if name not in schema["properties"]]
    return found + package_problems(body)


def package_problems(body: dict[str, Any]) -> list[str]:
    """What is wrong with an object by the package's class for it; nothing where the package has none."""
    kind = str(body.get("object"))
    described = get_object_class("V1", kind)
    if described.__name__ == "StripeObject" or kind == "list":
        return []
    members = {name: hint for name, hint in described.__annotations__.items() if get_origin(hint) is not ClassVar}
    found = [f"{kind} has no member {name}" for name in body if name not in members]
    for name, hint in members.items():
        if not _fits(hint, body.get(name)):
            found.append(f"{kind}.{name} is {body.get(name)!r}")
    return found


def _fits(hint: Any, value: Any) -> bool:
    """Whether a value may stand where the class says so; what is inside of objects is looked at by itself."""
    if get_origin(hint) is Union:
        return any(_fits(choice, value) for choice in get_args(hint))
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    if hint in (str, int, bool, float):
        return type(value) is hint
    if hint is type(None):
        return value is None
    return get_origin(hint) is not list or isinstance(value, list) if value is not None else False


def event_problems(event: dict[str, Any]) -> list[str]:
    """What is wrong with a webhook's body and with the object in it."""
    schemas = spec()["components"]["schemas"]
    found = problems(schemas[event["object"]], event)
    kind = event["type"] if event["object"] == "v2.core.event" else f"v1.{event['type']}"
    if kind not in _event_classes._V2_EVENT_CLASS_LOOKUP:
        found.append("the package knows no such event")
    if event["object"] == "v2.core.event":
        return found
    snapshot = event["data"]["object"]
    if snapshot.get("object") in schemas:
        found += problems(schemas[snapshot["object"]], snapshot)
    return found + unknown_members(snapshot)


def traffic_problems(sandbox: SandboxProcess) -> list[str]:
    """Everything in the sandbox's request log that Stripe's description would not allow, each thing once.

    Answers are looked at where they were kept (``--bodies-kept``). A request that was refused for its form counts too:
    Stripe would have refused it.
    """
    return problems_in(sandbox.traffic())


def problems_in(rows: Iterable[dict[str, Any]]) -> list[str]:
    """The same of some rows of the log."""
    return sorted({f"{row['method']} {row['path']}: {text}" for row in rows for text in _row_problems(row)})


def _row_problems(row: dict[str, Any]) -> list[str]:
    method, path, status, answer = row["method"], row["path"], row["status"], row["answer"]
    error = (answer or {}).get("error", {}) if status >= 400 else {}
    if str(error.get("code", "")).startswith(MALFORMED) or "the sandbox does not act" in str(error.get("message")):
        return [f"refused: {error['message']}"]
    try:
        template, _ = operation(method, path)
    except LookupError:
        known = beyond(path)
        return unknown_members(answer) if known and status == 200 else [] if known else ["Stripe has no such operation"]
    # What was refused before it was read has no parameters in the log.
    found = [] if status in (400, 401, 404) else request_problems(method, path, row["params"])
    if answer is not None and status:
        found += [f"answer {status} ({template}): {text}" for text in response_problems(method, path, status, answer)]
    return found


@dataclass(frozen=True)
class Coverage:
    """What was asked and answered with success, and what was told by webhook."""

    described: frozenset[str]
    beyond: frozenset[str]
    events: frozenset[str]

    def __or__(self, other: Coverage) -> Coverage:
        return Coverage(self.described | other.described, self.beyond | other.beyond, self.events | other.events)

    def __str__(self) -> str:
        total = sum(len(methods) for methods in spec()["paths"].values())
        return (
            f"{len(self.described)} of {total} described operations, {len(self.beyond)} beyond the description, "
            f"{len(self.events)} types of events"
        )


NOTHING = Coverage(frozenset(), frozenset(), frozenset())


def coverage(sandbox: SandboxProcess) -> Coverage:
    return coverage_of(sandbox.requests(), sandbox.deliveries())


def coverage_of(rows: Iterable[dict[str, Any]], deliveries: Iterable[dict[str, Any]]) -> Coverage:
    described, more = set(), set()
    for row in rows:
        if row["status"] != 200:
            continue
        try:
            described.add(f"{row['method']} {operation(row['method'], row['path'])[0]}")
        except LookupError:
            more.add(f"{row['method']} {re.sub(r'/(?:acct|ba|tu|issfr|file|po)_[^/]+', '/{}', row['path'])}")
    return Coverage(frozenset(described), frozenset(more), frozenset(_types(deliveries)))


def _types(deliveries: Iterable[dict[str, Any]]) -> set[str]:
    return {row["type"] for row in deliveries}
