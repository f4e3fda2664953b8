import pytest
from django.db import IntegrityError, connection, transaction

from jinan_credit.accounts.actors import ACTS_OF_SCOPE, SYSTEM, Actor, actor_of
from jinan_credit.accounts.enums import Act, Role
from jinan_credit.accounts.models import RoleGrant, User
from jinan_credit.accounts.roles import ACTS_OF, ADMINISTRATORS, acts_of
from jinan_credit.accounts.services.roles import grant_role, revoke_role
from jinan_credit.kernel.errors import DomainError, NotAllowed

PAIRS = [(one, other) for one in ADMINISTRATORS for other in ADMINISTRATORS if one != other]


def test_a_scope_reviews_publishes_and_decides_nothing():
    decisions = {
        Act.PUBLISH_ENTRIES,
        Act.REMOVE_ENTRIES,
        Act.DECIDE_OBJECTIONS,
        Act.APPROVE_REPAIRS,
        Act.REVEAL_NUMBERS,
    }
    assert not frozenset().union(*ACTS_OF_SCOPE.values()) & decisions


def test_every_role_has_acts_and_every_act_a_role():
    assert set(ACTS_OF) == set(Role.values)
    assert acts_of(frozenset(Role.values)) == set(Act.values)


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_no_other_role_may_do_what_an_administrator_may(role):
    others = acts_of(frozenset(Role.values) - {role})
    assert not ACTS_OF[role] & others


def test_a_role_is_granted_by_the_security_administrator(make_user, guard, by_guard):
    user = make_user("clerk")
    grant = grant_role(user, Role.CLERK, by=by_guard)
    assert grant.granted_by == guard
    assert actor_of(User.objects.get(pk=user.pk)).may(Act.DRAFT_ENTRIES)


def test_granting_a_role_twice_changes_nothing(make_user, by_guard):
    user = make_user("clerk")
    assert grant_role(user, Role.CLERK, by=by_guard) == grant_role(user, Role.CLERK, by=by_guard)
    assert user.role_grants.count() == 1


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.SECURITY_ADMIN])
def test_nobody_else_grants_roles(make_user, role):
    with pytest.raises(NotAllowed):
        grant_role(make_user("other"), Role.CLERK, by=actor_of(make_user("someone", role)))


@pytest.mark.parametrize(("held", "wanted"), PAIRS)
def test_nobody_holds_two_administrator_roles(make_user, held, wanted):
    user = make_user("admin", held)
    with pytest.raises(DomainError) as refusal:
        grant_role(user, wanted, by=SYSTEM)
    assert refusal.value.code == "two_administrator_roles"


@pytest.mark.parametrize(("held", "wanted"), PAIRS)
def test_the_database_refuses_two_administrator_roles(make_user, held, wanted):
    user = make_user("admin", held)
    with (
        pytest.raises(IntegrityError, match="nobody_holds_two_administrator_roles"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO accounts_rolegrant (user_id, role, granted_at) VALUES (%s, %s, now())", [user.pk, wanted]
        )


def test_nobody_grants_himself_a_role(guard, by_guard):
    with pytest.raises(DomainError) as refusal:
        grant_role(guard, Role.CLERK, by=by_guard)
    assert refusal.value.code == "own_role"
    with pytest.raises(IntegrityError, match="nobody_grants_himself_a_role"), transaction.atomic():
        RoleGrant.objects.create(user=guard, role=Role.CLERK, granted_by=guard)


def test_an_unknown_role_is_refused(make_user, by_guard):
    with pytest.raises(DomainError) as refusal:
        grant_role(make_user("clerk"), "EMPEROR", by=by_guard)
    assert refusal.value.code == "role_unknown"


def test_a_role_taken_away_is_gone_at_the_next_request(make_user, by_guard):
    user = make_user("clerk", Role.CLERK)
    revoke_role(user.role_grants.get(), by=by_guard)
    assert actor_of(User.objects.get(pk=user.pk)).acts == frozenset()


def test_nobody_takes_a_role_from_himself(guard, by_guard):
    with pytest.raises(DomainError) as refusal:
        revoke_role(guard.role_grants.get(), by=by_guard)
    assert refusal.value.code == "own_role"


def test_a_disabled_user_may_do_nothing(make_user):
    user = make_user("clerk", Role.CLERK, is_active=False)
    assert actor_of(user).acts == frozenset()


def test_a_superuser_flag_gives_no_act(make_user):
    assert actor_of(make_user("root", is_superuser=True, is_staff=True)).acts == frozenset()


def test_nobody_may_do_nothing():
    assert Actor().acts == frozenset()
    with pytest.raises(NotAllowed):
        Actor().require(Act.OVERSEE)


def test_every_grant_leaves_history(make_user, by_guard):
    user = make_user("clerk")
    grant = grant_role(user, Role.CLERK, by=by_guard)
    pk = grant.pk
    revoke_role(grant, by=by_guard)
    history = RoleGrant.pgh_event_models["insert"].objects.filter(pgh_obj_id=pk)
    assert history.exists()
