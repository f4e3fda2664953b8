"""Whether a notice is genuine, by its verification code: number, date and issuing unit, nothing else."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from jinan_credit.accounts.rate import rate_limited
from jinan_credit.portal.forms import VerificationForm
from lists.selectors import notice_with_code


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@rate_limited("20/minute", "verify")
def verify(request: HttpRequest) -> HttpResponseBase:
    """The code is posted, so that it stands in no address and no log. Whatever does not fit gets the same answer."""
    form = VerificationForm(request.POST if request.method == "POST" else None)
    notice = None
    if request.method == "POST" and form.is_valid():
        notice = notice_with_code(form.cleaned_data["code"])
        if notice is None:
            form.add_error(None, _("No notice bears this code. Please compare it with the notice."))
    return render(request, "portal/verify.html", {"form": form, "notice": notice})
