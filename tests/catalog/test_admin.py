from datetime import date

import pytest
from django.urls import reverse

from catalog.enums import VersionState
from catalog.models import Measure, Memorandum, MemorandumVersion, RuleProfile
from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import Unit, User
from jinan_credit.accounts.services.roles import grant_role

MODELS = [
    "calendarday",
    "division",
    "keytask",
    "legalbasis",
    "measure",
    "memorandum",
    "memorandumversion",
    "ruleprofile",
]


@pytest.fixture
def browser(client, db):
    def sign_in(role):
        user = User.objects.create_user("user")
        grant_role(user, role, by=SYSTEM)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.mark.parametrize("model", MODELS)
def test_the_coordinator_opens_every_page(browser, reference, model):
    client = browser(Role.COORDINATOR)
    assert client.get(reverse(f"admin:catalog_{model}_changelist"), {"q": "税"}).status_code == 200
    assert client.get(reverse(f"admin:catalog_{model}_add")).status_code == 200


@pytest.mark.parametrize("model", [Measure, Memorandum, MemorandumVersion, RuleProfile])
def test_the_coordinator_opens_a_row_and_its_history(browser, reference, model):
    client, row = browser(Role.COORDINATOR), model.objects.first()
    for view in ("change", "history"):
        address = reverse(f"admin:catalog_{model._meta.model_name}_{view}", args=[row.pk])
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.COORDINATOR])
def test_nobody_else_sees_the_catalogue(browser, role, model):
    client = browser(role)
    assert client.get(reverse(f"admin:catalog_{model}_changelist")).status_code in (302, 403, 404)
    assert f"/catalog/{model}/" not in client.get(reverse("admin:index")).content.decode()


def test_the_coordinator_does_not_keep_accounts(browser):
    client = browser(Role.COORDINATOR)
    assert client.get(reverse("admin:accounts_unit_changelist")).status_code in (302, 403, 404)
    assert "/accounts/user/" not in client.get(reverse("admin:index")).content.decode()


def test_what_is_signed_stays_and_who_applies_it_may_change(browser, reference):
    client, measure = browser(Role.COORDINATOR), Measure.objects.get(code="m14-08")
    unit, kept = Unit.objects.get(name="市商务局"), measure.responsibilities.get()
    form = {
        "content": "另一内容",
        "procedure": "",
        "bases": [basis.pk for basis in measure.bases.all()],
        "responsibilities-TOTAL_FORMS": 2,
        "responsibilities-INITIAL_FORMS": 1,
        "responsibilities-0-id": kept.pk,
        "responsibilities-0-measure": measure.pk,
        "responsibilities-0-unit": kept.unit_id,
        "responsibilities-0-role": kept.role,
        "responsibilities-1-measure": measure.pk,
        "responsibilities-1-unit": unit.pk,
        "responsibilities-1-role": "ASSISTS",
    }
    address = reverse("admin:catalog_measure_change", args=[measure.pk])
    assert client.post(address, form).status_code == 302
    measure.refresh_from_db()
    assert measure.content == "强化检验检疫监督管理"
    assert unit in measure.responsible_units.all()
    assert client.post(address, {**form, "bases": []}).status_code == 200
    assert measure.bases.exists()


def test_versions_are_put_in_force_from_the_list(browser):
    client = browser(Role.COORDINATOR)
    memorandum = Memorandum.objects.create(number=40, code="m40", title="t", document_number="n", source="test")
    ready = MemorandumVersion.objects.create(memorandum=memorandum, number=1, valid_from=date(2026, 1, 1))
    unready = MemorandumVersion.objects.create(memorandum=memorandum, number=2)
    answer = client.post(
        reverse("admin:catalog_memorandumversion_changelist"),
        {"action": "put_in_force", "_selected_action": [ready.pk, unready.pk]},
        follow=True,
    )
    assert answer.status_code == 200
    ready.refresh_from_db()
    unready.refresh_from_db()
    assert (ready.state, unready.state) == (VersionState.IN_FORCE, VersionState.DRAFT)


def test_nothing_of_the_catalogue_is_deleted(browser, reference):
    client = browser(Role.COORDINATOR)
    address = reverse("admin:catalog_memorandum_delete", args=[Memorandum.objects.get(number=1).pk])
    assert client.post(address, {"post": "yes"}).status_code == 403
    assert Memorandum.objects.filter(number=1).exists()
