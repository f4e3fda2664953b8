"""The access review: who stands out, what is exported and written down; for the security administrator alone."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jinan_credit.accounts.access import role_counts
from jinan_credit.accounts.enums import Role, UnitKind
from jinan_credit.accounts.models import AccessReview, Unit, User
from jinan_credit.kernel import clock, crypto

PAGE, EXPORT = "/access-review/", "/access-review/export/"


def client_of(user: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def people(make_user, guard):
    """One who works, one who was here long ago, one who never came, one who is new; only the first has a factor."""
    water = Unit.objects.create(code="water", name="市水务局", kind=UnitKind.ADMINISTRATION)
    now = clock.now()
    rows = {
        "working": (Role.CLERK, now - timedelta(days=1), now - timedelta(days=400)),
        "longago": (Role.REVIEWER, now - timedelta(days=91), now - timedelta(days=400)),
        "nevercame": (Role.CLERK, None, now - timedelta(days=91)),
        "brandnew": (Role.CLERK, None, now - timedelta(days=1)),
    }
    for name, (role, last, joined) in rows.items():
        user = make_user(name, role, unit=water)
        User.objects.filter(pk=user.pk).update(last_login=last, date_joined=joined)
    working = User.objects.get(username="working")
    Authenticator.objects.create(user=working, type="totp", data={"secret": crypto.seal("A" * 32)})


def shown(page: str) -> set[str]:
    return {name for name in ("working", "longago", "nevercame", "brandnew") if name in page}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"working", "longago", "nevercame", "brandnew"}),
        ("?unused=yes", {"longago", "nevercame"}),
        ("?no_factor=yes", {"longago", "nevercame", "brandnew"}),
        ("?role=REVIEWER", {"longago"}),
    ],
)
def test_who_stands_out(people, guard, query, names):
    client = client_of(guard)

    assert shown(client.get(f"{PAGE}{query}").content.decode()) == names
    assert shown(client.get(f"{EXPORT}{query}").content.decode("utf-8-sig")) == names


def test_roles_by_unit(people, guard):
    page = client_of(guard).get(PAGE).content.decode()
    row = " ".join(page.split('<th scope="row" data-label="Unit">市水务局</th>')[1].split("</tr>")[0].split())

    assert '<td class="number" data-label="Clerk">3</td>' in row
    assert '<td class="number" data-label="Reviewer">1</td>' in row
    assert '<td class="number" data-label="Coordinator" data-blank></td>' in row


def test_a_unit_whose_people_hold_no_role_stands_there_too(people, guard):
    User.objects.create(username="idle", unit=Unit.objects.create(code="idle", name="市档案馆", kind="ADMINISTRATION"))
    User.objects.filter(username="longago").update(is_active=False)

    counts = {unit: dict(of_unit) for unit, of_unit in role_counts()}

    assert set(counts["市档案馆"].values()) == {0}
    assert counts["市水务局"][Role.REVIEWER.label] == 0


def test_a_review_is_written_down_with_what_stood_there(people, guard):
    client = client_of(guard)
    assert client.post(PAGE, {"note": "   "}).status_code == 422
    assert not AccessReview.objects.exists()

    client.post(PAGE, {"note": "longago is switched off"})

    review = AccessReview.objects.get()
    assert (review.made_by, review.note) == (guard, "longago is switched off")
    assert (review.account_count, review.unused_count, review.without_factor_count) == (5, 2, 4)
    assert "longago is switched off" in client.get(PAGE).content.decode()


@pytest.mark.parametrize("change", [{"note": "nothing found"}, {"unused_count": 0}])
def test_it_is_never_changed(people, guard, change):
    client_of(guard).post(PAGE, {"note": "two unused"})

    with pytest.raises(DatabaseError), transaction.atomic():
        AccessReview.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        AccessReview.objects.all().delete()


def test_formulas_in_names_are_inert(guard, make_user):
    make_user("evil", Role.CLERK, display_name="=cmd|' /C calc'!A0")

    assert "'=cmd" in client_of(guard).get(EXPORT).content.decode("utf-8-sig")


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.SECURITY_ADMIN])
@pytest.mark.parametrize("page", [PAGE, EXPORT])
def test_it_is_for_nobody_else(make_user, role, page):
    client = client_of(make_user("other", role))

    assert client.get(page).status_code == 403
    assert client.post(page, {"note": "x"}).status_code in (403, 405)
    assert not AccessReview.objects.exists()


def test_it_asks_as_much_for_many_as_for_few(people, guard, make_user):
    client = client_of(guard)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    for number in range(20):
        make_user(f"more{number}", Role.CLERK, Role.REVIEWER)
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)

    assert len(many) == len(few)


def test_it_leads_to_the_account(people, guard):
    working = User.objects.get(username="working")

    assert reverse("admin:accounts_user_change", args=[working.pk]) in client_of(guard).get(PAGE).content.decode()


def test_a_role_has_one_word(people, guard):
    page = client_of(guard).get(PAGE, headers={"Accept-Language": "zh-hans"}).content.decode()
    assert page.count("角色") > 2
    assert "身份" not in page
