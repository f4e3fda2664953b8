from functools import cached_property
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.desks import opened_from
from jinan_credit.accounts.tables import NUMBER, Cell
from sanctions.enums import TaskState
from sanctions.models import Execution, Screening, UnitTask, WrittenPromise
from sanctions.selectors.responses import COUNTS

COUNT_WORDS = {
    "tasks": _("Tasks"),
    "signed_in_time": _("Signed in time"),
    "signed_late": _("Signed late"),
    "to_sign": _("Not signed"),
    "feedback_owed": _("Feedback owed"),
    "fed_back": _("Fed back"),
    "nothing": _("Nothing to feed back"),
    "not_executed": _("Not executed"),
    "to_confirm": _("Release to confirm"),
    "released": _("Release confirmed"),
    "overdue": _("Overdue"),
}
"""The words for what a line of the response matrix counts."""

assert tuple(COUNT_WORDS) == COUNTS


class TaskTable(tables.Table):
    chosen = tables.Column(verbose_name=_("Choose"), empty_values=(), orderable=False)
    publication = tables.Column(verbose_name=_("Publication"), empty_values=(), order_by="publication_id")
    unit = tables.Column(verbose_name=_("Unit"), order_by="unit__code")
    list = tables.Column(verbose_name=_("List"), accessor="credit_list", order_by="credit_list__code")
    kind = tables.Column(verbose_name=_("Kind of publication"), empty_values=(), order_by="publication__kind")
    count = Cell(
        "{% if record.publication %}{{ record.publication.count|count }}{% else %}—{% endif %}",
        verbose_name=_("Entries"),
        order_by="publication__count",
        attrs=NUMBER,
    )
    published = Cell("{{ record.made_at|day }}", verbose_name=_("Published on"), order_by="made_at")
    state = Cell("{% status record.state record.get_state_display %}", verbose_name=_("State"))
    due_on = Cell("{% due record.deadline record.is_deadline_provisional %}", verbose_name=_("Due"), order_by="due_on")
    claimed_by = tables.Column(verbose_name=_("Taken on by"), orderable=False)

    class Meta:
        model = UnitTask
        fields = (
            "chosen",
            "publication",
            "unit",
            "list",
            "kind",
            "count",
            "published",
            "state",
            "due_on",
            "claimed_by",
        )

    @cached_property
    def queue(self) -> str:
        return opened_from(getattr(self, "request", None))

    def render_chosen(self, record: UnitTask) -> str:
        if record.state != TaskState.TO_SIGN:
            return ""
        return format_html(
            '<input type="checkbox" class="form-check-input" name="task" value="{}" aria-label="{}">',
            record.pk,
            _("Choose %(publication)s") % {"publication": record.number},
        )

    def render_publication(self, record: UnitTask) -> str:
        return format_html('<a href="{}{}">{}</a>', reverse("task", args=[record.pk]), self.queue, record.number)

    def render_kind(self, record: UnitTask) -> str:
        return record.publication.get_kind_display() if record.publication else record.get_kind_display()


class ScreeningTable(tables.Table):
    party = tables.Column(verbose_name=_("Party"), accessor="party_name", empty_values=(), orderable=False)
    identifier = tables.Column(verbose_name=_("Identifier"), orderable=False)
    matter_name = tables.Column(verbose_name=_("Matter"), orderable=False)
    result = Cell("{% status record.result record.get_result_display %}", verbose_name=_("Result"), order_by="result")
    open_hits = tables.Column(verbose_name=_("Hits to answer"), attrs=NUMBER)
    state = Cell("{% status record.state record.get_state_display %}", verbose_name=_("State"))
    screened_at = Cell("{{ record.screened_at|moment }}", verbose_name=_("Screened at"), order_by="id")
    officer = tables.Column(verbose_name=_("Screened by"), orderable=False)

    class Meta:
        model = Screening
        fields = ("party", "identifier", "matter_name", "result", "open_hits", "state", "screened_at", "officer")

    def render_party(self, record: Screening) -> str:
        shown = record.party_name or record.identifier
        return format_html('<a href="{}">{}</a>', reverse("screening", args=[record.pk]), shown)


class ExecutionTable(tables.Table):
    performed_on = Cell("{{ record.performed_on|day }}", verbose_name=_("Performed on"))
    unit = tables.Column(verbose_name=_("Unit"), order_by="unit__code")
    entry = tables.Column(verbose_name=_("Entry"), empty_values=(), orderable=False)
    outcome = Cell("{% status record.outcome record.get_outcome_display %}", verbose_name=_("Outcome"))
    measures = Cell(template_name="sanctions/_done.html", verbose_name=_("Measures or reason"), orderable=False)
    matter = tables.Column(verbose_name=_("Matter"), orderable=False)
    officer = tables.Column(verbose_name=_("Officer"), orderable=False)
    step = Cell(template_name="sanctions/_execution_step.html", verbose_name=_("Next step"), orderable=False)

    class Meta:
        model = Execution
        fields = ("performed_on", "unit", "entry", "outcome", "measures", "matter", "officer", "step")

    def render_entry(self, record: Execution) -> Any:
        if record.entry is not None:
            return format_html('<a href="{}">{}</a>', reverse("entry", args=[record.entry_id]), record.entry)
        return record.task.number if record.task else "—"


class PromiseTable(tables.Table):
    missing = tables.Column(verbose_name=_("Missing material"), orderable=False)
    party = tables.Column(verbose_name=_("Subject"), accessor="execution__entry", orderable=False)
    unit = tables.Column(verbose_name=_("Unit"), accessor="execution__unit", order_by="execution__unit__code")
    state = Cell("{% status record.state record.get_state_display %}", verbose_name=_("State"))
    due_on = Cell(
        "{% if record.state == 'OPEN' %}{% due record.due_on %}{% else %}{{ record.due_on|day }}{% endif %}",
        verbose_name=_("Due"),
    )

    class Meta:
        model = WrittenPromise
        fields = ("missing", "party", "unit", "state", "due_on")

    def render_missing(self, record: WrittenPromise) -> str:
        return format_html('<a href="{}">{}</a>', reverse("promise", args=[record.pk]), record.missing)
