"""A server on the loopback that answers with recorded messages, and with everything that can go wrong."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote


@dataclass
class Reply:
    """What the server does with one question.

    Attributes:
        promised: bytes that it says will come; more than it sends: the answer breaks off.
        silent: it does not answer at all within the test's patience.
    """

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    promised: int | None = None
    silent: bool = False


Route = Callable[[str, dict[str, str]], Reply | None]


class FakeServer:
    """Answers by the first reply that waits, then by the route.

    Attributes:
        asked: paths in the order in which they were asked, decoded.
        headers: of those questions.
        waiting: replies that are given once each, before the route is asked.
    """

    def __init__(self, route: Route) -> None:
        self.route = route
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.waiting: list[Reply] = []
        self.ended = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.base = f"http://127.0.0.1:{self._server.server_port}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server.asked.append(unquote(self.path))
                server.headers.append({name.lower(): value for name, value in self.headers.items()})
                reply = (
                    server.waiting.pop(0)
                    if server.waiting
                    else server.route(unquote(self.path), server.headers[-1])
                )
                reply = reply or Reply(b"no such thing", status=404)
                if reply.silent:
                    server.ended.wait(5)
                    self.close_connection = True
                    return
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                length = len(reply.body) if reply.promised is None else reply.promised
                if reply.status != 304:
                    self.send_header("Content-Length", str(length))
                self.end_headers()
                self.wfile.write(reply.body)
                self.close_connection = reply.promised is not None

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        return Handler

    @contextmanager
    def running(self) -> Iterator[FakeServer]:
        thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        thread.start()
        try:
            yield self
        finally:
            self.ended.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join()


@contextmanager
def serving(route: Route) -> Iterator[FakeServer]:
    """A server that runs while the block does."""
    with FakeServer(route).running() as server:
        yield server
