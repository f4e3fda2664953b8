"""Reference data in the administration: a change is shown with what it touches, then confirmed; versions stay."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from catalog.models import CalendarDay, Division, RuleProfile
from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.enums import Role, UnitKind
from jinan_credit.accounts.models import Unit, User
from jinan_credit.accounts.touches import touches_of
from jinan_credit.kernel import clock
from jinan_credit.kernel.workdays import last_known_year
from sanctions.models import UnitTask
from sanctions.services.due_dates import settle_due_dates
from tests.cast import Cast, make_user, publish_one


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def keeper(cast: Cast) -> Client:
    return sign_in(cast.coordinator)


def confirmed(client: Client, address: str, form: dict[str, Any]) -> Any:
    """The preview, then the act by the form that the preview kept."""
    preview = client.post(address, form)
    assert preview.status_code == 200, preview
    assert preview.templates[0].name == "admin/preview.html", preview.context["errors"]
    return preview, client.post(address, dict(preview.context["posted"]))


def touched(row: Any) -> dict[str, int]:
    return {touch.code: touch.count for touch in touches_of(row, SYSTEM)}


def test_a_change_is_previewed_confirmed_and_kept_as_a_version(keeper: Client) -> None:
    division = Division.objects.create(code="370102", name="历下区", source="GB/T 2260")
    Unit.objects.create(code="lixia", name="历下区", kind=UnitKind.DISTRICT)
    address = reverse("admin:catalog_division_change", args=[division.pk])
    form = {"code": "370102", "name": "历下区", "valid_from": "", "valid_to": "2020-01-01", "source": "GB/T 2260"}
    preview, done = confirmed(keeper, address, form)

    assert [one.count for one in preview.context["touches"]] == [1]
    assert [(one.old, one.new) for one in preview.context["differences"]] == [("", "2020-01-01")]
    assert done.status_code == 302
    division.refresh_from_db()
    assert division.valid_to == date(2020, 1, 1)
    page = keeper.get(reverse("admin:catalog_division_history", args=[division.pk]))
    newest, first = page.context["versions"]
    assert (newest.who, [one.new for one in newest.differences]) == ("coordinator", ["2020-01-01"])
    assert first.is_first


def test_nothing_is_saved_before_it_is_confirmed_and_only_what_was_shown(keeper: Client) -> None:
    address = reverse("admin:catalog_calendarday_add")
    form = {"on": "2031-05-06", "is_working": "", "source": "济政办〔2031〕1号"}
    preview = keeper.post(address, form)
    digest = dict(preview.context["posted"])["confirmed"]
    again = keeper.post(address, {**form, "on": "2031-05-07", "confirmed": digest})
    assert (again.status_code, CalendarDay.objects.count()) == (200, 0)


def test_a_change_meanwhile_is_shown_first(keeper: Client) -> None:
    day = CalendarDay.objects.create(on=date(2031, 5, 6), is_working=False, source="a")
    address = reverse("admin:catalog_calendarday_change", args=[day.pk])
    preview = keeper.post(address, {"on": "2031-05-06", "is_working": "on", "source": "a"})
    CalendarDay.objects.update(source="b")
    assert keeper.post(address, dict(preview.context["posted"])).status_code == 200
    day.refresh_from_db()
    assert not day.is_working


def test_a_calendar_day_touches_what_will_be_counted_anew(cast: Cast, keeper: Client) -> None:
    monday = date(last_known_year() + 1, 6, 1)
    monday += timedelta(days=-monday.weekday() % 7)
    with time_machine.travel(clock.start_of(monday), tick=False):
        publish_one(cast)
        keeper = sign_in(cast.coordinator)
        form = {"on": str(monday + timedelta(days=1)), "is_working": "", "source": "济政办1号"}
        preview, _done = confirmed(keeper, reverse("admin:catalog_calendarday_add"), form)
        shown = {one.code: one.count for one in preview.context["touches"]}
        before = set(UnitTask.objects.values_list("due_on", flat=True))
        assert shown["tasks"] == settle_due_dates() == 2
        assert set(UnitTask.objects.values_list("due_on", flat=True)) != before


def test_rules_in_use_are_not_rewritten(cast: Cast, keeper: Client) -> None:
    publish_one(cast)
    profile = RuleProfile.objects.for_case("unit-task", clock.today())
    assert touched(profile)["tasks"] == 2
    address = reverse("admin:catalog_ruleprofile_change", args=[profile.pk])
    said = dict(profile.parameters)
    form = {"title": profile.title, "valid_to": "", "parameters": "{}", "valid_from": "2001-01-01", "code": "other"}
    keeper.post(address, form)
    profile.refresh_from_db()
    assert (profile.parameters, profile.code) == (said, "unit-task")
    past = clock.today() - timedelta(days=1)
    refused = keeper.post(address, {"title": profile.title, "valid_to": str(past)})
    assert refused.context["errors"]
    _preview, done = confirmed(keeper, address, {"title": profile.title, "valid_to": str(clock.today())})
    assert done.status_code == 302
    new = {
        "code": "unit-task",
        "title": "新规则",
        "legal_basis": "鲁政〔2027〕1号",
        "valid_from": str(clock.today() + timedelta(days=1)),
        "valid_to": "",
        "parameters": '{"sign_wd": 2}',
    }
    _preview, done = confirmed(keeper, reverse("admin:catalog_ruleprofile_add"), new)
    assert done.status_code == 302
    assert UnitTask.objects.filter(rules=profile).count() == 2, "a case keeps its profile"


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.COORDINATOR])
@pytest.mark.parametrize("model", ["calendarday", "ruleprofile", "division"])
def test_nobody_else_keeps_the_catalogue(cast: Cast, role: Role, model: str) -> None:
    client = sign_in(make_user("other", cast.commission, role))
    for address in (
        reverse(f"admin:catalog_{model}_add"),
        reverse(f"admin:catalog_{model}_history", args=[RuleProfile.objects.latest("pk").pk]),
    ):
        assert client.post(address, {}).status_code in (302, 403, 404)


def test_validity_is_filtered(keeper: Client) -> None:
    Division.objects.create(code="371200", name="莱芜市", valid_to=date(2019, 1, 8), source="GB/T 2260")
    Division.objects.create(code="370102", name="历下区", source="GB/T 2260")
    page = reverse("admin:catalog_division_changelist")
    assert "莱芜市" not in keeper.get(page, {"valid": "today"}).content.decode()
    assert "历下区" not in keeper.get(page, {"valid": "ended"}).content.decode()


def test_the_pages_of_lists_and_memoranda_lead_to_their_own(keeper: Client) -> None:
    assert "/lists/TBLACK/" in keeper.get(reverse("admin:lists_creditlist_changelist")).content.decode()
    assert "/memoranda/900/1/" in keeper.get(reverse("admin:catalog_memorandum_changelist")).content.decode()
