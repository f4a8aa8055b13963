"""Keys: test vectors of RFC 4231 and of the methods paper on linkage, and what must never be guessed."""

from __future__ import annotations

import hmac

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.collecting import SECRET
from zaragoza.collect import keys
from zaragoza.errors import DefinitionError, InputError

# RFC 4231, sections 4.2, 4.3 and 4.7 (a key longer than a block is hashed first)
RFC_4231 = [
    (b"\x0b" * 20, "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    (
        b"Jefe",
        "what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ),
    (
        b"\xaa" * 131,
        "Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ),
]
# methods/10 section 2: key 00 01 .. 1f, message SSB|v1|BSN|number
OWN = [
    ("123456782", "b048b18fb43749f177e95d3ee11e78eb8a651391f712ce7ba6b53496e446404c"),
    ("000000012", "adf463f9382acdbc93f6288d7ee7fd22d9c96d4c806f1949a0a21fd7c932dc43"),
]


def signed(hexadecimal: str) -> int:
    return int.from_bytes(bytes.fromhex(hexadecimal)[:8], "big", signed=True)


@pytest.mark.parametrize(("secret", "text", "expected"), RFC_4231)
def test_leading_bytes_are_those_of_rfc_4231(secret, text, expected):
    assert keys.leading_bytes(secret, [text]).tolist() == [signed(expected)]
    begin, end = text[:5].encode(), text[5:]
    assert keys.leading_bytes(secret, [end], begin).tolist() == [signed(expected)]


@pytest.mark.parametrize(("number", "expected"), OWN)
def test_own_vectors(number, expected):
    assert keys.key_of(SECRET, number, "BSN", domain="SSB").hex() == expected
    assert keys.pseudonyms(SECRET, [number], "BSN", domain="SSB").tolist() == [signed(expected)]


def test_pseudonyms_are_the_first_eight_bytes_of_the_full_key():
    identifiers = ["1", "A|B", "ÉÈ", "x" * 200]
    expected = [signed(keys.key_of(SECRET, text, "PERSON").hex()) for text in identifiers]
    assert keys.pseudonyms(SECRET, identifiers, "PERSON").tolist() == expected


def test_secret_domain_version_and_type_each_give_other_keys():
    base = keys.key_of(SECRET, "7", "PERSON")
    others = [
        keys.key_of(SECRET[::-1], "7", "PERSON"),
        keys.key_of(SECRET, "7", "HOUSEHOLD"),
        keys.key_of(SECRET, "7", "PERSON", domain="other"),
        keys.key_of(SECRET, "7", "PERSON", version="v2"),
        keys.key_of(SECRET, "8", "PERSON"),
    ]
    assert len({base, *others}) == 6


def test_no_bar_in_what_stands_before_the_identifier():
    with pytest.raises(ValueError, match="bar"):
        keys.key_message("7", "PERSON", domain="a|b")


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        (" 1234.56.782 ", "123456782"),
        ("nl 12 ab", "NL12AB"),
        ("\u00a012\u20093", "123"),  # spaces that do not break
        ("\uff11\uff12", "12"),  # full-width digits (NFKC)
        ("e\u0301", "\u00c9"),  # a letter and its accent (NFKC), upper case
        ("007", "007"),
        (" . ", ""),
    ],
)
def test_normalise_identifier(text, normal):
    assert keys.normalise_identifier(text) == normal


@given(st.from_regex(r"[A-Z0-9-]{1,12}", fullmatch=True), st.data())
def test_spaces_dots_and_case_do_not_change_an_identifier(identifier, data):
    noise = data.draw(st.lists(st.sampled_from([" ", ".", "\t", "\u00a0", ""]), min_size=len(identifier)))
    written = "".join(a + b for a, b in zip(identifier, noise, strict=False))
    assert keys.normalise_identifier(written.lower()) == identifier


def test_record_keys_are_hmacs_over_two_to_the_64th():
    identifiers = [str(number) for number in range(2000)]
    found = keys.record_keys(SECRET, identifiers)
    message = b"zaragoza|v1|RECORD|7"
    whole = int.from_bytes(hmac.digest(SECRET, message, "sha256")[:8], "big")
    assert found[7] == pytest.approx(whole / 2**64, abs=2**-53)
    assert ((found >= 0) & (found < 1)).all()
    assert abs(found.mean() - 0.5) < 4 * np.sqrt(1 / 12 / 2000)  # evenly spread: four standard errors


def test_the_largest_record_key_is_below_one(monkeypatch):
    monkeypatch.setattr(keys, "leading_bytes", lambda *_: np.array([-1]))  # eight bytes ff
    assert keys.record_keys(SECRET, ["7"])[0] == 1 - 2**-53


def test_two_units_with_one_key_stop_the_run(monkeypatch):
    monkeypatch.setattr(keys, "leading_bytes", lambda *_: np.array([5, 5]))
    with pytest.raises(InputError, match="same key") as caught:
        keys.pseudonyms(SECRET, ["1234", "5678"], "PERSON")
    assert "1234" not in str(caught.value)


def test_a_short_secret_is_refused_and_not_shown():
    with pytest.raises(DefinitionError, match="31 bytes") as caught:
        keys.check_secret(b"geheim" * 5 + b"!")
    assert "geheim" not in repr(caught.value)
    keys.check_secret(SECRET)


def test_fingerprint_names_the_secret_without_telling_it():
    assert keys.fingerprint(SECRET) == hmac.new(SECRET, b"key-id", "sha256").hexdigest()[:12]
    assert keys.fingerprint(SECRET) != keys.fingerprint(SECRET[::-1])
