"""A step with many entries that a worker takes: how far it is, and what came of it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from jinan_credit.accounts.enums import Act
from lists.enums import LargeStepKind, LargeStepStatus
from lists.models import LargeStep
from lists.services.large_steps import OF_A_REVIEWER, outcome_of
from lists.views.batch import done_in_words
from lists.views.staff import StaffRequest, staff_page

RELATED = ("credit_list", "from_import", "made_by", "publication__credit_list")


@staff_page(Act.DRAFT_ENTRIES, Act.PUBLISH_ENTRIES)
@require_GET
@never_cache
def large_step(request: StaffRequest, pk: int) -> HttpResponse:
    """Whether it still goes on, what it did, and which entries it left out. Another unit's is not there (404)."""
    shown = get_object_or_404(LargeStep.objects.visible_to(request.actor).select_related(*RELATED), pk=pk)
    if request.htmx:  # type: ignore[attr-defined]
        answer = render(request, "lists/_large_step_progress.html", {"step": shown})
        if not shown.is_under_way:
            answer["HX-Refresh"] = "true"
        return answer
    context = {"step": shown, "outcome": outcome_of(shown), "words": _words(shown), "back": _back(shown)}
    return render(request, "lists/large_step.html", context)


def _words(shown: LargeStep) -> str:
    """What was done."""
    if shown.status != LargeStepStatus.DONE:
        return ""
    if shown.publication is not None:
        return _("Published as %(number)s.") % {"number": shown.publication.number}
    if shown.kind == LargeStepKind.UNDO_IMPORT:
        return _("The import was undone.")
    return done_in_words(shown.kind, shown.done)


def _back(shown: LargeStep) -> tuple[str, str]:
    """To where it was asked for: address and label."""
    if shown.kind == LargeStepKind.UNDO_IMPORT:
        return reverse("import", args=[shown.from_import_id]), _("Back to the import")
    if shown.kind in OF_A_REVIEWER:
        return reverse("review"), _("Back to the review")
    return f"{reverse('entries')}?{shown.query}", _("Back to the entries")
