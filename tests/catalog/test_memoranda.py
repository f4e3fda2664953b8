from datetime import date

import pytest
from django.db import IntegrityError, InternalError, transaction

from catalog.enums import MeasureCategory, MeasureKind, VersionState
from catalog.models import LegalBasis, Measure, Memorandum, MemorandumVersion, RuleProfile
from catalog.services.memoranda import circulate_version, lapse_version, put_version_in_force
from jinan_credit.accounts.actors import SYSTEM, actor_of
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import User
from jinan_credit.accounts.services.roles import grant_role
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotAllowed


@pytest.fixture
def coordinator(db):
    user = User.objects.create_user("coordinator")
    grant_role(user, Role.COORDINATOR, by=SYSTEM)
    return actor_of(user)


@pytest.fixture
def memorandum(db):
    return Memorandum.objects.create(number=40, code="m40", title="t", document_number="n", source="test")


@pytest.fixture
def draft(memorandum):
    return MemorandumVersion.objects.create(memorandum=memorandum, number=1, valid_from=date(2018, 1, 1))


def _measure(version):
    return Measure.objects.create(
        version=version,
        code=f"x-{version.number}",
        clause="1",
        content="x",
        kind=MeasureKind.SANCTION,
        category=MeasureCategory.ADMINISTRATIVE,
        source="test",
    )


def test_a_version_comes_into_force_and_leaves_a_move(draft, coordinator):
    version = put_version_in_force(draft, by=coordinator)
    assert version.state == VersionState.IN_FORCE
    move = version.moves.get()
    assert (move.name, move.from_state, move.by) == ("put_in_force", VersionState.DRAFT, coordinator.user)


def test_a_measure_without_a_basis_stops_it(draft, coordinator):
    measure = _measure(draft)
    with pytest.raises(DomainError) as refusal:
        put_version_in_force(draft, by=coordinator)
    assert (refusal.value.code, refusal.value.details["measures"]) == ("measure_without_basis", ["x-1"])
    measure.bases.add(LegalBasis.objects.create(title="法"))
    assert put_version_in_force(draft, by=coordinator).state == VersionState.IN_FORCE


def test_a_version_needs_a_first_day(memorandum, coordinator):
    draft = MemorandumVersion.objects.create(memorandum=memorandum)
    with pytest.raises(InvalidInput) as refusal:
        put_version_in_force(draft, by=coordinator)
    assert refusal.value.code == "first_day_missing"


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.COORDINATOR])
def test_only_the_coordinator_keeps_the_catalogue(draft, role):
    user = User.objects.create_user("other")
    grant_role(user, role, by=SYSTEM)
    for act in (circulate_version, put_version_in_force):
        with pytest.raises(NotAllowed):
            act(draft, by=actor_of(user))


def test_what_is_in_force_is_not_put_in_force_again(draft, coordinator):
    version = put_version_in_force(circulate_version(draft, by=coordinator), by=coordinator)
    for act in (circulate_version, put_version_in_force):
        with pytest.raises(DomainError):
            act(version, by=coordinator)
    assert [move.name for move in version.moves.all()] == ["circulate", "put_in_force"]


def test_a_revision_ends_the_version_before_it(draft, memorandum, coordinator):
    put_version_in_force(draft, by=coordinator)
    revision = MemorandumVersion.objects.create(memorandum=memorandum, number=2, valid_from=date(2020, 7, 1))
    put_version_in_force(revision, by=coordinator)
    numbers = [MemorandumVersion.objects.in_force(on).get().number for on in (date(2020, 6, 30), date(2020, 7, 1))]
    assert numbers == [1, 2]


def test_a_revision_that_begins_before_the_first_version_is_refused(draft, memorandum, coordinator):
    put_version_in_force(draft, by=coordinator)
    revision = MemorandumVersion.objects.create(memorandum=memorandum, number=2, valid_from=date(2017, 7, 1))
    with pytest.raises(DomainError) as refusal:
        put_version_in_force(revision, by=coordinator)
    assert refusal.value.code == "version_overlaps"


def test_the_database_refuses_two_versions_in_force_at_once(draft, memorandum, coordinator):
    put_version_in_force(draft, by=coordinator)
    with pytest.raises(IntegrityError, match="memorandum_versions_in_force_do_not_overlap"), transaction.atomic():
        MemorandumVersion.objects.create(
            memorandum=memorandum, number=2, state=VersionState.IN_FORCE, valid_from=date(2020, 7, 1)
        )


def test_a_lapsed_version_was_in_force_until_its_last_day(draft, coordinator):
    version = put_version_in_force(draft, by=coordinator)
    with pytest.raises(InvalidInput):
        lapse_version(version, last_day=date(2020, 12, 31), by=coordinator, reason=" ")
    with pytest.raises(InvalidInput):
        lapse_version(version, last_day=date(2017, 12, 31), by=coordinator, reason="国家文件废止")
    lapse_version(version, last_day=date(2020, 12, 31), by=coordinator, reason="国家文件废止")
    assert MemorandumVersion.objects.in_force(date(2020, 12, 31)).exists()
    assert not MemorandumVersion.objects.in_force(date(2021, 1, 1)).exists()


@pytest.mark.django_db
def test_the_database_refuses_rule_profiles_that_overlap():
    RuleProfile.objects.create(code="x", title="x", legal_basis="x", valid_from=date(2020, 1, 1))
    with pytest.raises(IntegrityError, match="rule_profiles_of_one_code_do_not_overlap"), transaction.atomic():
        RuleProfile.objects.create(code="x", title="x", legal_basis="x", valid_from=date(2021, 1, 1))
    RuleProfile.objects.create(
        code="x", title="x", legal_basis="x", valid_from=date(2019, 1, 1), valid_to=date(2019, 12, 31)
    )


@pytest.mark.django_db
def test_a_rule_profile_is_never_deleted():
    """The rule of a term carries no foreign key of the database (ADR 9)."""
    rule = RuleProfile.objects.create(code="x", title="x", legal_basis="x", valid_from=date(2020, 1, 1))
    with pytest.raises(InternalError, match="Cannot delete"):
        RuleProfile.objects.filter(pk=rule.pk)._raw_delete("default")
