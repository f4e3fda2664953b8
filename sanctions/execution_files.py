"""What was reported, as a file: the lines of the page of executions (`lists.services.export_sources`).

Reasons and notes are left out: they are free text that may name anyone.
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jinan_credit.accounts.actors import Actor
from jinan_credit.kernel.wording import listed_apart
from lists.models import CreditList
from lists.services.export_rows import Column, name_in_file
from lists.services.export_sources import source_of_table
from sanctions.filters import ExecutionFilter
from sanctions.models import Execution
from sanctions.selectors.screenings import executions_visible_to

CODE = "executions"


def _list(execution: Execution, viewer: Actor) -> CreditList:
    if execution.entry is not None:
        return execution.entry.credit_list
    assert execution.task is not None, "a constraint holds it"
    return execution.task.credit_list


def _about(execution: Execution, viewer: Actor) -> str:
    return name_in_file(execution.entry, viewer) if execution.entry else getattr(execution.task, "number", "")


def _code(execution: Execution, viewer: Actor) -> str | None:
    return execution.entry.subject.code if execution.entry else None


def _masked_number(execution: Execution, viewer: Actor) -> str:
    return execution.entry.subject.masked_number if execution.entry else ""


def _measures(execution: Execution, viewer: Actor) -> str:
    return listed_apart(measure.content for measure in execution.measures.all())


def _lifted(execution: Execution, viewer: Actor) -> str:
    return listed_apart(_became(measure, lifting) for measure, lifting in execution.measures_taken if lifting)


def _became(measure: Any, lifting: Any) -> str:
    return f"{measure.content}: {lifting.lifted_on or _('stays')}"


SOURCE = source_of_table(
    name=gettext_lazy("Executions"),
    file_name=gettext_lazy("executions-%(number)s"),
    masked=gettext_lazy(
        "Document numbers are masked. Names of natural persons are in full only in entries of your own unit. Reasons "
        "and notes are left out: they may name anyone."
    ),
    page="executions",
    filters=ExecutionFilter,
    rows=lambda by, given: executions_visible_to(by).select_related("entry__subject"),
    columns=[
        Column(gettext_lazy("List"), 28, lambda one, viewer: _list(one, viewer).name),
        Column(gettext_lazy("Party or publication"), 32, _about),
        Column(gettext_lazy("Unified social credit code"), 22, _code),
        Column(gettext_lazy("Document number (masked)"), 22, _masked_number),
        Column(gettext_lazy("Unit"), 24, lambda one, viewer: one.unit.name),
        Column(gettext_lazy("Outcome"), 12, lambda one, viewer: one.get_outcome_display()),
        Column(gettext_lazy("Measures"), 36, _measures),
        Column(gettext_lazy("Performed on"), 12, lambda one, viewer: one.performed_on),
        Column(gettext_lazy("Matter"), 28, lambda one, viewer: one.matter),
        Column(gettext_lazy("Amount (CNY)"), 14, lambda one, viewer: one.amount),
        Column(gettext_lazy("Reported at"), 18, lambda one, viewer: one.made_at),
        Column(gettext_lazy("Lifted"), 36, _lifted),
        Column(gettext_lazy("Cancelled at"), 18, lambda one, viewer: one.cancelled_at),
        Column(gettext_lazy("Number"), 10, lambda one, viewer: one.pk),
    ],
)
