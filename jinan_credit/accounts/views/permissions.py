"""Who may do what, for whoever keeps accounts or audits."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jinan_credit.accounts.enums import Act, Role
from jinan_credit.accounts.permissions import act_rows, call_rows, kept_rows, page_rows
from jinan_credit.accounts.staff import StaffRequest, staff_page


@staff_page(Act.KEEP_ACCOUNTS, Act.SEE_AUDIT)
@require_GET
def permissions(request: StaffRequest) -> HttpResponse:
    context = {
        "roles": list(Role),
        "acts": act_rows(),
        "pages": page_rows(),
        "calls": call_rows(),
        "kept": kept_rows(),
    }
    return render(request, "accounts/permissions.html", context)
