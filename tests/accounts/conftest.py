import pytest

from jinan_credit.accounts.actors import SYSTEM, actor_of
from jinan_credit.accounts.enums import Role, UnitKind
from jinan_credit.accounts.models import Unit, User
from jinan_credit.accounts.services.roles import grant_role

PASSWORD = "a long pass phrase"


@pytest.fixture
def unit(db):
    return Unit.objects.create(code="finance", name="市财政局", kind=UnitKind.ADMINISTRATION)


@pytest.fixture
def make_user(unit):
    def make(name, *roles, **fields):
        user = User.objects.create_user(name, password=PASSWORD, **{"unit": unit, **fields})
        for role in roles:
            grant_role(user, role, by=SYSTEM)
        return user

    return make


@pytest.fixture
def guard(make_user):
    """The security administrator."""
    return make_user("guard", Role.SECURITY_ADMIN)


@pytest.fixture
def by_guard(guard):
    return actor_of(guard)
