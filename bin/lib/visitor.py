"""A person with a browser, and a unit's own system, as far as a check needs them: plain HTTP, standard library only."""

import base64
import http.cookiejar
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib import error, parse, request

TIMEOUT = 60
_NO_PROXY = request.ProxyHandler({})


class Wrong(AssertionError):
    """The house did not answer as it should."""


@dataclass(frozen=True)
class Page:
    """An answer: status, address after redirects, headers, body."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", errors="replace")

    @property
    def path(self) -> str:
        return parse.urlsplit(self.url).path

    def json(self) -> Any:
        return json.loads(self.body)

    def forms(self) -> "list[Form]":
        reader = _FormReader()
        reader.feed(self.text)
        return reader.forms

    def form(self, having: str = "") -> "Form":
        """The form whose action or fields carry this word; the only form when none is given."""
        found = [form for form in self.forms() if having in form.action or having in form.fields]
        if not found:
            raise Wrong(f"{self.path}: no form with {having!r}. {_excerpt(self.text)}")
        return found[0]


@dataclass
class Form:
    """A form as it stands on the page: where it goes, what it would send untouched, its buttons."""

    action: str = ""
    method: str = "get"
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Upload:
    name: str
    body: bytes
    kind: str = "application/octet-stream"


class Visitor:
    """Keeps cookies, follows redirects, sends the token against forged forms. Any status but the expected is Wrong."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.cookies = http.cookiejar.CookieJar()
        self._opener = request.build_opener(_NO_PROXY, request.HTTPCookieProcessor(self.cookies))

    def get(self, path: str, status: int = 200) -> Page:
        return _expect(self._open(request.Request(self._url(path), headers={"Accept-Language": "en"})), status)

    def post(
        self,
        path: str,
        fields: Mapping[str, str | Sequence[str]] | None = None,
        files: Mapping[str, Upload] | None = None,
        status: int = 200,
    ) -> Page:
        body, kind = _multipart(fields or {}, files or {})
        headers = {"Content-Type": kind, "Referer": self._url(path), "Accept-Language": "en"}
        token = next((cookie.value for cookie in self.cookies if cookie.name == "csrftoken"), None)
        if token:
            headers["X-CSRFToken"] = token
        return _expect(self._open(request.Request(self._url(path), body, headers, method="POST")), status)

    def send(
        self,
        page: Page,
        having: str = "",
        fields: Mapping[str, str | Sequence[str]] | None = None,
        files: Mapping[str, Upload] | None = None,
        status: int = 200,
    ) -> Page:
        """Fill in the form of a page and send it; what is not given stays as the page had it."""
        form = page.form(having)
        target = parse.urljoin(page.url, form.action)
        return self.post(target, {**form.fields, **(fields or {})}, files, status)

    def sign_in(self, name: str, password: str) -> "Visitor":
        page = self.get("/accounts/login/")
        after = self.send(page, "login", {"login": name, "password": password})
        if after.path.endswith("/accounts/login/"):
            raise Wrong(f"{name} could not sign in. {_excerpt(after.text)}")
        return self

    def _url(self, path: str) -> str:
        return parse.urljoin(self.address, path)

    def _open(self, asked: request.Request) -> Page:
        return _open(self._opener, asked)


class UnitSystem:
    """A cooperating unit's own system: OAuth 2.0 client credentials, JSON."""

    def __init__(self, address: str, client_id: str, client_secret: str, scope: str = "") -> None:
        self.address = address
        self._opener = request.build_opener(_NO_PROXY)
        secret = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
        asked = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
        headers = {"Authorization": f"Basic {secret}", "Content-Type": "application/x-www-form-urlencoded"}
        body = parse.urlencode(asked).encode()
        page = _open(self._opener, request.Request(f"{address}/o/token/", body, headers, method="POST"))
        self.token = str(_expect(page, 200).json()["access_token"])

    def get(self, path: str, status: int = 200) -> Page:
        return self._call("GET", path, None, status)

    def post(self, path: str, body: Any = None, status: int = 201) -> Page:
        return self._call("POST", path, body if body is not None else {}, status)

    def put(self, path: str, body: Any, status: int = 200) -> Page:
        return self._call("PUT", path, body, status)

    def _call(self, method: str, path: str, body: Any, status: int) -> Page:
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        data = None
        if body is not None:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
            data = json.dumps(body, ensure_ascii=False).encode()
        asked = request.Request(parse.urljoin(self.address, path), data, headers, method=method)
        return _expect(_open(self._opener, asked), status)


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._select: str | None = None
        self._textarea: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(values.get("action", ""), values.get("method", "get").lower())
            self.forms.append(self._open)
        elif self._open is not None:
            self._field(self._open, tag, values)

    def _field(self, form: Form, tag: str, values: dict[str, str]) -> None:
        name, kind = values.get("name", ""), values.get("type", "text")
        if tag == "button" or (tag == "input" and kind in ("submit", "image")):
            if name:
                form.buttons.append((name, values.get("value", "")))
        elif tag == "input" and name and kind != "file":
            if kind not in ("checkbox", "radio") or "checked" in values:
                form.fields[name] = values.get("value", "on" if kind == "checkbox" else "")
        elif tag == "select" and name:
            self._select = name
        elif tag == "option" and self._select:
            if "selected" in values or self._select not in form.fields:
                form.fields[self._select] = values.get("value", "")
        elif tag == "textarea" and name:
            self._textarea = name
            form.fields[name] = ""

    def handle_data(self, data: str) -> None:
        if self._open is not None and self._textarea:
            self._open.fields[self._textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._textarea = None


def _open(opener: request.OpenerDirector, asked: request.Request) -> Page:
    try:
        with opener.open(asked, timeout=TIMEOUT) as answer:
            return Page(answer.status, answer.url, dict(answer.headers), answer.read())
    except error.HTTPError as refused:
        with refused:
            return Page(refused.code, refused.url, dict(refused.headers), refused.read())


def _expect(page: Page, status: int) -> Page:
    if page.status != status:
        raise Wrong(f"{page.path} answered {page.status}, not {status}. {_excerpt(page.text)}")
    return page


def _excerpt(text: str) -> str:
    reader = _TextReader()
    reader.feed(text)
    return " ".join(" ".join(reader.parts).split())[:600]


class _TextReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._skipped = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skipped = tag in ("script", "style", "head", "nav")

    def handle_endtag(self, tag: str) -> None:
        self._skipped = False

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.parts.append(data)


def _multipart(fields: Mapping[str, str | Sequence[str]], files: Mapping[str, Upload]) -> tuple[bytes, str]:
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{each}\r\n'.encode()
        for name, value in fields.items()
        for each in ([value] if isinstance(value, str) else value)
    ]
    for name, upload in files.items():
        head = f'Content-Disposition: form-data; name="{name}"; filename="{upload.name}"\r\nContent-Type: {upload.kind}'
        parts.append(f"--{boundary}\r\n{head}\r\n\r\n".encode() + upload.body + b"\r\n")
    return b"".join([*parts, f"--{boundary}--\r\n".encode()]), f"multipart/form-data; boundary={boundary}"
