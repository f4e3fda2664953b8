"""Who has access: accounts with unit, roles, last sign-in and second factor; how many hold each role in a unit."""

import csv
import io
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import django_filters
import django_tables2 as tables
from allauth.mfa.models import Authenticator
from django import forms
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.filters import OnlyFilter
from jinan_credit.accounts.models import AccessReview, SignInLock, Unit, User
from jinan_credit.accounts.second_factors import FACTORS
from jinan_credit.accounts.tables import NUMBER, Cell
from jinan_credit.kernel import clock
from jinan_credit.kernel.formulas import safe_cell
from jinan_credit.kernel.wording import listed

UNUSED_AFTER = timedelta(days=90)
_FACTOR = Exists(Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS))


def accounts() -> QuerySet[User]:
    """With what a review looks at; three queries, however many."""
    people = User.objects.select_related("unit").prefetch_related("role_grants")
    people = people.annotate(has_factor=_FACTOR, locked_until=Subquery(_running_locks().values("ends_at")[:1]))
    return people.order_by("unit__code", "username")


def _running_locks() -> QuerySet[SignInLock]:
    """Of the person who is asked about, the longest first."""
    return SignInLock.objects.running(clock.now()).filter(user=OuterRef("pk")).order_by("-ends_at")


def unused(people: QuerySet[User]) -> QuerySet[User]:
    """Nobody has signed in for ninety days; never, counted from the day on which the account was made."""
    before = clock.now() - UNUSED_AFTER
    return people.filter(is_active=True).filter(Q(last_login__lt=before) | Q(last_login=None, date_joined__lt=before))


def without_factor(people: QuerySet[User]) -> QuerySet[User]:
    return people.exclude(_FACTOR)


def locked(people: QuerySet[User]) -> QuerySet[User]:
    return people.filter(Exists(_running_locks()))


def role_counts() -> list[tuple[str, list[tuple[str, int]]]]:
    """For each unit with active accounts, how many hold each role, in the order of the roles. One query."""
    held = User.objects.filter(is_active=True).values_list("unit__code", "unit__name", "role_grants__role")
    units: dict[str, Counter[str]] = {}
    for _code, unit, role, number in held.annotate(number=Count("pk")).order_by("unit__code", "role_grants__role"):
        units.setdefault(unit or "—", Counter())[role] = number
    return [(unit, [(str(Role(role).label), counts[role]) for role in Role.values]) for unit, counts in units.items()]


def as_csv(people: Iterable[User]) -> bytes:
    """With a byte order mark, so that Excel reads the characters."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [
            *(_("User name"), _("Name"), _("Unit"), _("Roles"), _("Active"), _("Last sign-in"), _("Second factor")),
            _("Sign-in locked until"),
        ]
    )
    for one in people:
        cells = [one.username, one.display_name, str(one.unit or ""), role_names(one), _yes(one.is_active)]
        cells += [_moment(one.last_login), _yes(has_factor(one)), _moment(locked_until(one))]
        writer.writerow([safe_cell(cell) for cell in cells])
    return out.getvalue().encode("utf-8-sig")


def _moment(at: datetime | None) -> str:
    return f"{clock.in_jinan(at):%Y-%m-%d %H:%M}" if at else ""


def role_names(person: User) -> str:
    return listed(grant.get_role_display() for grant in person.role_grants.all())


def has_factor(person: Any) -> bool:
    return bool(person.has_factor)


def locked_until(person: Any) -> datetime | None:
    until: datetime | None = person.locked_until
    return until


def _yes(holds: bool) -> str:
    return _("Yes") if holds else _("No")


class AccessFilter(django_filters.FilterSet):
    unit = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Unit"), queryset=Unit.objects.all(), empty_label=gettext_lazy("All")
    )
    role = django_filters.ChoiceFilter(
        label=pgettext_lazy("of an account", "Role"),
        field_name="role_grants__role",
        choices=Role.choices,
        empty_label=gettext_lazy("All"),
    )
    unused = OnlyFilter(unused, label=gettext_lazy("Unused for 90 days"))
    no_factor = OnlyFilter(without_factor, label=gettext_lazy("Without a second factor"))
    locked = OnlyFilter(locked, label=gettext_lazy("Sign-in locked"))
    active = OnlyFilter(lambda people: people.filter(is_active=True), label=gettext_lazy("Active"))

    class Meta:
        model = User
        fields: list[str] = []


class AccessTable(tables.Table):
    person = Cell(template_name="accounts/_access_person.html", verbose_name=gettext_lazy("Person"), orderable=False)
    unit = tables.Column(verbose_name=gettext_lazy("Unit"), order_by="unit__code")
    held_roles = Cell(template_name="accounts/_access_roles.html", verbose_name=gettext_lazy("Roles"), orderable=False)
    last_login = Cell(template_name="accounts/_access_login.html", verbose_name=gettext_lazy("Last sign-in"))
    factor = Cell(
        template_name="accounts/_access_factor.html", verbose_name=gettext_lazy("Second factor"), orderable=False
    )

    class Meta:
        model = User
        fields = ("person", "unit", "held_roles", "last_login", "factor")


class ReviewTable(tables.Table):
    """The reviews so far."""

    made_at = Cell("{{ value|moment }}", verbose_name=gettext_lazy("When"))
    made_by = tables.Column(verbose_name=gettext_lazy("By whom"))
    account_count = tables.Column(verbose_name=gettext_lazy("Active accounts"), attrs=NUMBER)
    unused_count = tables.Column(verbose_name=gettext_lazy("Unused for 90 days"), attrs=NUMBER)
    without_factor_count = tables.Column(verbose_name=gettext_lazy("Without a second factor"), attrs=NUMBER)
    note = Cell("{{ value|linebreaksbr }}", verbose_name=gettext_lazy("What came of it"))

    class Meta:
        model = AccessReview
        fields = ("made_at", "made_by", "account_count", "unused_count", "without_factor_count", "note")
        orderable = False
        empty_text = gettext_lazy("None yet.")


class ReviewForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("What you found and what you did"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text=gettext_lazy("Accounts that were switched off, roles that were taken back, who was asked."),
    )
