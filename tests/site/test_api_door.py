"""What all addresses of the API share: conditional requests, pages of other origins, the limit, the page about it."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client, RequestFactory
from pytest_django import Settings

from tests.site.conftest import Releases
from zaragoza.web.api import limit
from zaragoza.web.counting import counters
from zaragoza.web.releases.models import Installed, Series
from zaragoza.web.settings import _number

ADDRESSES = (
    "/api/v1/releases",
    "/api/v1/catalogue",
    "/api/v1/observations",
    "/api/v1/scoreboard?series=union",
    "/api/v1/commitments?limit=2",
    "/api/v1/countries/monitoring",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_known_is_not_sent_again(site: Releases, client: Client, address: str) -> None:
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    other = client.get(address, headers={"If-None-Match": '"something else"'})
    assert (other.status_code, other.content) == (200, first.content)
    weak = client.get(
        address, headers={"If-None-Match": f"W/{first.headers['ETag']}"}
    )  # as compressed answers have it
    assert weak.status_code == 304


def test_each_question_has_a_tag_of_its_own(site: Releases, client: Client) -> None:
    queries = (
        "", "limit=2", "format=csv", "format=jsonstat", "format=jsonstat&lang=nl", "sex=F", "sex=F&sex=M", "sex=M",
        f"release={site.first.name}", "series=union", f"series=made_up&release={site.second.name}&cursor=3",
    )  # fmt: skip
    tags = [client.get(f"/api/v1/observations?{query}").headers["ETag"] for query in queries]
    assert len(set(tags)) == len(tags)
    assert (
        client.get("/api/v1/observations?sex=M&sex=F").headers["ETag"] == tags[queries.index("sex=F&sex=M")]
    )
    named = f"/api/v1/observations?series=made_up&release={site.second.name}"
    assert client.get(named).headers["ETag"] == tags[0]  # the same rows


@pytest.mark.parametrize("address", ADDRESSES[:3])
def test_a_later_release_has_another_tag(site: Releases, client: Client, address: str) -> None:
    before = client.get(address).headers["ETag"]
    first = Installed.objects.get(series="made_up", release=site.first.name)
    Series.objects.filter(monitor="made_up").update(latest=first)
    answer = client.get(address, headers={"If-None-Match": before})
    assert answer.status_code == 200


def test_head_is_get_without_the_content(site: Releases, client: Client) -> None:
    whole, head = client.get(ADDRESSES[2]), client.head(ADDRESSES[2])
    assert (head.status_code, head.content) == (200, b"")
    assert {n: head.headers[n] for n in ("ETag", "Content-Type")} == {
        n: whole.headers[n] for n in ("ETag", "Content-Type")
    }


@pytest.mark.parametrize(
    "address", [*ADDRESSES, "/api/v1/openapi.json", "/api/v1/nothing", "/api/v1/releases?x=1"]
)
def test_pages_of_other_origins_may_read(site: Releases, client: Client, address: str) -> None:
    response = client.get(address, headers={"Origin": "https://elsewhere.example"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "ETag" in response.headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in response.headers
    before = client.options(address, headers={"Access-Control-Request-Headers": "If-None-Match"})
    assert before.status_code == 204
    assert before.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in before.headers["Access-Control-Allow-Headers"]


def test_only_the_api_is_open_to_them(site: Releases, client: Client) -> None:
    assert "Access-Control-Allow-Origin" not in client.get("/en/about/").headers


def test_nothing_is_remembered_of_a_reader(site: Releases, client: Client) -> None:
    assert not any(client.get(address).cookies for address in (*ADDRESSES, "/api/v1/docs"))


def test_releases_say_which_is_the_latest(site: Releases, client: Client) -> None:
    listed = client.get("/api/v1/releases").json()["releases"]
    assert [(each["series"], each["release"], each["latest"]) for each in listed] == [
        ("made_up", site.second.name, True),
        ("made_up", site.first.name, False),
        ("union", site.published.name, True),
    ]
    assert [each["scoreboard"] is None for each in listed] == [True, True, False]
    for each in listed:
        for name in ("catalogue", "observations", "scoreboard"):
            if each[name]:
                answer = client.get(each[name].removeprefix("http://testserver")).json()
                assert (answer["series"], answer["release"]) == (each["series"], each["release"])


# The limit.


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path, by_one_key: None) -> None:
    """Three requests a minute, counted in a folder of its own, in a minute that does not end."""
    settings.API_REQUESTS_A_MINUTE = 3
    settings.DATA = tmp_path
    monkeypatch.setattr(limit, "time", lambda: 1_800_000_012.5)  # 12 seconds into a minute


@pytest.mark.usefixtures("limited")
def test_who_asks_too_often_is_told_when_to_ask_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [client.get("/api/v1/openapi.json").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    refused = client.get("/api/v1/openapi.json")
    assert refused.headers["Retry-After"] == "48"
    (fault,) = refused.json()["faults"]
    assert fault["expected"] == "at most 3 requests a minute of one address"
    assert "48 seconds" in fault["way_out"]
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get("/api/v1/openapi.json", REMOTE_ADDR="192.0.2.7").status_code == 200  # another
    monkeypatch.setattr(limit, "time", lambda: 1_800_000_060.0)
    assert client.get("/api/v1/openapi.json").status_code == 200


@pytest.mark.usefixtures("limited")
def test_pages_have_no_limit(client: Client, db: None) -> None:
    assert {client.get("/en/about/").status_code for _ in range(6)} == {200}


@pytest.mark.usefixtures("limited")
@pytest.mark.parametrize(
    ("proxy", "sent", "counted"),
    [
        (False, {}, "198.51.100.1"),
        (False, {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}, "198.51.100.1"),  # nobody may say who they are
        (True, {}, "198.51.100.1"),
        (True, {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}, "203.0.113.9"),
        (
            True,
            {"HTTP_X_FORWARDED_FOR": "10.0.0.1, 203.0.113.9"},
            "203.0.113.9",
        ),  # the proxy's own is the last
        (True, {"HTTP_X_FORWARDED_FOR": "2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::/64"),
        (True, {"HTTP_X_FORWARDED_FOR": "nonsense"}, ""),
    ],
)
def test_whose_requests_are_counted(
    settings: Settings, proxy: bool, sent: dict[str, str], counted: str
) -> None:
    settings.PROXIED = proxy
    request = RequestFactory().get("/api/v1/releases", REMOTE_ADDR="198.51.100.1", **sent)
    assert limit._client(request) == counted


@pytest.mark.parametrize(("given", "most"), [(None, 600), ("0", 0), ("25", 25)])
def test_the_limit_is_a_setting(monkeypatch: pytest.MonkeyPatch, given: str | None, most: int) -> None:
    monkeypatch.delenv("ZARAGOZA_API_LIMIT", raising=False)
    if given is not None:
        monkeypatch.setenv("ZARAGOZA_API_LIMIT", given)
    assert _number("ZARAGOZA_API_LIMIT", 600) == most


def test_a_setting_that_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.exceptions import ImproperlyConfigured

    monkeypatch.setenv("ZARAGOZA_API_LIMIT", "many")
    with pytest.raises(ImproperlyConfigured, match="whole number"):
        _number("ZARAGOZA_API_LIMIT", 600)


WORKERS, EACH = 3, 400
WORKER = """
import sys, threading
from pathlib import Path
from zaragoza.web.counting import counters
counted = counters(Path(sys.argv[1]))
ask = lambda: [counted.one_more("192.0.2.1", 7) for _ in range(int(sys.argv[2]) // 2)]
threads = [threading.Thread(target=ask) for _ in range(2)]
[each.start() for each in threads]
[each.join() for each in threads]
"""


def test_workers_count_together(tmp_path: Path) -> None:
    """Processes and their threads, as a server has them: no request is lost."""
    command = [sys.executable, "-c", WORKER, str(tmp_path / ".requests"), str(EACH)]
    workers = [subprocess.Popen(command) for _ in range(WORKERS)]
    assert [each.wait() for each in workers] == [0] * WORKERS
    assert counters(tmp_path / ".requests").one_more("192.0.2.1", 7) == WORKERS * EACH + 1
    assert counters(tmp_path / ".requests").one_more("192.0.2.1", 8) == 1


def test_no_address_is_kept(tmp_path: Path) -> None:
    counters(tmp_path / ".requests").one_more("192.0.2.123", 1)
    content = (tmp_path / ".requests").read_bytes()
    assert b"192.0.2.123" not in content
    assert len(content) < 600_000


# The page about the API.


class _Page(HTMLParser):
    """What a page loads, and what the site's policy would not let it have."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.refused: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "link" and given.get("rel") == "stylesheet":
            self.loads.append(given["href"] or "")
        if "src" in given:
            self.loads.append(given["src"] or "")
        if tag in ("style", "script") or any(name == "style" or name.startswith("on") for name in given):
            self.refused.append(tag)


def test_the_page_tells_all_that_the_openapi_does(client: Client) -> None:
    response = client.get("/api/v1/docs")
    text = response.content.decode()
    page = _Page()
    page.feed(text)
    assert page.refused == []
    assert page.loads
    assert all(address.startswith("/assets/") for address in page.loads)
    assert all(client.get(address).status_code == 200 for address in page.loads)
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    schema = client.get("/api/v1/openapi.json").json()
    for path, methods in schema["paths"].items():
        assert path in text
        for each in methods["get"].get("parameters", []):
            assert f"<code>{each['name']}</code>" in text
    for name, form in schema["components"]["schemas"].items():
        assert f'id="form-{name}"' in text
        for field in form["properties"]:
            assert f"<code>{field}</code>" in text


def test_every_link_of_the_page_answers(site: Releases, client: Client) -> None:
    links = set(re.findall(r'href="(/[^"]*)"', client.get("/api/v1/docs").content.decode())) - {"/"}
    assert {"/api/v1/observations", "/api/v1/openapi.json"} <= links
    for link in links - {"/api/v1/scoreboard"}:  # the front series has none
        assert client.get(link).status_code == 200, link
    assert client.get("/api/v1/").headers["Location"] == "/api/v1/docs"
