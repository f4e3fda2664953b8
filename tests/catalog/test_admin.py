import pytest
from django.urls import reverse

from catalog.models import Memorandum, RuleProfile
from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import User
from jinan_credit.accounts.services.roles import grant_role

MODELS = [
    "calendarday",
    "division",
    "keytask",
    "legalbasis",
    "memorandum",
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
    # A memorandum is opened on its own page, with its first version.
    added = client.get(reverse(f"admin:catalog_{model}_add")).status_code
    assert added == (403 if model == "memorandum" else 200)


@pytest.mark.parametrize("model", [Memorandum, RuleProfile])
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


def test_nothing_of_the_catalogue_is_deleted(browser, reference):
    client = browser(Role.COORDINATOR)
    address = reverse("admin:catalog_memorandum_delete", args=[Memorandum.objects.get(number=1).pk])
    assert client.post(address, {"post": "yes"}).status_code == 403
    assert Memorandum.objects.filter(number=1).exists()
