"""Somebody with a browser, and the app that sent them: what both do at the identity host."""

import base64
import hashlib
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
from tests.sandbox.house import AGENT, Api, House

CALLBACK = "http://127.0.0.1:4711/callback"
APP = {"client_id": "sandbox-app", "client_secret": "sandbox-secret"}
MULTI = {"client_id": "sandbox-multi-app", "client_secret": "sandbox-multi-secret"}
TWO_WEEKS = 1_209_599


class Page(HTMLParser):
    """What somebody who reads the page gets: its form, its radio buttons with their labels, its buttons."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lang = ""
        self.title = ""
        self.form: dict[str, str | None] = {}
        self.hidden: dict[str, str] = {}
        self.radios: dict[str, dict[str, str | None]] = {}
        self.labels: dict[str, str] = {}
        self.buttons: dict[str, str] = {}
        self.tags: list[str] = []
        self.alert = False
        self._in: tuple[str, str] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.tags.append(tag)
        self.alert = self.alert or said.get("role") == "alert"
        if tag == "html":
            self.lang = said.get("lang") or ""
        elif tag == "form":
            self.form = said
        elif tag == "input" and said.get("type") == "hidden":
            self.hidden[said["name"] or ""] = said["value"] or ""
        elif tag == "input" and said.get("type") == "radio":
            self.radios[said["id"] or ""] = said
        elif tag == "label":
            self._in = ("label", said["for"] or "")
        elif tag == "button":
            self._in = ("button", said["value"] or "")
        elif tag in ("h1", "title"):
            self._in = (tag, "")

    def handle_endtag(self, tag: str) -> None:
        if self._in and tag == self._in[0]:
            self._in = None

    def handle_data(self, data: str) -> None:
        kind, name = self._in or ("", "")
        if kind == "label":
            self.labels[name] = self.labels.get(name, "") + data
        elif kind == "button":
            self.buttons[name] = self.buttons.get(name, "") + data
        elif kind == "h1":
            self.title += data

    def choice(self, words: str) -> str:
        """The value of the radio button whose label has *words*."""
        (found,) = [name for name, label in self.labels.items() if words in label]
        return self.radios[found]["value"] or ""


def origin(firm: House) -> str:
    return firm.running.base_url.removesuffix("/v2")


def mail(firm: House, who: str) -> str:
    return f"{who}@firm{firm.account_id}.example"


def opened(firm: House, **said: str) -> httpx2.Response:
    """The consent page's answer, for the member of the firm unless something else is *said*."""
    usual = {
        "client_id": "sandbox-app",
        "response_type": "code",
        "redirect_uri": CALLBACK,
        "state": "xyz",
        "login_hint": mail(firm, "member"),
    }
    return httpx2.get(f"{origin(firm)}/oauth2/authorize?{urlencode({**usual, **said})}")


def submitted(
    firm: House, answer: httpx2.Response, decision: str = "allow", **fields: str
) -> httpx2.Response:
    """What comes after a click on *decision*, the first choice being checked as on the page."""
    page = Page(answer.text)
    checked = [radio for radio in page.radios.values() if "checked" in radio]
    who = {"who": checked[0]["value"] or ""} if checked else {}
    form = {**page.hidden, **who, "decision": decision, **fields}
    return httpx2.post(f"{origin(firm)}{page.form['action']}", data=form)


def back(answer: httpx2.Response) -> dict[str, str]:
    """What the app gets with the redirect."""
    assert answer.status_code == 302, answer.text
    parts = urlsplit(answer.headers["Location"])
    return {name: values[0] for name, values in parse_qs(parts.query or parts.fragment).items()}


def exchanged(firm: House, status: int = 200, **said: str) -> Any:
    answer = httpx2.post(f"{origin(firm)}/api/v2/oauth2/token", data={**APP, **said})
    assert answer.status_code == status, answer.text
    return answer.json()


def code_of(firm: House, **said: str) -> str:
    return back(submitted(firm, opened(firm, **said)))["code"]


def tokens_of(firm: House, **said: str) -> Any:
    return exchanged(firm, grant_type="authorization_code", code=code_of(firm, **said))


def api_with(firm: House, token: str, account: int | None = None) -> Api:
    headers = {"Authorization": f"Bearer {token}"}
    if account:
        headers["Harvest-Account-Id"] = str(account)
    firm.opened.append(Api(firm.running.base_url, headers))
    return firm.opened[-1]


def challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def bearer(issued: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {issued['access_token']}", "User-Agent": AGENT}


def control(firm: House, method: str, path: str, **how: Any) -> httpx2.Response:
    return firm.api().client.request(method, firm.running.control_url + path, **how)
