"""The rows behind the figures: each figure of a page opens exactly what it counts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet, Sum, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jinan_credit.oversight import tables
from jinan_credit.oversight.enums import CaseSort, TallyCode
from jinan_credit.oversight.filters import FIGURES, NO_MATTER, CaseRowsForm, RowsForm, Scope
from jinan_credit.oversight.selectors import rows_behind
from jinan_credit.oversight.selectors.cases import case_rows
from jinan_credit.oversight.selectors.figures import Expired, batches_of, execution_totals, expired_by, task_figures
from jinan_credit.oversight.selectors.kept import tallied
from jinan_credit.oversight.selectors.measures import execution_rows
from jinan_credit.oversight.selectors.quality import entries_amiss
from jinan_credit.oversight.tallies import TALLIES, THE_DAY_AFTER, days_within
from lists.enums import ExitReason
from lists.models import Entry
from sanctions.enums import HitState, Outcome, ScreeningResult
from sanctions.models import Hit, Screening, UnitTaskMove
from sanctions.selectors import SIGNING, made_within


@dataclass(frozen=True)
class Rows:
    """`figures`: what may be asked for, in words. `of`: the rows of a figure; `page`: the page of figures above.

    `total`: what they add up to, where a row counts for more than one. `known`: how many rows there are, by the
    figure itself: for more of them than are counted on a page; None where the figure is narrowed further.
    """

    code: str
    figures: Mapping[str, str | Promise]
    of: Callable[[str, Scope, dict[str, Any]], QuerySet[Any]]
    table: Callable[..., Any]
    page: str = ""
    form: type[RowsForm] = RowsForm
    of_all: bool = False
    total: Callable[[QuerySet[Any]], int] | None = None
    known: Callable[[str, Scope, dict[str, Any]], int | None] = lambda figure, scope, values: None

    @property
    def source(self) -> str:
        """Of its file."""
        return f"figure-{self.code}"


def _tasks(figure: str, scope: Scope, _values: dict[str, Any]) -> QuerySet[Any]:
    signings = UnitTaskMove.objects.filter(name__in=SIGNING).order_by("pk")
    return rows_behind(figure, scope).prefetch_related(Prefetch("moves", signings, to_attr="signings"))


def _known_tasks(figure: str, scope: Scope, _values: dict[str, Any]) -> int:
    return int(getattr(task_figures(scope).total, figure))


def _executions(figure: str, scope: Scope, values: dict[str, Any]) -> QuerySet[Any]:
    outcome = Outcome.APPLIED if figure == "applied" else Outcome.NOT_APPLIED
    rows = execution_rows(scope, outcome=outcome, measure=values["measure"])
    if values["same_reason_as"] is not None:
        rows = rows.filter(reason__in=rows.order_by().filter(pk=values["same_reason_as"]).values("reason"))
    return rows.select_related("unit", "entry__credit_list", "task__credit_list", "task__publication").prefetch_related(
        "measures"
    )


def _known_executions(figure: str, scope: Scope, values: dict[str, Any]) -> int | None:
    is_narrowed = values["measure"] is not None or values["same_reason_as"] is not None
    return None if is_narrowed else int(getattr(execution_totals(scope), figure))


def _screenings(figure: str, scope: Scope, values: dict[str, Any]) -> QuerySet[Any]:
    """Hits for the figures of hits, else screenings; both as of a screening, which names no party here."""
    period = [(scope.since, scope.until)]
    if figure in ("hits", "answered"):
        hits = Hit.objects.filter(made_within(period, "screening__screened_at"))
        hits = hits.filter(**{f"screening__{key}": value for key, value in _narrowed(scope, values).items()})
        hits = hits.filter(state=HitState.ANSWERED) if figure == "answered" else hits
        shown = {name: F(f"screening__{name}") for name in ("screened_at", "matter_name", "result")}
        return hits.annotate(**shown, unit_name=F("screening__unit__name"), list_name=F("entry__credit_list__name"))
    results: dict[str, list[Any]] = {
        "kept": ScreeningResult.values,
        "with_hits": [ScreeningResult.HIT],
        "kept_unknown": [ScreeningResult.UNKNOWN],
    }
    screenings = Screening.objects.filter(made_within(period, "screened_at"), **_narrowed(scope, values))
    found = screenings.filter(result__in=results[figure])
    return found.annotate(unit_name=F("unit__name"), list_name=Value(""))


def _known_screenings(figure: str, scope: Scope, values: dict[str, Any]) -> int:
    code = TallyCode.HITS if figure in ("hits", "answered") else TallyCode.SCREENINGS
    name = {"kept": "screenings", "kept_unknown": "cannot_tell"}.get(figure, figure)
    rows = tallied(TALLIES[code], **scope.days, by=[], only=_narrowed(scope, values))
    return sum(row[name] for row in rows)


def _batches(figure: str, scope: Scope, values: dict[str, Any]) -> QuerySet[Any]:
    """Each with how many of its `parties` the figure counts."""
    counted = {"in_batches": F("clear_count") + F("unknown_count"), "unknown_in_batches": F("unknown_count")}
    batches = batches_of(scope).filter(**_narrowed(scope, values)).annotate(parties=counted[figure])
    return batches.filter(parties__gt=0).annotate(unit_name=F("unit__name"))


def _parties(batches: QuerySet[Any]) -> int:
    return int(batches.aggregate(sum=Sum("parties", default=0))["sum"])


def _narrowed(scope: Scope, values: dict[str, Any]) -> dict[str, Any]:
    matter = values["matter"]
    return scope.keys("unit") | ({"matter_name": "" if matter == NO_MATTER else matter} if matter else {})


def _terms(figure: str, scope: Scope, _values: dict[str, Any]) -> QuerySet[Any]:
    is_out = Q(exit_reason=ExitReason.EXPIRED)
    conditions = {
        "ended": Q(),
        "out_on_time": is_out & THE_DAY_AFTER,
        "late": is_out & ~THE_DAY_AFTER,
        "standing": ~is_out,
    }
    ended = Entry.objects.term_ran_out().filter(days_within([(scope.since, scope.until)], "term_to"))
    rows = ended.filter(conditions[figure], **scope.keys("unit", "credit_list"))
    return rows.select_related("credit_list", "unit", "last_publication").order_by("term_to", "pk")


def _known_terms(figure: str, scope: Scope, _values: dict[str, Any]) -> int:
    return int(getattr(expired_by(scope).get((), Expired(0, 0, 0)), figure))


def _cases(figure: str, scope: Scope, values: dict[str, Any]) -> QuerySet[Any]:
    return case_rows(values["sort"] or CaseSort.OBJECTION, scope, figure).select_related("unit", "credit_list")


def _entries(figure: str, scope: Scope, _values: dict[str, Any]) -> QuerySet[Any]:
    return entries_amiss(figure, scope.credit_list).select_related("credit_list", "unit")


ROWS = {
    rows.code: rows
    for rows in (
        Rows("tasks", FIGURES, _tasks, tables.FigureRowsTable, known=_known_tasks),
        Rows(
            "executions",
            {"applied": _("Measures applied"), "not_applied": _("Not applied")},
            _executions,
            tables.ExecutionRowsTable,
            "measures",
            known=_known_executions,
        ),
        Rows(
            "screenings",
            {
                "kept": _("Screenings"),
                "with_hits": _("Screenings with hits"),
                "kept_unknown": _("Screenings that could not tell"),
                "hits": _("Hits"),
                "answered": _("Hits answered"),
            },
            _screenings,
            tables.ScreeningRowsTable,
            "screenings",
            known=_known_screenings,
        ),
        Rows(
            "batches",
            {
                "in_batches": _("Parties of batches without a hit"),
                "unknown_in_batches": _("Parties of batches of which nothing could be told"),
            },
            _batches,
            tables.BatchRowsTable,
            "screenings",
            total=_parties,
        ),
        Rows(
            "terms",
            {
                "ended": _("Terms ended"),
                "out_on_time": _("Out in time"),
                "late": _("Out late"),
                "standing": _("Still on the list"),
            },
            _terms,
            tables.TermRowsTable,
            "terms",
            known=_known_terms,
        ),
        Rows(
            "cases",
            {
                "received": _("Received"),
                "decided": _("Decided"),
                "granted": _("Upheld or approved"),
                "decided_in_time": _("Decided in time"),
                "overdue": _("Overdue"),
            },
            _cases,
            tables.CaseRowsTable,
            "cases",
            CaseRowsForm,
        ),
        Rows(
            "entries",
            {
                "entries": _("Entries in force"),
                "organisations": _("Organisations"),
                "without_code": _("Without a code"),
                "twice": _("Twice on the list"),
                "without_basis": _("Without a basis"),
                "without_facts": _("Without facts"),
            },
            _entries,
            tables.EntryRowsTable,
            "quality",
            of_all=True,
        ),
    )
}
