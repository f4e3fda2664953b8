"""What a typical case says: its text as an execution gives it, and that it names no natural person (SD art. 20)."""

from dataclasses import dataclass, fields

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from jinan_credit.kernel.errors import InvalidInput
from jinan_credit.kernel.wording import listed
from lists.enums import ListKind
from sanctions.anonymity import Hidden, masked, told_in
from sanctions.models import CaseReport, Execution
from sanctions.selectors.cases import hidden_of


@dataclass(frozen=True)
class CaseText:
    title: str = ""
    findings: str = ""
    response: str = ""
    effect: str = ""

    def stripped(self) -> "CaseText":
        return CaseText(**{name: getattr(self, name).strip() for name in TEXTS})


TEXTS = tuple(field.name for field in fields(CaseText))


def text_of(case: CaseReport) -> CaseText:
    return CaseText(**{name: getattr(case, name) for name in TEXTS})


def prefilled(execution: Execution) -> CaseText:
    """The text as the execution gives it, in Chinese, with every natural person masked. To be revised by an officer."""
    case = CaseReport(execution=execution)
    hidden = hidden_of(case)
    with translation.override(settings.LANGUAGE_CODE):
        text = CaseText(_title(case), _findings(case), _response(execution), execution.note)
    return CaseText(**{name: masked(getattr(text, name), hidden) for name in TEXTS})


def require_complete(case: CaseReport) -> None:
    """`text_missing` (400), naming the part that is empty."""
    for name in TEXTS:
        if not getattr(case, name).strip():
            raise InvalidInput(
                "text_missing",
                _("“%(part)s” is empty. Write it before you report.") % {"part": _part(name)},
                field=name,
            )


def require_anonymous(case: CaseReport) -> None:
    """`person_named` or `number_told` (400), naming the part and the line."""
    hidden = hidden_of(case)
    for name in TEXTS:
        require_told_nowhere(getattr(case, name), hidden, field=name, part=_part(name))


def require_told_nowhere(text: str, hidden: Hidden, *, field: str, part: str) -> None:
    """Refusals (400): `person_named`, `number_told`. The message shows the name masked: it may be logged."""
    place = told_in(text, hidden)
    if place is None:
        return
    where = {"part": part, "line": place.line, "name": place.name}
    if place.name:
        raise InvalidInput(
            "person_named",
            _("“%(part)s”, line %(line)s, names who may not be named (%(name)s). Mask the name, or leave it out.")
            % where,
            field=field,
        )
    raise InvalidInput(
        "number_told",
        _("“%(part)s”, line %(line)s, holds the number of a document. Leave it out.") % where,
        field=field,
    )


def _part(name: str) -> str:
    return str(CaseReport._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _title(case: CaseReport) -> str:
    sentence = (
        _("%(unit)s: joint reward for %(party)s")
        if case.entry.credit_list.kind == ListKind.RED
        else _("%(unit)s: joint sanction against %(party)s")
    )
    return (sentence % {"unit": case.execution.unit, "party": case.party})[:200]


def _findings(case: CaseReport) -> str:
    entry, execution = case.entry, case.execution
    facts = {
        "party": case.party,
        "code": entry.subject.code,
        "list": entry.credit_list,
        "unit": entry.unit,
        "document": entry.document_number,
        "day": date_format(entry.document_on, "DATE_FORMAT"),
        "grounds": entry.grounds,
    }
    lines = [
        _("%(unit)s put %(party)s on “%(list)s”. Grounds: %(grounds)s.") % facts
        if case.is_of_a_person
        else _(
            "%(unit)s put %(party)s (unified social credit code %(code)s) on “%(list)s” by %(document)s of %(day)s. "
            "Grounds: %(grounds)s."
        )
        % facts,
        entry.facts,
        _("Found in the matter “%(matter)s”.") % {"matter": execution.matter} if execution.matter else "",
    ]
    return "\n".join(line for line in lines if line)


def _response(execution: Execution) -> str:
    done = {"unit": execution.unit, "day": date_format(execution.performed_on, "DATE_FORMAT")}
    lines = [_("On %(day)s %(unit)s applied:") % done]
    for measure in execution.measures.all():
        bases = listed(measure.bases.all())
        lines.append(_("%(measure)s, on the basis of %(bases)s.") % {"measure": measure, "bases": bases})
    if execution.amount is not None:
        lines.append(_("Amount: %(amount)s CNY.") % {"amount": f"{execution.amount:,.2f}"})
    return "\n".join(lines)
