"""Published records of organisations, and the catalogue behind them."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.models import Measure, Memorandum, MemorandumVersion, RuleProfile
from jinan_credit.kernel import clock
from jinan_credit.portal.freshness import from_replica
from jinan_credit.portal.selectors import (
    MOST_RESULTS,
    SHORTEST_NAME,
    entries_of_subjects,
    last_praised,
    promises_of_subjects,
    subjects_asked,
)
from jinan_credit.portal.site import count_search, not_kept, typed_query
from lists.enums import ListKind
from lists.models import CreditList, Entry
from repair.selectors import hindrance_of

PER_PAGE = 20
PRAISED = 6
PROMISES = 5


@not_kept
@require_safe
@from_replica
def home(request: HttpRequest) -> HttpResponse:
    """One box; the answer to a person's name or number is that of a name nobody bears."""
    query = typed_query(request)
    context: dict[str, Any] = {"query": query}
    if query:
        count_search(request)
        subjects = subjects_asked(query)
        page = Paginator(entries_of_subjects(subjects)[:MOST_RESULTS], PER_PAGE).get_page(request.GET.get("page"))
        context |= {
            "is_too_short": len(query) < SHORTEST_NAME,
            "page": page,
            "total": page.paginator.count,
            "is_cut": page.paginator.count == MOST_RESULTS,
            "promises": promises_of_subjects(subjects)[:PROMISES],
        }
    else:
        context["praised"] = last_praised(PRAISED)
    answer = render(request, "portal/home.html", context)
    if not query:
        answer["X-Robots-Tag"] = "noarchive"
    return answer


@not_kept
@require_safe
@from_replica
def record(request: HttpRequest, pk: Any) -> HttpResponse:
    entry = get_object_or_404(
        Entry.objects.public().select_related("credit_list", "unit", "subject", "term_rule"), pk=pk
    )
    remedies = RuleProfile.objects.for_case("remedies", clock.today())
    context = {
        "entry": entry,
        "memoranda": entry.credit_list.memoranda.all(),
        "promises": promises_of_subjects([entry.subject_id]),
        "is_red": entry.credit_list.kind == ListKind.RED,
        "hindrance": hindrance_of(entry),
        "reconsideration_days": remedies["reconsideration_days"],
        "suit_months": remedies["suit_months"],
    }
    return render(request, "portal/record.html", context)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/about.html", {"lists": CreditList.objects.prefetch_related("initiating_units")})


@require_safe
def memoranda(request: HttpRequest) -> HttpResponse:
    shown = Memorandum.objects.public().prefetch_related("lead_units", "lists")
    return render(request, "portal/memoranda.html", {"memoranda": shown})


@require_safe
def memorandum(request: HttpRequest, code: str) -> HttpResponse:
    """The measures in force of one memorandum, with what carries them and who applies them (rule 2)."""
    measures = (
        Measure.objects.filter(bases__isnull=False)
        .distinct()
        .order_by("code")
        .prefetch_related("bases", "responsible_units")
    )
    versions = MemorandumVersion.objects.in_force(clock.today()).prefetch_related(Prefetch("measures", measures))
    shown = get_object_or_404(
        Memorandum.objects.public().prefetch_related("lead_units", "lists", Prefetch("versions", versions)), code=code
    )
    version = next(iter(shown.versions.all()), None)
    note = "" if version else _("No version of this memorandum is in force today.")
    return render(request, "portal/memorandum.html", {"memorandum": shown, "version": version, "note": note})
