"""The unit's objections as a file: the lines of their page (`lists.services.export_sources`)."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from lists.services.export_rows import Column, name_in_file
from lists.services.export_sources import source_of_table
from objections.filters import ObjectionFilter
from objections.models import Objection

CODE = "objections"


def _due(objection: Objection, viewer: Actor) -> date | None:
    return None if objection.paused_on else objection.due_on


SOURCE = source_of_table(
    name=_("Objections"),
    file_name=_("objections-%(number)s"),
    masked=_("Names of natural persons are in full only in entries of your own unit. Applicants are left out."),
    page="objections",
    filters=ObjectionFilter,
    rows=lambda by, given: Objection.objects.visible_to(by).select_related("entry", "credit_list"),
    columns=[
        Column(_("Receipt number"), 20, lambda objection, viewer: objection.receipt_number),
        Column(_("Entry"), 32, lambda objection, viewer: name_in_file(objection.entry, viewer)),
        Column(_("List"), 28, lambda objection, viewer: objection.credit_list.name),
        Column(_("Grounds of the objection"), 20, lambda objection, viewer: objection.get_grounds_display()),
        Column(_("Received on"), 12, lambda objection, viewer: objection.received_on),
        Column(_("Decision due"), 12, _due),
        Column(_("State"), 16, lambda objection, viewer: objection.get_state_display()),
    ],
)
