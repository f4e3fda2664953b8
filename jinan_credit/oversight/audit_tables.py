"""The tables of the audit. Nothing is masked here: what is about persons comes masked."""

from collections.abc import Iterator

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.tables import NUMBER, Cell
from jinan_credit.oversight.enums import FindingKind
from jinan_credit.oversight.models import Erasure, Seal, Verification

_CODE = {"td": {"class": "code"}}


class AccessTable(tables.Table):
    at = Cell("{{ value|moment }}", verbose_name=_("Time"), accessor="place__at")
    kind = tables.Column(verbose_name=_("What was seen or taken"))
    who = tables.Column(verbose_name=_("Person or API client"))
    unit = tables.Column(verbose_name=_("Unit"))
    about = tables.Column(verbose_name=_("About whom or what"))
    outcome = tables.Column(verbose_name=_("What came of it"))
    reason = tables.Column(verbose_name=_("Reason"))

    class Meta:
        orderable = False
        empty_text = _("No access is recorded here.")


class ChangesTable(tables.Table):
    at = Cell("{{ value|moment }}", verbose_name=_("Time"))
    who = Cell(template_name="oversight/_change_by.html", verbose_name=_("Person"), empty_values=())
    row = Cell(template_name="oversight/_change_row.html", verbose_name=_("Row"), attrs=_CODE)
    fields = Cell(template_name="oversight/_change_fields.html", verbose_name=_("Changed"), empty_values=())

    class Meta:
        orderable = False
        empty_text = _("Choose a table, then a person, a row or days.")


class VerificationTable(tables.Table):
    begun_at = Cell("{{ value|moment }}", verbose_name=_("Time"))
    scope = tables.Column(verbose_name=_("Scope"))
    seal_number = tables.Column(verbose_name=_("Up to the seal"))
    rows = Cell("{{ value|count }}", verbose_name=_("Rows"), attrs=NUMBER)
    result = tables.Column(verbose_name=_("Result"), empty_values=())

    class Meta:
        model = Verification
        fields = ("begun_at", "scope", "seal_number", "rows", "result")
        orderable = False
        empty_text = _("Nothing was verified yet.")

    def render_result(self, record: Verification) -> str:
        context = {"is_intact": record.is_intact, "findings": _in_words(record)}
        return render_to_string("oversight/_verification_result.html", context)


class SealTable(tables.Table):
    number = tables.Column(verbose_name=_("Number"))
    at = Cell("{{ value|moment }}", verbose_name=_("Time"))
    rows = Cell("{{ value|count }}", verbose_name=_("Rows"), attrs=NUMBER)
    digest = tables.Column(verbose_name=_("Digest of its line"), attrs=_CODE)

    class Meta:
        model = Seal
        fields = ("number", "at", "rows", "digest")
        orderable = False
        empty_text = _("Nothing was sealed yet.")


class ErasureTable(tables.Table):
    at = Cell("{{ value|moment }}", verbose_name=_("Time"))
    kind = tables.Column(verbose_name=_("What was done"))
    table = tables.Column(verbose_name=_("Table"), attrs=_CODE)
    row_count = Cell("{{ value|count }}", verbose_name=_("Rows"), attrs=NUMBER)
    role = tables.Column(verbose_name=_("Role of the database"), attrs=_CODE)

    class Meta:
        model = Erasure
        fields = ("at", "kind", "table", "row_count", "role")
        orderable = False
        empty_text = _("Nothing was erased yet.")


def _in_words(verification: Verification) -> Iterator[str]:
    for finding in verification.findings:
        row = f"{finding['table']} {finding['row'] or ''}".strip()
        said = (str(FindingKind(finding["kind"]).label), row, finding["detail"])
        yield " · ".join(part for part in said if part)
