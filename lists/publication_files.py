"""Publications as a file: the lines of their page (`lists.services.export_sources`)."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from lists.filters import PublicationFilter
from lists.models import Publication
from lists.services.export_rows import Column
from lists.services.export_sources import source_of_table

CODE = "publications"


def _approver(publication: Publication, viewer: Actor) -> str:
    return str(publication.approved_by or gettext("System"))


SOURCE = source_of_table(
    name=_("Publications"),
    file_name=_("publications-%(number)s"),
    masked=_("Nothing in it names a party."),
    page="publications",
    filters=PublicationFilter,
    rows=lambda by, given: Publication.objects.visible_to(by).select_related("credit_list", "unit", "approved_by"),
    columns=[
        Column(_("Number"), 28, lambda publication, viewer: publication.number),
        Column(_("Kind"), 14, lambda publication, viewer: publication.get_kind_display()),
        Column(_("List"), 28, lambda publication, viewer: publication.credit_list.name),
        Column(_("Changes"), 10, lambda publication, viewer: publication.count),
        Column(_("Unit"), 24, lambda publication, viewer: publication.unit),
        Column(_("Approved by"), 16, _approver),
        Column(_("Published at"), 18, lambda publication, viewer: publication.published_at),
    ],
)
