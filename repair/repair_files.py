"""The unit's repairs as a file: the lines of their page (`lists.services.export_sources`)."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from lists.services.export_rows import Column, name_in_file
from lists.services.export_sources import source_of_table
from repair.filters import RepairFilter
from repair.models import RepairApplication

CODE = "repairs"


def _due(case: RepairApplication, viewer: Actor) -> date:
    return case.due_on if case.is_open else case.decide_due_on


SOURCE = source_of_table(
    name=_("Repairs"),
    file_name=_("repairs-%(number)s"),
    masked=_("Names of natural persons are in full only in entries of your own unit. Applicants are left out."),
    page="repairs",
    filters=RepairFilter,
    rows=lambda by, given: RepairApplication.objects.visible_to(by).select_related("entry", "credit_list"),
    columns=[
        Column(_("Receipt number"), 20, lambda case, viewer: case.receipt_number),
        Column(_("Entry"), 32, lambda case, viewer: name_in_file(case.entry, viewer)),
        Column(_("List"), 28, lambda case, viewer: case.credit_list.name),
        Column(_("Received on"), 12, lambda case, viewer: case.received_on),
        Column(_("Next deadline"), 12, _due),
        Column(_("State"), 16, lambda case, viewer: case.get_state_display()),
    ],
)
