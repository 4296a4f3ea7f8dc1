"""One process: Django's threaded HTTP server, the clock and the webhook sender.

The server is Django's development server, which is the right size here: the sandbox never faces the internet, and a
single process lets one lock guard the state.
"""

from __future__ import annotations

import logging
import signal
import socketserver
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import django
from django.conf import settings
from django.core.servers.basehttp import WSGIRequestHandler, WSGIServer

from payments.sandbox import runtime, webhooks
from payments.sandbox.gateway import DROP
from payments.sandbox.options import Options

logger = logging.getLogger("sandbox")
FOLDER = Path(__file__).parent


class Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128


class RequestHandler(WSGIRequestHandler):
    # Head and body go out by themselves; on a kept connection the second would wait 40 ms for the first one's receipt.
    disable_nagle_algorithm = True

    def get_environ(self) -> WSGIEnvironment:
        def hang_up() -> None:
            self.close_connection = True

        environ: WSGIEnvironment = super().get_environ()
        environ["sandbox.hang_up"] = hang_up
        return environ

    def log_message(self, format: str, *args: Any) -> None:
        """Silence: the request log of the API is in the state file."""


def configure() -> WSGIApplication:
    settings.configure(
        ALLOWED_HOSTS=["*"],
        DEBUG=False,
        ROOT_URLCONF="payments.sandbox.urls",
        SECRET_KEY="the sandbox signs nothing with this",  # noqa: S106
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [str(FOLDER / "templates")],
                "OPTIONS": {"builtins": ["payments.sandbox.pages.tags"]},
            }
        ],
        USE_TZ=True,
        USE_I18N=False,
        DATA_UPLOAD_MAX_NUMBER_FIELDS=2000,
        LOGGING_CONFIG=None,
    )
    django.setup(set_prefix=False)
    from django.core.wsgi import get_wsgi_application

    return hanging_up(get_wsgi_application())


def hanging_up(application: WSGIApplication) -> WSGIApplication:
    """Where the answer carries the mark of a dropped connection, nothing is sent and the connection is closed."""

    def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        held: list[tuple[str, list[tuple[str, str]]]] = []

        def hold(status: str, headers: list[tuple[str, str]], *_: Any) -> Callable[[bytes], object]:
            held.append((status, headers))
            return lambda _data: None

        body = application(environ, hold)
        status, headers = held[-1]
        if any(name == DROP for name, _ in headers):
            environ["sandbox.hang_up"]()
            raise ConnectionAbortedError
        start_response(status, headers)
        return body

    return wrapped


def serve(options: Options) -> None:
    logging.basicConfig(level=logging.INFO, format="sandbox: %(message)s", stream=sys.stderr)
    # Refusals are what the sandbox is for; they stand in its request log.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    runtime.start(options)
    application = configure()
    server = Server((options.host, options.port), RequestHandler)
    server.set_app(application)
    from payments.sandbox.core import jobs

    jobs.start()
    webhooks.start()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    logger.info("listening on %s, state in %s", options.base_url, options.state)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
