from collections.abc import Callable

import pytest
from django.template import engines
from django.test import Client

from jinan_credit.accounts.enums import Role, UnitKind
from jinan_credit.accounts.models import RoleGrant, Unit, User

PASSWORD = "柳絮-quiet-harbour-7"


class Undefined(str):
    """A template variable that nobody defined fails the page."""

    __slots__ = ()

    def __contains__(self, part: object) -> bool:
        return part == "%s"

    def __mod__(self, variable: object) -> str:
        raise AssertionError(f"undefined template variable: {variable}")


@pytest.fixture(autouse=True)
def strict_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", Undefined())


@pytest.fixture
def unit(db: None) -> Unit:
    return Unit.objects.create(code="PAGES-ENV", name="市生态环境局(页面)", kind=UnitKind.ADMINISTRATION)


@pytest.fixture
def make_person(unit: Unit) -> Callable[..., User]:
    def make(username: str = "wangfang", *roles: str, display_name: str = "王芳") -> User:
        person = User.objects.create_user(username, password=PASSWORD, unit=unit, display_name=display_name)
        for role in roles:
            RoleGrant.objects.create(user=person, role=role)
        return person

    return make


@pytest.fixture
def clerk(make_person: Callable[..., User]) -> User:
    return make_person("wangfang", Role.CLERK)


@pytest.fixture
def signed_in(client: Client, clerk: User) -> Client:
    client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
    return client
