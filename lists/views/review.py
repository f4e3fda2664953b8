"""The reviewer's desk: entries in review by the file or the person they came from, and proposals to decide."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count, Max, Min
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import User
from jinan_credit.accounts.tables import counted, paged
from jinan_credit.kernel.errors import DomainError
from lists.enums import EntryState, LargeStepKind, ProposalState
from lists.models import CreditList, Entry, EntryProposal, EntryQuerySet, ListImport, Publication, own_work
from lists.services.hindrances import hindered, unhindered
from lists.services.large_steps import MOST_AT_ONCE, Chosen, request_large_step, require_same_count
from lists.services.outcomes import Outcome
from lists.services.publications import hindrances_of_publishing, publish_entries
from lists.tables import PER_PAGE, ReviewTable
from lists.views.batch import take_step
from lists.views.publishing import effect_of_publishing
from lists.views.selection import back_to_select, expected_count, selection
from lists.views.staff import StaffRequest, own_unit, staff_page
from lists.workflow import ENTRY

MOST_PROPOSALS = 200
"""On the desk at once, the most urgent first."""


@staff_page(Act.PUBLISH_ENTRIES)
@require_GET
def review(request: StaffRequest) -> HttpResponse:
    """What waits for this reviewer. His own work is shown, but another person must review it (rule 4)."""
    groups = _groups(request)
    visible, only_fallen = EntryProposal.objects.visible_to(request.actor), request.GET.get("fallen") == "on"
    waiting = visible.fallen_basis() if only_fallen else visible.filter(state=ProposalState.OPEN)
    proposals = list(
        waiting.select_related("entry__credit_list", "proposed_by").order_by("due_on", "-pk")[:MOST_PROPOSALS]
    )
    for proposal in proposals:
        proposal.is_own = proposal.proposed_by_id == request.user.pk  # type: ignore[attr-defined]
    context = {
        "groups": groups,
        "waiting": sum(group["waiting"] for group in groups),
        "proposals": proposals,
        "not_shown": waiting.count() - MOST_PROPOSALS if len(proposals) == MOST_PROPOSALS else 0,
        "only_fallen": only_fallen,
    }
    return render(request, "lists/review.html", context)


def in_review(request: StaffRequest) -> EntryQuerySet:
    return Entry.objects.filter(unit=own_unit(request), state=EntryState.IN_REVIEW)


def _groups(request: StaffRequest) -> list[dict[str, Any]]:
    rows = list(
        in_review(request)
        .values("credit_list", "from_import", "submitted_by")
        .annotate(
            count=Count("pk"),
            own=Count("pk", filter=own_work(request.user)),
            first_on=Min("document_on"),
            last_on=Max("document_on"),
        )
        .order_by("credit_list", "from_import", "submitted_by")
    )
    lists = CreditList.objects.in_bulk({row["credit_list"] for row in rows})
    files = ListImport.objects.in_bulk({row["from_import"] for row in rows if row["from_import"]})
    people = User.objects.in_bulk({row["submitted_by"] for row in rows if row["submitted_by"]})
    return [
        {
            **row,
            "waiting": row["count"] - row["own"],
            "credit_list": lists[row["credit_list"]],
            "from_import": files.get(row["from_import"]),
            "submitted_by": people.get(row["submitted_by"]),
            "url": f"{reverse('review_group')}?"
            + urlencode(
                {
                    "list": lists[row["credit_list"]].code,
                    "import": row["from_import"] or "",
                    "by": row["submitted_by"] or "",
                }
            ),
        }
        for row in rows
    ]


@dataclass(frozen=True)
class Group:
    """Entries in review of one list that came together."""

    credit_list: CreditList
    from_import: int | None
    submitted_by: int | None
    entries: EntryQuerySet

    @property
    def fields(self) -> list[tuple[str, str]]:
        return [
            ("list", self.credit_list.code),
            ("import", str(self.from_import or "")),
            ("by", str(self.submitted_by or "")),
        ]

    @property
    def url(self) -> str:
        return f"{reverse('review_group')}?{urlencode(self.fields)}"

    @property
    def for_a_worker(self) -> Chosen:
        return Chosen(credit_list=self.credit_list, from_import_id=self.from_import, submitted_by_id=self.submitted_by)


def _group(request: StaffRequest, data: Any) -> Group:
    credit_list = get_object_or_404(CreditList, code=data.get("list", ""))
    from_import, submitted_by = (_number(data.get(name, "")) for name in ("import", "by"))
    entries = in_review(request).filter(credit_list=credit_list, from_import=from_import, submitted_by=submitted_by)
    return Group(credit_list, from_import, submitted_by, entries)


def _number(raw: str) -> int | None:
    """A key as typed in the URL; 404 for what is none."""
    if not raw:
        return None
    if not (raw.isascii() and raw.isdigit() and len(raw) < 19):
        raise Http404
    return int(raw)


@staff_page(Act.PUBLISH_ENTRIES)
@require_GET
def review_group(request: StaffRequest) -> HttpResponse:
    """The entries of one group, to be selected and published or returned."""
    group = _group(request, request.GET)
    table = ReviewTable(group.entries.select_related("subject"))
    paged(request, table, per_page=PER_PAGE)
    count = table.paginator.count
    if not count:
        messages.info(request, _("Nothing is left in this group."))
        return redirect("review")
    shown = [row.record for row in table.page.object_list]
    own = set(
        Entry.objects.filter(own_work(request.user), pk__in=[record.pk for record in shown]).values_list(
            "pk", flat=True
        )
    )
    for record in shown:
        record.is_own_work = record.pk in own
        record.is_selectable = not record.is_own_work
    context = {
        "group": group,
        "table": table,
        "count": count,
        "others": group.entries.exclude(own_work(request.user)).count() if _has_own(request, group) else count,
        "file": ListImport.objects.filter(pk=group.from_import).first() if group.from_import else None,
        "submitter": User.objects.filter(pk=group.submitted_by).first() if group.submitted_by else None,
    }
    return render(request, "lists/review_group.html", context)


def _has_own(request: StaffRequest, group: Group) -> bool:
    return group.entries.filter(own_work(request.user)).exists()


@staff_page(Act.PUBLISH_ENTRIES)
@require_POST
def review_decide(request: StaffRequest) -> HttpResponse:
    """Publish or return what was selected: first the effect in words, then the act."""
    group = _group(request, request.POST)
    decision = request.POST.get("decision", "")
    if decision not in ("publish", "return"):
        raise Http404
    others = group.entries.exclude(own_work(request.user))
    chosen = selection(request, others if request.POST.get("all") else group.entries)
    if chosen is None:
        return back_to_select(request, group.url)
    fields = [*group.fields, ("decision", decision)]
    if decision == "return":
        return take_step(
            request,
            "return",
            chosen,
            fields=fields,
            action=reverse("review_decide"),
            back=group.url,
            among=group.for_a_worker,
        )
    if "confirmed" in request.POST and chosen.query is not None and counted(chosen.entries) > MOST_AT_ONCE:
        about = replace(group.for_a_worker, query=chosen.query)
        expected = expected_count(request)
        large = request_large_step(LargeStepKind.PUBLISH, about, expected=expected, by=request.actor)
        return redirect("large_step", large.pk)
    return _publish(request, group, chosen.entries, [*fields, *chosen.fields])


def _publish(request: StaffRequest, group: Group, chosen: EntryQuerySet, fields: list[tuple[str, str]]) -> HttpResponse:
    """Those that nothing hinders; the others are named before the act and after it, and stay in review."""
    hindrances = hindrances_of_publishing(group.credit_list)
    outcome = hindered(chosen, hindrances)
    ready = unhindered(chosen, hindrances) if outcome.left_out else chosen
    effect = effect_of_publishing(group.credit_list, ready)
    refusal = None
    if not effect.entries:
        refusal = outcome.refusal_of_all()
    elif "confirmed" in request.POST:
        require_same_count(expected_count(request), effect.entries)
        try:
            publication = publish_entries(credit_list=group.credit_list, entries=ready, by=request.actor)
        except DomainError as error:
            refusal = error
        else:
            return _published(request, publication, outcome, group)
    context = {"group": group, "effect": effect, "fields": fields, "outcome": outcome, "refusal": refusal}
    return render(request, "lists/publish_confirm.html", context, status=refusal.status if refusal else 200)


def _published(request: StaffRequest, publication: Publication, outcome: Outcome, group: Group) -> HttpResponse:
    words = _("Published as %(number)s.") % {"number": publication.number}
    if not outcome.left_out_count:
        messages.success(request, words)
        return redirect("publication", publication.pk)
    context = {"step": ENTRY["publish"], "words": words, "outcome": outcome, "back": group.url}
    return render(request, "lists/batch_result.html", context)
