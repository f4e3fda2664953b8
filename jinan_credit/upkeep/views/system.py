"""What the system administrator looks at: whether all parts answer, and what the workers have still to do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.staff import staff_page
from jinan_credit.upkeep import selectors


@staff_page(Act.KEEP_SYSTEM)
@require_GET
def system(request: HttpRequest) -> HttpResponse:
    return render(request, "upkeep/system.html", {"parts": selectors.parts(), "jobs": selectors.jobs()})
