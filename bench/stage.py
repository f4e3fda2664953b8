"""The few people, units and lists that a figure needs: an initiating unit, a clerk, a reviewer, cooperating units."""

from dataclasses import dataclass

from catalog.enums import MeasureCategory, MeasureKind, VersionState
from catalog.models import LegalBasis, Measure, MeasureResponsibility, Memorandum, MemorandumVersion
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Role, UnitKind
from jinan_credit.accounts.models import RoleGrant, Unit, User
from jinan_credit.kernel import clock
from lists.enums import ListKind
from lists.models import CreditList


@dataclass(frozen=True)
class Stage:
    unit: Unit
    clerk: Actor
    reviewer: Actor
    cooperating: list[Unit]
    memorandum: Memorandum


def set_stage(cooperating: int = 60) -> Stage:
    """Make the cast, or find it when an earlier figure made it."""
    unit, made = Unit.objects.get_or_create(
        code="bench", defaults={"name": "测速单位", "kind": UnitKind.ADMINISTRATION, "is_city_unit": False}
    )
    if made:
        for name, role in (("bench-clerk", Role.CLERK), ("bench-reviewer", Role.REVIEWER)):
            user = User.objects.create(username=name, unit=unit)
            RoleGrant.objects.create(user=user, role=role)
        _make_memorandum()
    units = list(Unit.objects.active(clock.today()).exclude(pk=unit.pk).order_by("pk")[:cooperating])
    memorandum = Memorandum.objects.get(code="bench")
    measure = Measure.objects.get(code="bench-1")
    for one in units:
        MeasureResponsibility.objects.get_or_create(
            measure=measure, unit=one, defaults={"exception_basis": "测速办法第二条"}
        )
    clerk, reviewer = (Actor(user=User.objects.get(username=name)) for name in ("bench-clerk", "bench-reviewer"))
    return Stage(unit, clerk, reviewer, units, memorandum)


def _make_memorandum() -> None:
    memorandum = Memorandum.objects.create(
        number=999, code="bench", title="测速备忘录", document_number="测〔2026〕1号", kind=MeasureKind.SANCTION
    )
    version = MemorandumVersion.objects.create(
        memorandum=memorandum, state=VersionState.IN_FORCE, valid_from=clock.today()
    )
    measure = Measure.objects.create(
        version=version,
        code="bench-1",
        clause="一",
        content="测速措施",
        kind=MeasureKind.SANCTION,
        category=MeasureCategory.ADMINISTRATIVE,
    )
    measure.bases.add(LegalBasis.objects.create(title="测速办法", article="第一条"))


def make_list(stage: Stage, code: str, *, with_units: bool = True) -> CreditList:
    """A black list of the stage's unit; with the memorandum every cooperating unit gets tasks and pushes."""
    made = CreditList.objects.create(
        code=code, name=f"测速名单 {code}", kind=ListKind.BLACK, is_serious=True, legal_basis="测速办法"
    )
    made.initiating_units.add(stage.unit)
    if with_units:
        made.memoranda.add(stage.memorandum)
    return made
