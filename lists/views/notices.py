"""告知书: the unit's notices, one of them, its service, and all of a publication for the printer."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.tables import MOST_COUNTED, CappedPaginator, paged
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, NotFound
from jinan_credit.kernel.panels import Panel
from lists.case_letters import letter_of
from lists.forms.entry_acts import NoticeServiceForm
from lists.letters import Letter
from lists.models import Entry, Notice, NoticeWording, Publication
from lists.notice_filters import NoticeFilter
from lists.notice_tables import NoticeTable
from lists.services.defence import record_service
from lists.tables import PER_PAGE
from lists.views.staff import StaffRequest, staff_page

PART = 100
"""Letters on one printable page: more would keep server and browser busy."""


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def notices(request: StaffRequest) -> HttpResponse:
    """The notices of one's own unit, the newest first; all for the coordinator."""
    visible = Notice.objects.visible_to(request.actor).select_related("wording__credit_list", "entry")
    filtered = NoticeFilter(request.GET, queryset=visible, request=request)
    table = NoticeTable(filtered.qs)
    paged(request, table, per_page=PER_PAGE, paginator_class=CappedPaginator)
    total = table.paginator.count
    context = {"filter": filtered, "table": table, "total": total if total < MOST_COUNTED else None}
    return render(request, "lists/notices.html", context)


@staff_page(Act.SEE_WORKBENCH)
@require_http_methods(["GET", "POST"])
def notice(request: StaffRequest, pk: int) -> HttpResponse:
    """One notice as it was issued, to be printed and its service recorded. Another unit's is not there (404)."""
    related = ("wording__credit_list", "entry", "publication__credit_list", "unit", "made_by", "served_by")
    shown = get_object_or_404(Notice.objects.visible_to(request.actor).select_related(*related), pk=pk)
    is_own = shown.unit_id in request.actor.units
    if request.method == "POST" and not is_own:
        raise NotFound("notice_not_found", _("There is no such notice."))
    form = NoticeServiceForm(request.POST if request.method == "POST" else None, initial={"served_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            record_service(
                notices=Notice.objects.filter(pk=pk),
                served_on=form.cleaned_data["served_on"],
                how=form.cleaned_data["served_how"],
                by=request.actor,
            )
        except DomainError as refusal:
            if refusal.code == "served_before_issue":
                refusal.field = "served_on"
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The service is recorded. From it the time limits run."))
            return redirect("notice", pk)
    context = {
        "notice": shown,
        "letter": letter_of(shown),
        "address": request.build_absolute_uri("/"),
        "form": form,
        "may_serve": is_own and shown.served_on is None and request.actor.may(Act.DRAFT_ENTRIES),
    }
    return render(request, "lists/notice.html", context, status=400 if form.errors else 200)


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def notices_print(request: StaffRequest, pk: int) -> HttpResponse:
    """A part of the notices of a publication, each on its own sheets."""
    found = Notice.objects.visible_to(request.actor).filter(wording__publication__pk=pk)
    part = request.GET.get("part", "1")
    number = int(part) if part.isascii() and part.isdigit() and len(part) < 7 else 0
    if number < 1:
        raise Http404
    first = (number - 1) * PART
    shown = list(
        found.select_related("wording__publication__credit_list").order_by("wording", "serial")[first : first + PART]
    )
    if not shown:
        raise Http404
    context = {
        "publication": shown[0].wording.publication,
        "letters": [Letter(one) for one in shown],
        "address": request.build_absolute_uri("/"),
        "part": number,
        "parts": -(-found.count() // PART),
    }
    return render(request, "lists/notices_print.html", context)


def notices_panel(entry: Entry, actor: Actor) -> dict[str, Any]:
    """The context of `lists/_notices.html`: the notices of an entry that this actor may see. One query."""
    visible = Notice.objects.visible_to(actor).filter(entry=entry).select_related("wording").order_by("-pk")
    return {"notices": list(visible)}


def publication_panel(publication: Publication, actor: Actor) -> Panel | None:
    """How many notices of a publication are issued, and where to print them; None where there are none to see."""
    wordings = NoticeWording.objects.filter(publication=publication)
    if not (actor.may(Act.OVERSEE) or wordings.filter(unit__in=actor.units).exists()):
        return None
    count = Notice.objects.visible_to(actor).filter(wording__publication=publication).count()
    if not count:
        return None
    return Panel(
        _("Notices"), "lists/_publication_notices.html", {"count": count, "parts": -(-count // PART), "per_part": PART}
    )
