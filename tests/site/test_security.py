"""What a site refuses, and what it says to browsers, asked over a socket with requests that no browser would write."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.site.conftest import Ready
from tests.site.serving import Site, environment, manage, serving
from tests.support import ROOT
from zaragoza.web import settings
from zaragoza.web.limits import LONGEST

MEBIBYTE = 1 << 20
DEPLOYED = ("check", "--deploy", "--fail-level", "WARNING")


@pytest.fixture(scope="module")
def site(ready: Ready, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    data = ready.copied(tmp_path_factory.mktemp("site") / "data")
    with serving(data, ready.release, "--workers", 1) as running:
        yield running


@pytest.fixture(scope="module")
def pages(site: Site) -> tuple[str, ...]:
    """A page of each kind of answer: redirect, page, file, style, nothing there, refused."""
    home, answer = site.follow("/")
    style = answer.body.split(b'<link rel="stylesheet" href="')[1].split(b'"')[0].decode()
    kinds = ("", "indicators/", "places/", "methods/", "data/", "data/observations.csv", "data/manifest.json")
    return ("/en/", "/nl/about/", "/en/releases/", style, *(home + kind for kind in kinds), "/en/nowhere/")


def test_headers_of_every_answer(site: Site, pages: tuple[str, ...]) -> None:
    """Those of OWASP's list for pages: no foreign origin, no frame, no guessing of types, no cookie."""
    for path in (*pages, "/en/../x", "/en/%00"):
        answer = site.ask(path)
        policy = dict(
            part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";")
        )
        assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'", path
        sources = " ".join(policy.values()).split()
        assert set(sources) <= {"'none'", "'self'", "data:"}, path
        assert answer.headers["x-content-type-options"] == "nosniff", path
        assert answer.headers["x-frame-options"] == "DENY", path
        assert answer.headers["referrer-policy"] == "same-origin", path
        assert answer.headers["cross-origin-opener-policy"] == "same-origin", path
        assert "camera=()" in answer.headers["permissions-policy"], path
        assert "set-cookie" not in answer.headers, path


def test_who_asks_for_the_headers_gets_the_same_ones(site: Site, pages: tuple[str, ...]) -> None:
    """HEAD: RFC 9110, 9.3.2."""
    for path in pages:
        whole, headers = site.ask(path), site.ask(path, "HEAD")
        assert (headers.status, headers.body) == (whole.status, b""), path
        assert int(headers.headers["content-length"]) == len(whole.body), path
        assert headers.headers["content-type"] == whole.headers["content-type"], path
    assert "dropping" not in site.data.with_name(f"{site.data.name}.log").read_text(encoding="utf-8")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_other_methods(site: Site, pages: tuple[str, ...], method: str) -> None:
    for path in pages:
        answer = site.ask(path, method)
        assert answer.status == 405, (method, path)
        assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize(
    "path", ["..", "%2e%2e", "%252e%252e", "..%2f..", "..%5c..", ".", "%00", "a%0d%0aX-Y:z", "%7f"]
)
def test_addresses_that_climb_or_hide_something(site: Site, pages: tuple[str, ...], path: str) -> None:
    for before in ("/", "/en/", "/en/data/", f"{pages[4]}data/", "/assets/"):
        for behind in ("", "/etc/passwd", "/manifest.json"):
            answer = site.ask(f"{before}{path}{behind}")
            assert answer.status == 400, (before, behind)
            assert b"root:" not in answer.body


@pytest.mark.parametrize("query", ["by=%00", "place=%0d%0a", "x=" + "%1b" * 3])
def test_queries_with_control_characters(site: Site, pages: tuple[str, ...], query: str) -> None:
    assert site.ask(f"{pages[5]}?{query}").status == 400


@pytest.mark.parametrize(
    ("length", "status"), [(LONGEST // 2, 200), (LONGEST, 414), (5000, 414), (100_000, 414)]
)
def test_long_queries(site: Site, pages: tuple[str, ...], length: int, status: int) -> None:
    """The longest ones never get as far as the site's own code."""
    assert site.ask(f"{pages[5]}?by={'x' * length}").status == status


def test_long_headers_and_bodies(site: Site) -> None:
    assert site.ask("/en/about/", X_Long="x" * 100_000).status in (400, 431)
    assert site.ask("/en/about/", **{f"X_{number}": "x" for number in range(200)}).status in (400, 431)
    assert site.ask("/en/about/", "POST", b"x" * 1000).status == 405
    assert site.ask("/en/about/", Content_Length=str(MEBIBYTE)).status == 413


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost:80@evil.example", "", "a b"]
)
def test_other_hosts(site: Site, host: str) -> None:
    for path in ("/en/", "/en/about/", "/en/nowhere/"):
        assert site.ask(path, Host=host).status == 400
    assert site.ask("/en/about/", Host="localhost:8000").status == 200
    answer = site.ask("/en/", Host="localhost", X_Forwarded_Host="evil.example")
    assert "evil" not in str(answer.headers)


def test_the_folder_of_the_site_stays_inside(site: Site, pages: tuple[str, ...]) -> None:
    """Its key, its database and what lies beside a release's files."""
    names = (
        "secret.key",
        "site.sqlite3",
        "../../secret.key",
        "index.html",
        "observations.parquet.bak",
        ".installing",
    )
    for name in names:
        assert 400 <= site.ask(f"{pages[4]}data/{name}").status < 500, name
        assert 400 <= site.follow(f"/static/{name}")[1].status < 500, name


def test_no_script_of_a_package_is_served(site: Site) -> None:
    """Pages want none of them, and each would be one more to keep safe."""
    for name in ("ninja/swagger-ui-bundle.js", "ninja/redoc.standalone.js", "account/js/account.js"):
        assert site.follow(f"/static/{name}")[1].status == 404, name


@pytest.mark.parametrize("database", ["", "postgres://site:hush@db.example/site"])
def test_check_of_deployment(tmp_path: Path, database: str) -> None:
    """Django's own list, behind a proxy that speaks https, on each database."""
    key = {"ZARAGOZA_SECRET_KEY": "k" * 20 + "".join(map(chr, range(48, 90))), "ZARAGOZA_DATABASE": database}
    done = manage(
        tmp_path, *DEPLOYED, ZARAGOZA_HTTPS="1", ZARAGOZA_PROXY="1", ZARAGOZA_HOSTS="monitor.example", **key
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


def test_check_of_a_site_without_encryption(tmp_path: Path) -> None:
    """The list objects."""
    done = manage(tmp_path, *DEPLOYED, ZARAGOZA_SECRET_KEY="short")  # noqa: S106 - none of anybody's
    assert done.returncode == 1
    assert [word for word in ("W004", "W008", "W009") if word not in done.stderr] == []


def test_behind_a_proxy_that_speaks_https(ready: Ready, tmp_path: Path) -> None:
    """Who comes by http is sent to https, and told to stay there; the proxy says how the reader came."""
    with serving(
        ready.copied(tmp_path / "safe"),
        ready.release,
        "--workers",
        1,
        ZARAGOZA_HTTPS="1",
        ZARAGOZA_PROXY="1",
        ZARAGOZA_HOSTS="monitor.example",
    ) as safe:
        plain = safe.ask("/en/about/", Host="monitor.example")
        assert (plain.status, plain.location) == (301, "https://monitor.example/en/about/")
        answer = safe.ask("/en/about/", Host="monitor.example", X_Forwarded_Proto="https")
        assert answer.status == 200
        assert "max-age=31536000" in answer.headers["strict-transport-security"]


POSTGRES = {
    "postgres://anna:a%40b%2Fc@db.example:5433/site": ("anna", "a@b/c", "db.example", "5433", "site"),
    "postgresql://db.example/site": ("", "", "db.example", "", "site"),
    "postgres:///site": ("", "", "", "", "site"),
    "postgres://[::1]:5432/site": ("", "", "::1", "5432", "site"),
}


@pytest.mark.parametrize("address", POSTGRES)
def test_addresses_of_postgresql(address: str) -> None:
    found = settings._database(address)
    names = ("USER", "PASSWORD", "HOST", "PORT", "NAME")
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert tuple(found[name] for name in names) == POSTGRES[address]


@pytest.mark.parametrize(
    "address", ["mysql://db/site", "site.sqlite3", "postgres://db:x/site", "postgres://db/"]
)
def test_addresses_of_no_database(address: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="ZARAGOZA_DATABASE"):
        settings._database(address)


def test_without_an_address_it_lies_in_the_folder() -> None:
    found = settings._database("")
    assert (found["ENGINE"], found["NAME"]) == ("django.db.backends.sqlite3", settings.DATA / "site.sqlite3")


@pytest.mark.parametrize("given", [{"ZARAGOZA_DATABASE": "mysql://db/site"}, {"ZARAGOZA_PAGES_KEPT": "many"}])
def test_what_the_environment_says_wrongly_is_a_fault(tmp_path: Path, given: dict[str, str]) -> None:
    command = [sys.executable, "-m", "zaragoza", "serve", str(tmp_path), "--port", "0"]
    done = subprocess.run(
        command, env=environment(tmp_path / "data", **given), check=False, capture_output=True, text=True
    )
    assert done.returncode == 3
    assert next(iter(given)) in done.stderr


def test_every_variable_of_the_environment_is_told() -> None:
    sources = sorted((ROOT / "src" / "zaragoza" / "web").rglob("*.py"))
    read = {
        name for path in sources for name in re.findall(r"ZARAGOZA_[A-Z_]+", path.read_text(encoding="utf-8"))
    }
    table = (ROOT / "docs" / "howto" / "site.md").read_text(encoding="utf-8")
    assert read == set(re.findall(r"^\| `(ZARAGOZA_[A-Z_]+)` \|", table, re.MULTILINE))
