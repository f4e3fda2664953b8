"""The rows of the matrix: what a draft version says, measure by measure. What was circulated stays as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.enums import SANCTIONS, MeasureKind, ResponsibilityRole, Severity, VersionState
from catalog.models import LegalBasis, Measure, MeasureResponsibility, MemorandumVersion
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotFound
from jinan_credit.kernel.wording import listed


@dataclass(frozen=True)
class Clause:
    """What a measure says. `bases`: (title, article); `exceptions`: by unit, the law that lets it apply the measure."""

    clause: str
    content: str
    category: str
    severity: str
    applies_to: str
    procedure: str = ""
    by_all_units: bool = False
    bases: Sequence[tuple[str, str]] = ()
    units: Sequence[Unit] = ()
    assists: Sequence[Unit] = ()
    exceptions: Mapping[Unit, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return MeasureKind.SANCTION if self.category in SANCTIONS else MeasureKind.REWARD


@transaction.atomic
def add_measure(*, version: MemorandumVersion, clause: Clause, by: Actor) -> Measure:
    """Add a measure to a draft, under the memorandum's next code.

    Refusals: `act_not_allowed`, `version_is_settled`, `not_of_this_memorandum`, `severe_is_for_sanctions`,
    `exception_of_nobody`.
    """
    version = _draft(version, by)
    code = f"{version.memorandum.code}-{_next_number(version):02}"
    return _write(Measure(version=version, code=code, source=version.memorandum.document_number), clause)


@transaction.atomic
def change_measure(*, measure: Measure, clause: Clause, by: Actor) -> Measure:
    """Change what a measure of a draft says. Refusals: as `add_measure`; `not_found` when another took it out."""
    version = _draft(measure.version, by)
    kept = version.measures.filter(pk=measure.pk).first()
    if kept is None:
        raise NotFound
    kept.version = version
    return _write(kept, clause)


@transaction.atomic
def remove_measure(*, measure: Measure, by: Actor) -> None:
    """Take a measure out of a draft. Refusals: `act_not_allowed`, `version_is_settled`."""
    _draft(measure.version, by)
    measure.delete()


def _draft(version: MemorandumVersion, by: Actor) -> MemorandumVersion:
    by.require(Act.KEEP_CATALOGUE)
    locked = MemorandumVersion.objects.select_related("memorandum").select_for_update(of=("self",)).get(pk=version.pk)
    if locked.state != VersionState.DRAFT:
        raise DomainError(
            "version_is_settled",
            _("Only a draft can be changed. Take the version back, or revise the memorandum."),
        )
    return locked


def _next_number(version: MemorandumVersion) -> int:
    """One above every code that the memorandum ever used: a code means the same clause in all versions."""
    codes = Measure.objects.filter(version__memorandum=version.memorandum).values_list("code", flat=True)
    return max((int(end) for code in codes if (end := code.rpartition("-")[2]).isdigit()), default=0) + 1


def _write(measure: Measure, clause: Clause) -> Measure:
    _check(measure.version, clause)
    for name in ("clause", "content", "category", "severity", "applies_to", "procedure", "by_all_units", "kind"):
        setattr(measure, name, getattr(clause, name))
    measure.save()
    bases = [LegalBasis.objects.get_or_create(title=title, article=article)[0] for title, article in clause.bases]
    measure.bases.set(bases)
    roles = dict.fromkeys(clause.assists, ResponsibilityRole.ASSISTS)
    roles |= dict.fromkeys(clause.units, ResponsibilityRole.APPLIES)
    measure.responsibilities.exclude(unit__in=roles).delete()
    MeasureResponsibility.objects.bulk_create(
        [
            MeasureResponsibility(
                measure=measure, unit=unit, role=role, exception_basis=clause.exceptions.get(unit, "")
            )
            for unit, role in roles.items()
        ],
        update_conflicts=True,
        unique_fields=["measure", "unit"],
        update_fields=["role", "exception_basis"],
    )
    return measure


def _check(version: MemorandumVersion, clause: Clause) -> None:
    if version.memorandum.kind not in ("", clause.kind):
        raise InvalidInput(
            "not_of_this_memorandum",
            _("This memorandum is one of rewards or of sanctions: choose a category of its kind."),
            field="category",
        )
    if clause.severity == Severity.SEVERE and clause.kind != MeasureKind.SANCTION:
        raise InvalidInput("severe_is_for_sanctions", _("Only a sanction is severe."), field="severity")
    if nobody := [unit.name for unit in clause.exceptions if unit not in (*clause.units, *clause.assists)]:
        raise InvalidInput(
            "exception_of_nobody",
            _("These units have no part in the measure: %(names)s.") % {"names": listed(nobody)},
            field="exceptions",
        )
