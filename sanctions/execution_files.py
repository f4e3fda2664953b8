"""What was reported, as a file: the lines of the page of executions (`lists.services.export_sources`)."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jinan_credit.accounts.actors import Actor
from jinan_credit.kernel import clock
from jinan_credit.kernel.masking import Audience, name_for
from lists.enums import SubjectKind
from lists.models import Entry
from lists.services.export_rows import Line
from lists.services.export_sources import Chosen, ExportSource
from sanctions.filters import ExecutionFilter
from sanctions.models import Execution
from sanctions.models.execution import ExecutionQuerySet
from sanctions.selectors.screenings import executions_visible_to

CODE = "executions"
_CHUNK = 1_000


def _choose(query: str, by: Actor) -> Chosen | None:
    request: Any = SimpleNamespace(actor=by)  # what the filters ask a page for
    filtered = ExecutionFilter(QueryDict(query), queryset=executions_visible_to(by), request=request)
    if not filtered.is_valid():
        return None
    return Chosen(_in_words(filtered.form), filtered.qs, lambda: _lines(filtered.qs, by))


def _in_words(form: Any) -> str:
    lines = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if value not in (None, ""):
            lines.append(f"{field.label}: {dict(getattr(field, 'choices', ())).get(value, value)}")
    return "; ".join(lines)


def _heads() -> list[str]:
    return [
        _("List"),
        _("Party or publication"),
        _("Unified social credit code"),
        _("Document number (masked)"),
        _("Unit"),
        _("Outcome"),
        _("Measures"),
        _("Performed on"),
        _("Matter"),
        _("Amount (CNY)"),
        _("Reported at"),
        _("Lifted"),
        _("Cancelled at"),
        _("Number"),
    ]


def _lines(executions: ExecutionQuerySet, viewer: Actor) -> Iterator[Line]:
    """Reasons and notes are left out: they are free text that may name anyone."""
    found = executions.select_related("entry__subject").order_by("-pk")
    for one in found.iterator(chunk_size=_CHUNK):
        cells = [
            *_about(one, viewer),
            one.unit.name,
            one.get_outcome_display(),
            "；".join(measure.content for measure in one.measures.all()),
            str(one.performed_on),
            one.matter,
            "" if one.amount is None else str(one.amount),
            _at(one.made_at),
            "；".join(_became(measure, lifting) for measure, lifting in one.measures_taken if lifting),
            _at(one.cancelled_at),
            str(one.pk),
        ]
        yield Line(cells, one.entry_id)


def _about(execution: Execution, viewer: Actor) -> list[str]:
    entry, task = execution.entry, execution.task
    if entry is not None:
        return [entry.credit_list.name, _name(entry, viewer), entry.subject.code or "", entry.subject.masked_number]
    assert task is not None, "a constraint holds it"
    return [task.credit_list.name, task.number, "", ""]


def _name(entry: Entry, viewer: Actor) -> str:
    is_own = viewer.unit is not None and entry.unit_id == viewer.unit.pk
    audience = Audience.DECIDING_UNIT if is_own else Audience.FILE
    return name_for(audience, entry.subject_name, is_person=entry.subject_kind == SubjectKind.NATURAL_PERSON)


def _became(measure: Any, lifting: Any) -> str:
    return f"{measure.content}: {lifting.lifted_on or _('stays')}"


def _at(at: Any) -> str:
    return f"{clock.in_jinan(at):%Y-%m-%d %H:%M}" if at else ""


SOURCE = ExportSource(
    name=gettext_lazy("Executions"),
    file_name=gettext_lazy("executions-%(number)s"),
    masked=gettext_lazy(
        "Document numbers are masked. Names of natural persons are in full only in entries of your own unit. Reasons "
        "and notes are left out: they may name anyone."
    ),
    page="executions",
    names=list(ExecutionFilter.base_filters),
    heads=_heads,
    widths=[28, 32, 22, 22, 24, 12, 36, 12, 28, 14, 18, 36, 18, 10],
    choose=_choose,
)
