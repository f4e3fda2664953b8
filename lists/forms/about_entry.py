"""The public form about a published entry, which the address names."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.functional import cached_property

from jinan_credit.accounts.applicants import CheckedFormView
from lists.models import Entry


class AboutEntryView(CheckedFormView):
    """Without an entry in the address the form is about what the applicant says by number."""

    @cached_property
    def entry(self) -> Entry | None:
        """The public entry named in the address; 404 for any other id, as for one that does not exist."""
        raw = self.request.GET.get("entry")
        if raw is None:
            return None
        try:
            entries = Entry.objects.public().select_related("credit_list", "unit", "subject", "term_rule")
            return entries.get(pk=UUID(raw))
        except (ValueError, Entry.DoesNotExist) as error:
            raise Http404 from error

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.entry  # noqa: B018  a wrong id is refused before anything is read
        return super().dispatch(request, *args, **kwargs)
