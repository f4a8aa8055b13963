"""Pseudonymous keys: one keyed hash a unit, the same in every file of an office, worthless without its secret.

A plain hash of a nine-digit number can be undone by trying all numbers; HMAC-SHA256 with a secret of at least 256
bits cannot (RFC 2104). Sixty-four bits of it are kept: with twenty million persons the chance of a collision is
n^2 / 2^65, about 1e-5, and a collision stops the run instead of joining two people.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from zaragoza.errors import DefinitionError, Fault, InputError

DOMAIN, VERSION = "zaragoza", "v1"
SECRET_BYTES = 32
KEY_BYTES = 8
_BLOCK = 64  # bytes of a SHA-256 block
_INNER, _OUTER = 0x36, 0x5C  # RFC 2104


def normalise_identifier(text: str) -> str:
    """An identifier in the one form that is hashed: NFKC, no spaces or dots, upper case."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return "".join(plain.split()).replace(".", "").upper()


def key_message(identifier: str, id_type: str, domain: str = DOMAIN, version: str = VERSION) -> bytes:
    """The message that is hashed for a normalised identifier.

    The identifier comes last, so a bar inside it cannot be taken for a separator.
    """
    if "|" in domain + version + id_type:
        raise ValueError("domain, version and id_type hold no bar")
    return f"{domain}|{version}|{id_type}|{identifier}".encode()


def key_of(
    secret: bytes, identifier: str, id_type: str, domain: str = DOMAIN, version: str = VERSION
) -> bytes:
    """The full HMAC-SHA256 of one identifier that is already normalised."""
    return hmac.digest(secret, key_message(identifier, id_type, domain, version), "sha256")


def check_secret(secret: bytes) -> None:
    """Refuses a secret that could be guessed.

    Raises:
        DefinitionError: it has fewer than 32 bytes.
    """
    if len(secret) < SECRET_BYTES:
        raise DefinitionError(
            Fault(
                "secret",
                "length",
                f"at least {SECRET_BYTES} bytes from a random generator",
                f"{len(secret)} bytes",
                "Make a new secret and keep it in a file that only its owner can read; name that file in monitor.toml.",
            )
        )


def fingerprint(secret: bytes) -> str:
    """A public name of the secret, by which snapshots tell which secret made their keys."""
    return hmac.new(secret, b"key-id", "sha256").hexdigest()[:12]


def pseudonyms(
    secret: bytes, identifiers: Sequence[str], id_type: str, domain: str = DOMAIN, version: str = VERSION
) -> npt.NDArray[np.int64]:
    """First eight bytes of the HMAC of each normalised identifier, as signed integers.

    Args:
        secret: the office's secret.
        identifiers: normalised, each once.
        id_type: what they identify; the same number has other keys as a person and as a household.
        domain: keys of two domains cannot be joined without the secret.
        version: changes when the secret is rotated.

    Raises:
        InputError: two identifiers have the same key (or one is given twice).
    """
    keys = leading_bytes(secret, identifiers, key_message("", id_type, domain, version)).astype(np.int64)
    if len(np.unique(keys)) < len(identifiers):
        raise InputError(
            Fault(
                "identifiers",
                id_type,
                "a key of its own for every unit",
                "two units with the same key",
                "Collect again with a new secret; joining two people would falsify every figure.",
            )
        )
    return keys


def record_keys(
    secret: bytes, identifiers: Sequence[str], domain: str = DOMAIN, version: str = VERSION
) -> npt.NDArray[np.float64]:
    """A number in [0, 1) for each normalised person identifier, evenly spread: eight bytes of an HMAC over 2^64.

    The lowest eleven bits are dropped, because a double cannot hold them and the quotient could round up to 1.
    """
    raw = leading_bytes(secret, identifiers, key_message("", "RECORD", domain, version)).view(np.uint64)
    return np.asarray((raw >> np.uint64(11)).astype(np.float64) / 2.0**53)


def leading_bytes(secret: bytes, texts: Iterable[str], prefix: bytes = b"") -> npt.NDArray[np.int64]:
    """The first eight bytes of the HMAC-SHA256 of each text, as signed integers (RFC 2104).

    Key and prefix are hashed once and their states copied, which halves the time of `hmac.digest` per text.

    Args:
        secret: of any length.
        texts: to be hashed.
        prefix: the begin that all messages share.
    """
    padded = (secret if len(secret) <= _BLOCK else hashlib.sha256(secret).digest()).ljust(_BLOCK, b"\0")
    inner = hashlib.sha256(bytes(byte ^ _INNER for byte in padded) + prefix)
    outer = hashlib.sha256(bytes(byte ^ _OUTER for byte in padded))

    def digest(text: str) -> bytes:
        message, tag = inner.copy(), outer.copy()
        message.update(text.encode())
        tag.update(message.digest())
        return tag.digest()[:KEY_BYTES]

    return np.frombuffer(b"".join(map(digest, texts)), dtype=">i8").astype(np.int64)
