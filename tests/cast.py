"""A small city to test in: an initiating unit, two cooperating ones, a stranger, the coordinator, and two lists."""

import io
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from catalog.enums import MeasureCategory, MeasureKind, VersionState
from catalog.models import LegalBasis, Measure, MeasureResponsibility, Memorandum, MemorandumVersion, RuleProfile
from catalog.services.load_reference import DATA, load_rule_profiles
from catalog.services.reference_rows import Report
from jinan_credit.accounts.actors import Actor, actor_of
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import RoleGrant, Unit, User
from jinan_credit.kernel import clock
from lists.enums import DishonestyClass, ListKind, SubjectKind
from lists.models import CreditList, Entry, Publication
from lists.services.entries import draft_entry, submit_entries
from lists.services.file_imports import import_file
from lists.services.publications import publish_entries
from lists.services.synthetic import company_name, list_file, person_name, uscc

PASSWORD = "a-password-for-tests"


@dataclass
class Cast:
    court: Unit
    finance: Unit
    transport: Unit
    stranger_unit: Unit
    commission: Unit
    clerk: User
    reviewer: User
    second_reviewer: User
    finance_clerk: User
    transport_clerk: User
    stranger: User
    coordinator: User
    auditor: User
    officer: User
    supervisor: User
    black: CreditList
    red: CreditList
    ban: Measure
    warning: Measure
    praise: Measure

    def actor(self, name: str) -> Actor:
        """A fresh actor, with the roles that the person holds now."""
        return actor_of(User.objects.get(pk=getattr(self, name).pk))


def make_cast() -> Cast:
    """The court initiates both lists; finance and transport cooperate on them; the association has no part in them."""
    if not RuleProfile.objects.exists():
        load_rule_profiles(DATA / "rule_profiles.yaml", Report())
    units = {
        code: Unit.objects.create(code=code, name=name, is_city_unit=False)
        for code, name in (
            ("court", "测试法院"),
            ("finance", "测试财政局"),
            ("transport", "测试交通局"),
            ("stranger", "测试协会"),
            ("commission", "测试发改委"),
        )
    }
    clerk = make_user("clerk", units["court"], Role.CLERK)
    reviewer = make_user("reviewer", units["court"], Role.REVIEWER)
    memorandum = Memorandum.objects.create(
        number=900, code="m900", title="测试备忘录", document_number="测〔2026〕1号", source="test"
    )
    version = MemorandumVersion.objects.create(
        memorandum=memorandum, state=VersionState.IN_FORCE, valid_from=date(2017, 6, 13)
    )
    basis = LegalBasis.objects.create(title="测试法", article="第一条")

    def measure(code: str, content: str, kind: MeasureKind, category: MeasureCategory, *owners: str) -> Measure:
        made = Measure.objects.create(
            version=version, code=code, clause=code, content=content, kind=kind, category=category, source="test"
        )
        made.bases.add(basis)
        for owner in owners:
            MeasureResponsibility.objects.create(measure=made, unit=units[owner])
        return made

    sanction, reward = MeasureKind.SANCTION, MeasureKind.REWARD
    ban = measure("t-ban", "限制参加政府采购", sanction, MeasureCategory.ADMINISTRATIVE, "finance")
    warning = measure("t-warning", "列为重点监管对象", sanction, MeasureCategory.ADMINISTRATIVE, "transport")
    praise = measure("t-praise", "绿色通道", reward, MeasureCategory.GREEN_CHANNEL, "finance", "transport")
    return Cast(
        court=units["court"],
        finance=units["finance"],
        transport=units["transport"],
        stranger_unit=units["stranger"],
        commission=units["commission"],
        clerk=clerk,
        reviewer=reviewer,
        second_reviewer=make_user("second-reviewer", units["court"], Role.REVIEWER),
        finance_clerk=make_user("finance-clerk", units["finance"], Role.CLERK),
        transport_clerk=make_user("transport-clerk", units["transport"], Role.CLERK),
        stranger=make_user("stranger", units["stranger"], Role.CLERK, Role.REVIEWER),
        coordinator=make_user("coordinator", units["commission"], Role.COORDINATOR),
        auditor=make_user("auditor", None, Role.AUDIT_ADMIN),
        officer=make_user("tip-off-officer", units["commission"], Role.TIP_OFF_OFFICER),
        supervisor=make_user("tip-off-supervisor", units["commission"], Role.TIP_OFF_SUPERVISOR),
        black=make_list("TBLACK", "测试黑名单", ListKind.BLACK, units["court"], memorandum),
        red=make_list("TRED", "测试红名单", ListKind.RED, units["court"], memorandum, term_profile="term-reward"),
        ban=ban,
        warning=warning,
        praise=praise,
    )


def make_user(name: str, unit: Unit | None, *roles: Role) -> User:
    user = User.objects.create_user(name, password=PASSWORD, unit=unit, display_name=name)
    RoleGrant.objects.bulk_create([RoleGrant(user=user, role=role) for role in roles])
    return user


def make_list(code: str, name: str, kind: ListKind, unit: Unit, memorandum: Memorandum, **values: Any) -> CreditList:
    made = CreditList.objects.create(code=code, name=name, kind=kind, legal_basis="测〔2026〕1号", **values)
    made.initiating_units.add(unit)
    made.memoranda.add(memorandum)
    return made


def company_values(random: Random, **given: Any) -> dict[str, Any]:
    """Lawful values of `draft_entry` for a company that does not exist."""
    today = clock.today()
    return {
        "kind": SubjectKind.LEGAL_PERSON,
        "name": company_name(random),
        "code": uscc(random),
        "basis": "测试法第一条",
        "document_number": f"（2026）测{random.randrange(10**9)}号",
        "document_on": today,
        "decided_on": today,
        "grounds": "测试事由",
        "facts": "测试事实",
        "dishonesty_class": DishonestyClass.ORDINARY,
        "representative": person_name(random),
        **given,
    }


def publish_one(cast: Cast, *, credit_list: CreditList | None = None, seed: int = 1, **values: Any) -> Entry:
    """An entry drafted by the clerk and published by the reviewer."""
    credit_list = credit_list or cast.black
    entry = draft_entry(credit_list=credit_list, values=company_values(Random(seed), **values), by=cast.actor("clerk"))
    mine = Entry.objects.filter(pk=entry.pk)
    submit_entries(entries=mine, by=cast.actor("clerk"))
    publish_entries(credit_list=credit_list, entries=mine, by=cast.actor("reviewer"))
    return mine.get()


def publish_many(
    cast: Cast, count: int, *, credit_list: CreditList | None = None, seed: int = 1, persons: float = 0.0
) -> Publication:
    """`count` entries imported from a file, submitted and published as one act."""
    credit_list = credit_list or cast.black
    file: io.BytesIO = list_file(credit_list, count, random=Random(seed), today=clock.today(), persons=persons)
    list_import = import_file(credit_list=credit_list, file=file, file_name="list.csv", by=cast.actor("clerk"))
    drafts = Entry.objects.filter(from_import=list_import)
    submit_entries(entries=drafts, by=cast.actor("clerk"))
    return publish_entries(credit_list=credit_list, entries=drafts, by=cast.actor("reviewer"))
