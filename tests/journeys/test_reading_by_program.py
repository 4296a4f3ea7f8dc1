"""A program reads with a token what its owner reads in the browser, as the schema says."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from playwright.sync_api import expect
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.journeys.people import Person
from tests.support.site import Site

TITLE = "Read your landing page aloud and say where I stumble"


class Program:
    """Speaks to the API with a token, and holds every answer against the schema."""

    def __init__(self, site: Site, token: str = "") -> None:
        self.root, self.token = f"{site.url}/api/v1", token
        self.schema = json.loads(_get(f"{self.root}/schema.json")[1])

    def read(self, path: str, described: str = "") -> Any:
        status, text = _get(self.root + path, self.token)
        assert status == 200, (path, status, text[:300])
        answer = json.loads(text)
        self._check(answer, described or path)
        return answer

    def status(self, path: str) -> int:
        return _get(self.root + path, self.token)[0]

    def _check(self, answer: Any, path: str) -> None:
        described = self.schema["paths"][f"/api/v1{path.partition('?')[0]}"]["get"]["responses"]["200"]
        [content] = described["content"].values()
        resource: Resource[Any] = DRAFT202012.create_resource(self.schema)
        registry: Registry[Any] = Registry().with_resource("urn:api", resource)
        schema = json.loads(json.dumps(content["schema"]).replace('"#/', '"urn:api#/'))
        errors = Draft202012Validator(schema, registry=registry).iter_errors(answer)
        assert [f"{error.json_path}: {error.message}" for error in errors] == []


def test_a_program_reads_its_owners_orders_and_nobody_elses(person: Callable[..., Person], site: Site) -> None:
    buyer, seller, stranger = person("noel"), person("ana"), person("otto")
    order_id = buyer.order(TITLE)
    buyers, sellers, strangers = (Program(site, _token(one)) for one in (buyer, seller, stranger))

    OpenAPIV31SpecValidator(buyers.schema).validate()
    assert buyers.schema["openapi"].startswith("3.1")

    categories = buyers.read("/categories/")
    assert "writing" in json.dumps(categories)
    found = buyers.read("/gigs/?q=landing+page+aloud")
    [gig] = [one for one in found["results"] if one["title"] == TITLE]
    assert buyers.read(f"/gigs/{gig['id']}/", "/gigs/{id}/")["title"] == TITLE

    [mine] = buyers.read("/orders/")["results"]
    assert (mine["id"], mine["title"], mine["role"], mine["state"]) == (order_id, TITLE, "buyer", "in_progress")
    assert mine["all_in"] == {"amount_minor": 1_049, "currency": "EUR"}
    one = buyers.read(f"/orders/{order_id}/", "/orders/{order_id}/")
    assert one["money"]["held"] == {"amount_minor": 1_049, "currency": "EUR"}
    assert [event["action"] for event in one["events"]] == ["place", "pay"]
    [theirs] = sellers.read("/orders/?role=seller")["results"]
    assert (theirs["id"], theirs["seller_receives"]["amount_minor"]) == (order_id, 899)

    assert strangers.read("/orders/")["results"] == []
    assert strangers.read("/orders/?role=seller")["results"] == []
    assert strangers.status(f"/orders/{order_id}/") == 404
    assert Program(site).status("/orders/") == 401
    assert Program(site, "art_made-up").status("/orders/") == 401

    buyer.page.goto("/settings/tokens/")
    buyer.confirm("Revoke")
    expect(buyer.page.get_by_text("No tokens yet")).to_be_visible()
    assert buyers.status("/orders/") == 401


def _token(owner: Person) -> str:
    """Made on the settings page, where it is shown once."""
    owner.page.goto("/settings/")
    owner.follow("API tokens")
    owner.page.get_by_label("Name").fill("my laptop")
    owner.press("Make a token")
    key = owner.page.get_by_label("New token").input_value()
    owner.page.goto(owner.page.url)
    expect(owner.page.get_by_label("New token")).to_have_count(0)
    return key


def _get(url: str, token: str = "") -> tuple[int, str]:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
