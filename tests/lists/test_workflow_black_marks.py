"""Rule 3, both ways: a black entry flags the red ones, and the flag goes with the last black entry."""

from datetime import timedelta
from random import Random

import time_machine

from jinan_credit.kernel import clock
from lists.enums import ChangeReason, ExitReason, ListKind, Mark, PublicationKind
from lists.models import Change, Entry, Publication
from lists.services.entries import draft_entry, submit_entries
from lists.services.publications import publish_entries
from lists.services.removals import expire_entries, remove_entry
from tests.cast import Cast, company_values, make_list, publish_one
from tests.lists.steps import R, fresh, lift, publish, refused, stay, submit


def red_entry(cast: Cast, seed: int = 1, **given: object) -> Entry:
    return publish_one(cast, seed=seed, **{"credit_list": cast.red, "dishonesty_class": "", **given})


def black_entry(cast: Cast, red: Entry, seed: int = 50, **given: object) -> Entry:
    return publish_one(cast, seed=seed, code=red.subject.code, **given)


def waiting_entry(cast: Cast, red: Entry, seed: int = 60, days: int = 1) -> Entry:
    """A published black entry whose term begins in some days."""
    begins = clock.today() + timedelta(days=days)
    return black_entry(cast, red, seed, term_from=begins, term_to=begins + timedelta(days=30))


def leave(cast: Cast, entry: Entry) -> Publication:
    return remove_entry(
        entry=entry,
        exit_reason=ExitReason.LISTED_IN_ERROR,
        made_by=cast.clerk,
        by=cast.actor("reviewer"),
        reason=R,
    )


def marks(entry: Entry) -> list[str]:
    return fresh(entry).marks


def test_one_publication_of_marks_a_red_list_however_many_entries(cast: Cast) -> None:
    second_list = make_list(
        "TRED2", "第二红名单", ListKind.RED, cast.court, cast.red.memoranda.get(), term_profile="term-reward"
    )
    reds = [red_entry(cast, seed) for seed in (1, 2, 3)]
    reds.append(red_entry(cast, 4, credit_list=second_list))
    for number, red in enumerate(reds):
        values = company_values(Random(60 + number), code=red.subject.code)
        draft_entry(credit_list=cast.black, values=values, by=cast.actor("clerk"))
    drafts = Entry.objects.filter(credit_list=cast.black)
    submit_entries(entries=drafts, by=cast.actor("clerk"))
    publication = publish_entries(credit_list=cast.black, entries=drafts, by=cast.actor("reviewer"))
    told = Publication.objects.filter(kind=PublicationKind.MARK).order_by("credit_list__code")
    assert [(one.credit_list.code, one.count, one.change_reason) for one in told] == [
        ("TRED", 3, "BLACK_LISTED"),
        ("TRED2", 1, "BLACK_LISTED"),
    ]
    assert all(marks(red) == [Mark.BLACK_LISTED] for red in reds)
    for one in (*told, publication):
        assert one.last_seq - one.first_seq + 1 == one.count
    body = Change.objects.get(entry=reds[0], version=2).body
    assert body["marks"] == [Mark.BLACK_LISTED]
    step = reds[0].moves.order_by("-pk")[0]
    assert (step.name, step.by, step.from_state) == ("black_listed", None, "PUBLISHED")


def test_the_flag_goes_with_the_last_black_entry(cast: Cast) -> None:
    red = red_entry(cast)
    first, second = black_entry(cast, red, 50), black_entry(cast, red, 51)
    assert Publication.objects.filter(kind=PublicationKind.MARK).count() == 1
    leave(cast, first)
    assert marks(red) == [Mark.BLACK_LISTED]
    leave(cast, second)
    assert marks(red) == []
    change = Change.objects.filter(entry=red).order_by("-version")[0]
    assert (change.op, change.reason, change.body["marks"]) == ("upsert", ChangeReason.BLACK_LIST_LEFT, [])


def test_the_flag_goes_also_when_the_black_entry_expires(cast: Cast) -> None:
    red = red_entry(cast, term_to=clock.today() + timedelta(days=400))
    black = black_entry(cast, red, term_to=clock.today() + timedelta(days=30))
    with time_machine.travel(black.term_to + timedelta(days=1), tick=False):
        assert expire_entries() == 1
        assert marks(red) == []


def test_a_stay_of_the_black_entry_takes_the_flag_off_and_its_end_puts_it_on(cast: Cast) -> None:
    red = red_entry(cast)
    black = black_entry(cast, red)
    stay(cast, black)
    assert marks(red) == []
    lift(cast, black)
    assert marks(red) == [Mark.BLACK_LISTED]


def test_a_red_entry_whose_stay_ends_catches_up(cast: Cast) -> None:
    red = red_entry(cast)
    stay(cast, red)
    black = black_entry(cast, red)
    assert marks(red) == []
    lift(cast, red)
    assert marks(red) == [Mark.BLACK_LISTED]
    stay(cast, red)
    leave(cast, black)
    lift(cast, red)
    assert marks(red) == []


def test_a_black_entry_whose_term_begins_later_hinders_and_flags(cast: Cast) -> None:
    red = red_entry(cast)
    black = waiting_entry(cast, red)
    assert marks(red) == [Mark.BLACK_LISTED]
    values = company_values(Random(70), code=red.subject.code, dishonesty_class="")
    second = submit(cast, draft_entry(credit_list=cast.red, values=values, by=cast.actor("clerk")))
    with refused("black_listed"):
        publish(cast, second)
    leave(cast, black)
    assert marks(red) == []
    publish(cast, second)
    assert fresh(second).is_in_force


def test_the_flag_stays_while_another_black_entry_waits_for_its_term(cast: Cast) -> None:
    red = red_entry(cast)
    first = black_entry(cast, red, 50)
    waiting = waiting_entry(cast, red)
    leave(cast, first)
    assert marks(red) == [Mark.BLACK_LISTED]
    stay(cast, waiting)
    assert marks(red) == []
    lift(cast, waiting)
    assert marks(red) == [Mark.BLACK_LISTED]


def test_the_flag_stays_when_one_expires_and_another_waits(cast: Cast) -> None:
    red = red_entry(cast, term_to=clock.today() + timedelta(days=400))
    first = black_entry(cast, red, 50, term_to=clock.today() + timedelta(days=30))
    waiting_entry(cast, red, days=60)
    with time_machine.travel(first.term_to + timedelta(days=1), tick=False):
        assert expire_entries() == 1
        assert marks(red) == [Mark.BLACK_LISTED]


def test_a_red_entry_whose_stay_ends_learns_of_a_black_term_to_come(cast: Cast) -> None:
    red = red_entry(cast)
    stay(cast, red)
    waiting_entry(cast, red)
    lift(cast, red)
    assert marks(red) == [Mark.BLACK_LISTED]


def test_what_is_on_no_black_list_may_be_published_on_a_red_one(cast: Cast) -> None:
    red = red_entry(cast)
    black = black_entry(cast, red)
    values = company_values(Random(70), code=red.subject.code, dishonesty_class="")
    second = submit(cast, draft_entry(credit_list=cast.red, values=values, by=cast.actor("clerk")))
    with refused("black_listed"):
        publish_entries(credit_list=cast.red, entries=Entry.objects.filter(pk=second.pk), by=cast.actor("reviewer"))
    stay(cast, black)
    publish_entries(credit_list=cast.red, entries=Entry.objects.filter(pk=second.pk), by=cast.actor("reviewer"))
    assert fresh(second).is_in_force


def test_flagging_many_takes_as_many_queries_as_one(cast: Cast, django_assert_max_num_queries) -> None:
    reds = [red_entry(cast, seed) for seed in range(1, 9)]
    for number, red in enumerate(reds):
        values = company_values(Random(80 + number), code=red.subject.code)
        draft_entry(credit_list=cast.black, values=values, by=cast.actor("clerk"))
    drafts = list(Entry.objects.filter(credit_list=cast.black).order_by("pk").values_list("pk", flat=True))
    submit_entries(entries=Entry.objects.filter(pk__in=drafts), by=cast.actor("clerk"))
    counts = []
    for ids in (drafts[:1], drafts[1:]):
        reviewer = cast.actor("reviewer")
        with django_assert_max_num_queries(100) as captured:
            publish_entries(credit_list=cast.black, entries=Entry.objects.filter(pk__in=ids), by=reviewer)
        counts.append(len(captured))
    assert counts[1] <= counts[0]
