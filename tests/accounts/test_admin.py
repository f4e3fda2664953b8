import re

import pytest
from django.urls import reverse

from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.keeping import versions_of
from jinan_credit.accounts.models import ApiClient, RoleGrant, Unit, User

PASSWORD = "a long pass phrase"
PAGES = ["accounts_unit", "accounts_user", "accounts_apiclient"]


@pytest.fixture
def browser(client):
    def sign_in(user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("kind", ["changelist", "add"])
def test_the_security_administrator_opens_the_pages(browser, guard, page, kind):
    assert browser(guard).get(reverse(f"admin:{page}_{kind}")).status_code == 200


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.SECURITY_ADMIN])
def test_nobody_else_opens_them(browser, make_user, page, role):
    answer = browser(make_user("other", role)).get(reverse(f"admin:{page}_changelist"))
    assert answer.status_code in (302, 403, 404)


@pytest.mark.parametrize("model", ["auth/group", "oauth2_provider/accesstoken"])
def test_groups_and_tokens_have_no_page(browser, guard, model):
    assert browser(guard).get(f"/admin/{model}/").status_code == 404


def test_a_new_user_gets_his_password_in_the_form(browser, guard, unit, client):
    answer = browser(guard).post(
        reverse("admin:accounts_user_add"),
        {
            "username": "wang",
            "usable_password": "true",
            "password1": PASSWORD,
            "password2": PASSWORD,
            "display_name": "王小明",
            "unit": unit.pk,
        },
    )
    assert answer.status_code == 302
    user = User.objects.get(username="wang")
    assert user.check_password(PASSWORD)
    assert (user.unit, user.is_staff, user.is_superuser) == (unit, False, False)


def _change_user(client, user, roles, delete=()):
    held = list(user.role_grants.all())
    form = {
        "username": user.username,
        "display_name": user.display_name,
        "email": "",
        "unit": user.unit_id or "",
        "is_active": "on",
        "role_grants-TOTAL_FORMS": len(held) + len(roles),
        "role_grants-INITIAL_FORMS": len(held),
    }
    for number, grant in enumerate(held):
        form |= {f"role_grants-{number}-id": grant.pk, f"role_grants-{number}-user": user.pk}
        if grant.role in delete:
            form[f"role_grants-{number}-DELETE"] = "on"
    for number, role in enumerate(roles, start=len(held)):
        form |= {f"role_grants-{number}-role": role, f"role_grants-{number}-user": user.pk}
    return client.post(reverse("admin:accounts_user_change", args=[user.pk]), form)


def test_roles_are_granted_and_withdrawn_on_the_users_page(browser, guard, make_user):
    user, client = make_user("wang", Role.CLERK), browser(guard)
    assert _change_user(client, user, [Role.REVIEWER], delete=[Role.CLERK]).status_code == 302
    assert [(grant.role, grant.granted_by) for grant in user.role_grants.all()] == [(Role.REVIEWER, guard)]


def test_two_administrator_roles_are_an_error_in_the_form(browser, guard, make_user):
    user = make_user("wang", Role.SYSTEM_ADMIN)
    answer = _change_user(browser(guard), user, [Role.AUDIT_ADMIN])
    assert answer.status_code == 200
    assert [grant.role for grant in user.role_grants.all()] == [Role.SYSTEM_ADMIN]


def test_ones_own_roles_are_an_error_in_the_form(browser, guard):
    answer = _change_user(browser(guard), guard, [Role.COORDINATOR])
    assert answer.status_code == 200
    assert not RoleGrant.objects.filter(user=guard, role=Role.COORDINATOR).exists()


def test_ones_own_name_can_be_changed(browser, guard):
    guard.display_name = "安全员"
    assert _change_user(browser(guard), guard, []).status_code == 302


def test_a_client_is_registered_and_its_secret_shown_once(browser, guard, unit):
    client = browser(guard)
    answer = client.post(
        reverse("admin:accounts_apiclient_add"),
        {"unit": unit.pk, "name": "财政业务系统", "scopes": ["feed", "screening"]},
        follow=True,
    )
    registered = ApiClient.objects.get()
    assert registered.scopes == ["feed", "screening"]
    assert registered.client_id in answer.content.decode()
    assert re.search(r"[A-Za-z0-9]{100,}", answer.content.decode())
    page = reverse("admin:accounts_apiclient_change", args=[registered.pk])
    assert not re.search(r"[A-Za-z0-9]{100,}", client.get(page).content.decode())


def test_a_client_is_withdrawn_by_a_tick(browser, guard, unit):
    client = browser(guard)
    client.post(reverse("admin:accounts_apiclient_add"), {"unit": unit.pk, "name": "x", "scopes": ["feed"]})
    page = reverse("admin:accounts_apiclient_change", args=[ApiClient.objects.get().pk])
    assert client.post(page, {"name": "x", "scopes": ["feed"]}).status_code == 302
    assert not ApiClient.objects.get().is_active


def test_units_are_searched_and_filtered(browser, guard, unit):
    Unit.objects.create(code="old", name="市物价局", kind="ADMINISTRATION", valid_to="2018-12-31", successor=unit)
    client, page = browser(guard), reverse("admin:accounts_unit_changelist")
    assert "市物价局" not in client.get(page, {"valid": "today"}).content.decode()
    assert "市物价局" in client.get(page, {"q": "物价"}).content.decode()


def test_the_versions_of_a_row_cost_the_same_however_many_they_are(unit, django_assert_num_queries):
    old = Unit.objects.create(code="old", name="市物价局", kind="ADMINISTRATION", valid_to="2018-12-31", successor=unit)
    for number in range(5):
        old.successor = Unit.objects.create(code=f"u{number}", name=f"第{number}局", kind="ADMINISTRATION")
        old.save()

    with django_assert_num_queries(2):
        versions = versions_of(old, ["successor"])

    assert [[(one.old, one.new) for one in version.differences] for version in versions[:2]] == [
        [("第3局", "第4局")],
        [("第2局", "第3局")],
    ]
