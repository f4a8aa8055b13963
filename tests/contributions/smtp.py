"""A server of letters on loopback that takes some, and refuses others with the codes it is told (RFC 5321, 4.2)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

from pytest_django import Settings

_PATIENCE = 60  # seconds, on a machine with other work


@dataclass
class Server:
    """What it answers.

    Attributes:
        refuses: code for an address, by its beginning.
        content: code for what is sent, after its address was taken.
        got: whose letters it took.
        asked: every address that it was asked for.
    """

    port: int = 0
    refuses: dict[str, int] = field(default_factory=dict)
    content: int = 250
    got: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def address(self, to: str) -> int:
        """Its answer to one."""
        self.asked.append(to)
        return next((code for start, code in self.refuses.items() if to.startswith(start)), 250)


@contextmanager
def server() -> Iterator[Server]:
    """One that listens."""
    found = Server()

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            to = ""
            self._say("220 here")
            for line in self.rfile:
                verb, _, rest = line.decode().strip().partition(" ")
                if verb.upper() == "RCPT":
                    to = rest.partition("<")[2].partition(">")[0]
                    self._say(f"{found.address(to)} {to}")
                elif verb.upper() == "DATA":
                    self._say("354 go on")
                    while self.rfile.readline() != b".\r\n":
                        pass
                    if found.content == 250:
                        found.got.append(to)
                    self._say(f"{found.content} {to}")
                else:
                    self._say("221 bye" if verb.upper() == "QUIT" else "250 good")
                    if verb.upper() == "QUIT":
                        return

        def _say(self, words: str) -> None:
            self.wfile.write(f"{words}\r\n".encode())

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as listening:
        listening.daemon_threads = True
        found.port = listening.server_address[1]
        thread = Thread(target=listening.serve_forever)
        thread.start()
        try:
            yield found
        finally:
            listening.shutdown()
            thread.join()


def through(settings: Settings, port: int) -> None:
    """Letters of the site go there."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, _PATIENCE
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
