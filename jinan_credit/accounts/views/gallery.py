"""Every component with sample data, on a workstation only: what a new page is built of."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import django_filters
import django_tables2
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.forms import CHOOSE, DayInput
from jinan_credit.accounts.models import RoleGrant
from jinan_credit.accounts.staff import staff_page
from jinan_credit.accounts.states import LOOK_OF_STATE
from jinan_credit.accounts.tables import NUMBER, Cell, paged
from jinan_credit.accounts.workbench import Counter
from jinan_credit.kernel import clock
from jinan_credit.kernel.panels import Panel
from jinan_credit.kernel.workflow import Move


class SampleForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name of the subject"), help_text=gettext_lazy("As on the business licence."), max_length=20
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of subject"),
        choices=[("", CHOOSE), ("LEGAL", gettext_lazy("Legal person")), ("PERSON", gettext_lazy("Natural person"))],
    )
    listed_on = forms.DateField(label=gettext_lazy("Decided on"), required=False, widget=DayInput())
    reason = forms.CharField(label=gettext_lazy("Grounds"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    disclosure = forms.ChoiceField(
        label=gettext_lazy("Disclosure"),
        choices=[("PUBLIC", gettext_lazy("Public")), ("GOVERNMENT", gettext_lazy("Government only"))],
        widget=forms.RadioSelect,
    )
    file = forms.FileField(label=gettext_lazy("Documents"), required=False)
    promise = forms.BooleanField(label=gettext_lazy("I have seen the original."))


class SamplePage(forms.Form):
    """Of a public form in several pages."""

    statement = forms.CharField(label=gettext_lazy("What you write"), widget=forms.Textarea(attrs={"rows": 3}))

    @property
    def summary(self) -> list[tuple[int, list[tuple[str, str]]]]:
        return [(0, [(_("What you write"), _("The document names another company."))])]


class SampleEvidence(forms.Form):
    document = forms.FileField(label=gettext_lazy("Documents"), required=False)


class SampleFilter(django_filters.FilterSet):
    role = django_filters.ChoiceFilter(label=gettext_lazy("Role"), choices=Role.choices)
    user = django_filters.CharFilter(
        field_name="user__username", lookup_expr="icontains", label=gettext_lazy("User name")
    )

    class Meta:
        model = RoleGrant
        fields = ["role", "user"]


class SampleTable(django_tables2.Table):
    name = django_tables2.Column(gettext_lazy("Name"))
    state = Cell("{% status record.state record.label %}", verbose_name=gettext_lazy("State"))
    amount = django_tables2.Column(gettext_lazy("Entries"), attrs=NUMBER)
    on = Cell("{{ record.on|day }}", verbose_name=gettext_lazy("Day"))


@staff_page()
@require_http_methods(["GET", "POST"])
def gallery(request: HttpRequest) -> HttpResponse:
    if not settings.SITE_IS_LOCAL:
        raise Http404
    form = SampleForm(request.POST) if request.method == "POST" else SampleForm()
    if request.method == "POST":
        form.is_valid()
    elif "messages" in request.GET:
        messages.success(request, _("Published: 12 entries, for 35 units."))
        messages.error(request, _("The head of the file does not fit."))
    roles = SampleFilter(request.GET, queryset=RoleGrant.objects.order_by("pk"))
    return render(
        request,
        "accounts/gallery.html",
        {
            "states": list(LOOK_OF_STATE),
            "form": form,
            "filter": roles,
            "total": roles.qs.count(),
            "table": paged(request, SampleTable(_rows()), per_page=5),
            "empty_table": SampleTable([], empty_text=_("No entry matches.")),
            "keyset": SimpleNamespace(before="b", after="a"),
            "paper": SimpleNamespace(number=1, shown=2, count=3, before=0),
            "paper_form": SamplePage(prefix="page"),
            "check_form": SamplePage(prefix="check"),
            "evidence_form": SampleEvidence(),
            "counters": [
                Counter(_("To sign"), 12, "#"),
                Counter(_("Overdue"), 100_001, "#", is_urgent=True),
                Counter(_("Owing feedback"), 0, "#"),
            ],
            "facts": [
                (_("Document number"), "济环罚〔2026〕12号"),
                (_("Decided on"), clock.today()),
                (_("Amount"), None),
            ],
            "moves": _moves(),
            "effects": {"publish": _("Goes to 35 units and is public.")},
            "log": _log(),
            "days": [clock.today() + timedelta(days=days) for days in (-2, 0, 1, 5)],
            "panel": Panel(_("Panel"), "accounts/gallery_panel.html", {"sentence": _("What an upper app adds.")}),
            "now": clock.now(),
        },
    )


def _rows() -> list[dict[str, Any]]:
    states = [
        ("PUBLISHED", _("Published")),
        ("IN_REVIEW", _("In review")),
        ("RETURNED", _("Returned")),
        ("OVERDUE", _("Overdue")),
    ]
    return [
        {
            "name": f"济南示例企业{number}有限公司",
            "state": states[number % 4][0],
            "label": states[number % 4][1],
            "amount": number * 37,
            "on": clock.today() - timedelta(days=number),
        }
        for number in range(1, 13)
    ]


def _moves() -> list[Move]:
    return [
        Move("publish", _("Publish"), ("IN_REVIEW",), "PUBLISHED", "PUBLISH_ENTRIES"),
        Move("return", _("Return"), ("IN_REVIEW",), "RETURNED", "PUBLISH_ENTRIES", needs_reason=True),
        Move("remove", _("Refuse"), ("IN_REVIEW",), "REFUSED", "PUBLISH_ENTRIES", needs_reason=True),
        Move("sign", _("Sign"), ("TO_SIGN",), "SIGNED", "SIGN_TASKS"),
    ]


def _log() -> list[Any]:
    at = clock.now()
    lines = [
        ("submit", "DRAFT", "IN_REVIEW", "王芳", "市生态环境局", ""),
        ("return", "IN_REVIEW", "RETURNED", "李强", "市生态环境局", _("The head of the file does not fit.")),
        ("publish", "IN_REVIEW", "PUBLISHED", "李强", "市生态环境局", ""),
        ("expire", "PUBLISHED", "REMOVED", "", "", ""),
    ]
    return [
        SimpleNamespace(
            name=name,
            from_state=before,
            to_state=after,
            by=by,
            by_client="",
            unit=unit,
            at=at + timedelta(days=i),
            reason=why,
        )
        for i, (name, before, after, by, unit, why) in enumerate(lines)
    ]
