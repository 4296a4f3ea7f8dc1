"""A stand-in for GitHub's OAuth as a process: who signs in there is typed into its page, as ``login name``.

Speaks what a GitHub Enterprise server speaks (https://docs.github.com/apps/oauth-apps/building-oauth-apps), with PKCE.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import secrets
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT_ID, CLIENT_SECRET = "journeys-client", "journeys-secret"
PAGE = """<!DOCTYPE html><html lang="en"><title>GitHub</title><h1>GitHub</h1><form method="post">
<label>Login <input name="login"></label><label>Name <input name="name"></label>
<label>Address <input name="email"></label><button>Authorize</button></form>"""


class Handler(BaseHTTPRequestHandler):
    codes: dict[str, dict[str, str]] = {}
    tokens: dict[str, dict[str, str]] = {}

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path in ("/healthz", "/favicon.ico"):
            return self._answer(200, "text/plain", "ok")
        if path == "/login/oauth/authorize":
            return self._answer(200, "text/html", PAGE)
        person = self.tokens.get(self.headers.get("Authorization", "").removeprefix("token "))
        if person is None:
            return self._json({"message": "Bad credentials"}, 401)
        if path == "/api/v3/user":
            number = int(hashlib.sha256(person["login"].encode()).hexdigest()[:7], 16)
            return self._json({"id": number, "login": person["login"], "name": person["name"] or None, "email": None})
        if path == "/api/v3/user/emails":
            return self._json([{"email": person["email"], "verified": True, "primary": True, "visibility": None}])
        return self._json({"message": "Not Found"}, 404)

    def do_POST(self) -> None:
        split = urlsplit(self.path)
        form = _first(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if split.path == "/login/oauth/authorize":
            asked, code = _first(split.query), secrets.token_urlsafe()
            self.codes[code] = {"login": "", "name": "", "email": "", **asked, **form}
            self.send_response(302)
            back = urlencode({"code": code, "state": asked["state"]})
            self.send_header("Location", f"{asked['redirect_uri']}?{back}")
            self.end_headers()
            return None
        person = self.codes.pop(form.get("code", ""), None)
        if split.path != "/login/oauth/access_token" or person is None or not _is_client(form, person):
            return self._json({"error": "bad_verification_code"}, 200)
        token = secrets.token_urlsafe()
        self.tokens[token] = person
        return self._json({"access_token": token, "scope": "read:user,user:email", "token_type": "bearer"})

    def _json(self, what: object, status: int = 200) -> None:
        self._answer(status, "application/json", json.dumps(what))

    def _answer(self, status: int, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _first(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text).items()}


def _is_client(form: dict[str, str], person: dict[str, str]) -> bool:
    """Whether the site knows its secret and is the one that asked (RFC 7636)."""
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    known = (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
    return known and challenge == person.get("code_challenge")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    ThreadingHTTPServer(("127.0.0.1", parser.parse_args().port), Handler).serve_forever()
