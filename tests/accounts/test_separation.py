"""Three administrators are three persons: none does the act of another, none makes himself another."""

from itertools import permutations

import pytest
from django.contrib import admin
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import RoleGrant, User
from jinan_credit.accounts.roles import ACTS_OF, ADMINISTRATORS
from jinan_credit.kernel import clock

PAGES = [
    (f"{model._meta.app_label}_{model._meta.model_name}", str(getattr(page, "act", "")))
    for model, page in admin.site._registry.items()
]
OTHERS = sorted({*Role.values} - {Role.SECURITY_ADMIN})


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_every_page_of_the_administration_belongs_to_an_act():
    assert len(PAGES) > 5
    assert [page for page, act in PAGES if not act] == []


def test_no_act_belongs_to_two_administrators():
    for one, other in permutations(ADMINISTRATORS, 2):
        assert not ACTS_OF[one] & ACTS_OF[other]
    for role in set(Role.values) - set(ADMINISTRATORS):
        assert not any(ACTS_OF[role] & ACTS_OF[one] for one in ADMINISTRATORS)


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_each_opens_his_own_pages_of_the_administration_only(make_user, role):
    client = client_of(make_user("admin", role))

    for page, act in PAGES:
        for kind in ("changelist", "add"):
            answers = [client.get(reverse(f"admin:{page}_{kind}")), client.post(reverse(f"admin:{page}_{kind}"), {})]
            if act not in ACTS_OF[role]:
                assert {answer.status_code for answer in answers} <= {302, 403, 404}, (page, kind)
                assert all("/accounts/confirm/" not in answer.headers.get("Location", "") for answer in answers)
        if act in ACTS_OF[role]:
            assert client.get(reverse(f"admin:{page}_changelist")).status_code == 200, page


def _grants(user: User, role: str) -> dict[str, object]:
    return {
        "username": user.username,
        "display_name": "",
        "email": "",
        "unit": user.unit_id,
        "is_active": "on",
        "role_grants-TOTAL_FORMS": 1,
        "role_grants-INITIAL_FORMS": 0,
        "role_grants-0-role": role,
        "role_grants-0-user": user.pk,
    }


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.SECURITY_ADMIN])
def test_nobody_grants_himself_a_role_by_the_form(guard, role):
    form = _grants(guard, role) | {
        "role_grants-TOTAL_FORMS": 2,
        "role_grants-INITIAL_FORMS": 1,
        "role_grants-0-id": guard.role_grants.get().pk,
        "role_grants-0-role": Role.SECURITY_ADMIN,
        "role_grants-1-role": role,
        "role_grants-1-user": guard.pk,
    }
    answer = client_of(guard).post(reverse("admin:accounts_user_change", args=[guard.pk]), form)

    assert answer.status_code == 200
    assert [grant.role for grant in guard.role_grants.all()] == [Role.SECURITY_ADMIN]


def test_he_does_not_take_his_own_off_to_become_another(guard):
    grant = guard.role_grants.get()
    form = _grants(guard, Role.AUDIT_ADMIN) | {
        "role_grants-TOTAL_FORMS": 2,
        "role_grants-INITIAL_FORMS": 1,
        "role_grants-0-id": grant.pk,
        "role_grants-0-role": Role.SECURITY_ADMIN,
        "role_grants-0-DELETE": "on",
        "role_grants-1-role": Role.AUDIT_ADMIN,
        "role_grants-1-user": guard.pk,
    }
    client_of(guard).post(reverse("admin:accounts_user_change", args=[guard.pk]), form)

    assert [grant.role for grant in guard.role_grants.all()] == [Role.SECURITY_ADMIN]


def test_the_database_refuses_a_role_that_its_holder_grants(make_user):
    user = make_user("clever", Role.CLERK)

    with pytest.raises(IntegrityError, match="nobody_grants_himself_a_role"), transaction.atomic():
        RoleGrant.objects.create(user=user, role=Role.AUDIT_ADMIN, granted_by=user)


@pytest.mark.parametrize(("held", "second"), list(permutations(ADMINISTRATORS, 2)))
def test_the_database_refuses_a_second_administrator_role(make_user, held, second):
    user, other = make_user("two", held), make_user("other", Role.CLERK)

    two_roles = pytest.raises(IntegrityError, match="nobody_holds_two_administrator_roles")
    with two_roles, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_rolegrant (user_id, role, granted_by_id, granted_at) VALUES (%s, %s, %s, %s)",
            [user.pk, second, other.pk, clock.now()],
        )


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_grants_a_role(make_user, role):
    granter, target = make_user("granter", role), make_user("target", Role.CLERK)

    answer = client_of(granter).post(
        reverse("admin:accounts_user_change", args=[target.pk]), _grants(target, Role.AUDIT_ADMIN)
    )

    assert answer.status_code in (302, 403, 404)
    assert [grant.role for grant in target.role_grants.all()] == [Role.CLERK]
