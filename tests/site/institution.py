"""An institution of the tests' own: an OpenID provider on loopback that looks at what it is asked."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

CLIENT, SECRET, KEY = "zaragoza", "as the institution gave it", "of-today"


def new_key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Institution:
    """What it knows, and how it may go wrong.

    Attributes:
        person: claims about who logs in there.
        elsewhere: claims that only its third address tells, in place of the token.
        changed: of the token, in place of what is right; None leaves out.
        sign: makes the token of its claims.
        state: sent back in place of the one that came.
        asked: what came to its first address.
    """

    address: str
    key: RSAPrivateKey = field(default_factory=new_key)
    person: dict[str, Any] = field(default_factory=dict)
    elsewhere: dict[str, Any] = field(default_factory=dict)
    changed: dict[str, Any] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    sign: Any = None
    state: str | None = None
    asked: list[dict[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)

    def right(self, **person: Any) -> None:
        """Tells of this person, and makes nothing wrong."""
        self.person, self.elsewhere, self.changed, self.config = person, {}, {}, {}
        self.sign = self.state = None

    def known(self) -> dict[str, Any]:
        told = {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "userinfo_endpoint": f"{self.address}/person",
            "jwks_uri": f"{self.address}/keys",
        }
        return {name: value for name, value in (told | self.config).items() if value is not None}

    def keys(self) -> dict[str, Any]:
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [public | {"kid": KEY, "use": "sig", "alg": "RS256"}]}

    def authorize(self, asked: dict[str, str]) -> str:
        """Where somebody who has logged in here is sent back to."""
        self.asked.append(asked)
        right = {"client_id": CLIENT, "response_type": "code", "code_challenge_method": "S256"}
        self.faults += [f"{name} is not {value}" for name, value in right.items() if asked.get(name) != value]
        self.faults += [f"no {name}" for name in ("state", "nonce", "code_challenge") if not asked.get(name)]
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"] if self.state is None else self.state}
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def token(self, sent: dict[str, str]) -> dict[str, Any] | None:
        """For a code, once, to who has the secret and the verifier (RFC 7636, 4.6)."""
        asked = self.codes.pop(sent.get("code", ""), None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        verifier = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or (sent.get("client_id"), sent.get("client_secret")) != (CLIENT, SECRET)
            or sent.get("redirect_uri") != asked["redirect_uri"]
            or verifier != asked["code_challenge"]
        ):
            self.faults.append("a code that is not given out")
            return None
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.address,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
        }
        claims = {
            name: value for name, value in (claims | self.person | self.changed).items() if value is not None
        }
        access = secrets.token_urlsafe(8)
        self.tokens.add(access)
        sign = self.sign or (lambda told: jwt.encode(told, self.key, "RS256", headers={"kid": KEY}))
        token = sign(claims)
        return {"access_token": access, "token_type": "Bearer", "expires_in": 300} | (
            {"id_token": token} if token else {}
        )


@contextmanager
def institution() -> Iterator[Institution]:
    """It runs until the end."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, query = urlsplit(self.path).path, urlsplit(self.path).query
            if path == "/authorize":
                self.send_response(302)
                self.send_header("Location", found.authorize({k: v[0] for k, v in parse_qs(query).items()}))
                self.send_header("Content-Length", "0")
                self.end_headers()
            elif path == "/person":
                bearer = self.headers["Authorization"].partition(" ")[2] in found.tokens
                self._tell({"sub": found.person["sub"]} | found.elsewhere if bearer else None)
            else:
                self._tell(
                    {"/.well-known/openid-configuration": found.known(), "/keys": found.keys()}.get(path)
                )

        def do_POST(self) -> None:
            sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self._tell(found.token({k: v[0] for k, v in sent.items()}))

        def _tell(self, what: dict[str, Any] | None) -> None:
            body = json.dumps(what).encode()
            self.send_response(400 if what is None else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found = Institution(f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()


def settings_of(ministry: Institution) -> str:
    """What a site writes in `openid.toml` to let its people in."""
    return (
        f'[[institution]]\nid = "ministry"\nname = "Ministry of Examples"\nserver = "{ministry.address}"\n'
        f'client_id = "{CLIENT}"\nsecret = "{SECRET}"\ndomains = ["people.example"]\n'
    )
