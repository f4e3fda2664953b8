"""Who has access: gone through by the security administrator, who writes down that he did."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jinan_credit.accounts.access import (
    AccessFilter,
    AccessTable,
    ReviewForm,
    as_csv,
    locked,
    role_counts,
    unused,
    without_factor,
)
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act, Role
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.models import AccessReview
from jinan_credit.accounts.services.access_reviews import record_access_review, reviewed_accounts
from jinan_credit.accounts.staff import recently_confirmed, staff_page
from jinan_credit.accounts.tables import paged
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError

LAST_REVIEWS = 10


@staff_page(Act.KEEP_ACCOUNTS)
def access_review(request: HttpRequest) -> HttpResponse:
    """Every account with what it may, what stands out, the reviews so far; a POST writes down a new one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            record_access_review(note=form.cleaned_data["note"], by=actor)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The review is written down."))
            return redirect("access_review")
    people = reviewed_accounts(by=actor)
    active = people.filter(is_active=True)
    chosen = AccessFilter(request.GET, queryset=people, request=request)
    table = paged(request, AccessTable(chosen.qs))
    context = {
        "table": table,
        "filter": chosen,
        "total": table.paginator.count,
        "active_count": active.count(),
        "unused_count": unused(active).count(),
        "without_factor_count": without_factor(active).count(),
        "locked_count": locked(active).count(),
        "roles": [Role(role).label for role in Role.values],
        "units": role_counts(active),
        "reviews": AccessReview.objects.select_related("made_by")[:LAST_REVIEWS],
        "form": form,
    }
    return render(request, "accounts/access_review.html", context, status=422 if form.errors else 200)


@staff_page(Act.KEEP_ACCOUNTS)
@require_GET
@recently_confirmed
def access_export(request: HttpRequest) -> HttpResponse:
    """The same accounts as a file, as the filter leaves them."""
    people = reviewed_accounts(by=request.actor)  # type: ignore[attr-defined]
    chosen = AccessFilter(request.GET, queryset=people, request=request).qs
    name = f"access-{clock.today():%Y%m%d}.csv"
    return HttpResponse(
        as_csv(chosen),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
