"""Who may do what, as one table: role × act, act × page, scope × call. Read from the code that asks; nothing is
said here a second time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver

from jinan_credit.accounts.actors import ACTS_OF_SCOPE
from jinan_credit.accounts.enums import Act, Role
from jinan_credit.accounts.keeping import ActAdmin
from jinan_credit.accounts.roles import roles_with

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class ActRow:
    act: Act
    roles: Sequence[str]
    scopes: Sequence[str]


@dataclass(frozen=True)
class PageRow:
    """Any one of the acts opens the page; none means: whoever is signed in. Whose rows it shows is a second matter."""

    address: str
    acts: Sequence[Act]

    @property
    def roles(self) -> list[Role]:
        return [role for role in Role if not self.acts or any(role in roles_with(act) for act in self.acts)]


@dataclass(frozen=True)
class CallRow:
    address: str
    methods: Sequence[str]
    scope: str


@dataclass(frozen=True)
class KeptRow:
    """Rows of the administration."""

    name: str
    act: Act
    may_add: bool
    may_change: bool
    may_delete: bool


def act_rows() -> list[ActRow]:
    return [ActRow(act, roles_with(act), _scopes_with(act)) for act in Act]


def page_rows() -> list[PageRow]:
    """The pages of people at work. What is not here anybody may open: the public site and the sign-in."""
    found = {address: view.acts for address, view in all_views() if hasattr(view, "acts")}
    return [PageRow(address, acts) for address, acts in sorted(found.items())]


def call_rows() -> list[CallRow]:
    found = {address: view.cls for address, view in all_views() if hasattr(view, "cls")}
    scoped = [(address, cls) for address, cls in sorted(found.items()) if hasattr(cls, "required_scope")]
    return [CallRow(address, methods_of(cls), cls.required_scope) for address, cls in scoped]


def kept_rows() -> list[KeptRow]:
    return [
        KeptRow(str(model._meta.verbose_name_plural), Act(kept.act), kept.may_add, kept.may_change, kept.may_delete)
        for model, kept in sorted(admin.site._registry.items(), key=lambda one: one[0]._meta.label)
        if isinstance(kept, ActAdmin)
    ]


def all_views() -> Iterator[tuple[str, Any]]:
    """Every address that the URL conf knows, with its view."""
    return _views(get_resolver().url_patterns, "/")


def methods_of(view_class: Any) -> list[str]:
    return [method for method in METHODS if hasattr(view_class, method.lower())]


def _scopes_with(act: str) -> list[str]:
    return [scope for scope, acts in ACTS_OF_SCOPE.items() if act in acts]


def _views(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[tuple[str, Any]]:
    for one in patterns:
        address = f"{before}{one.pattern}"
        if isinstance(one, URLPattern):
            yield address, one.callback
        else:
            yield from _views(one.url_patterns, address)
