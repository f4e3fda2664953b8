"""What may stand in a draft: the basis, the fields that a list requires, the persons; and two people at one draft."""

from datetime import timedelta
from random import Random

import pytest
from django.db import IntegrityError, transaction

from jinan_credit.kernel import clock, crypto
from jinan_credit.kernel.errors import DomainError
from lists.enums import BasisKind, EntryState, PersonRole, RequiredField
from lists.models import Entry
from lists.services.entries import discard_entries, return_entries, revise_draft
from lists.services.proposals import approve_proposal, propose_correction
from lists.services.synthetic import citizen_number
from tests.cast import Cast, make_user, publish_one
from tests.lists.steps import R, draft, fresh, only, refused, submit, values

MINOR = [(BasisKind.SIMPLE_PENALTY, "simple_procedure"), (BasisKind.REMEDIED_PENALTY, "minor_remedied")]
SAID = [("适用简易程序当场处罚", "simple_procedure"), ("违法行为轻微并已及时改正", "minor_remedied")]


def revise(cast: Cast, entry: Entry, person: str = "clerk", *, seen_step: int | None = None, **given: object) -> Entry:
    return revise_draft(entry=entry, values=values(**given), by=cast.actor(person), seen_step=seen_step)


class TestBasis:
    """Rule 6, SD art. 13."""

    @pytest.mark.parametrize(("kind", "code"), MINOR)
    def test_a_minor_penalty_is_no_basis(self, cast: Cast, kind: str, code: str) -> None:
        with refused(code) as caught:
            draft(cast, basis_kind=kind)
        assert caught.value.field == "basis_kind"
        entry = draft(cast)
        with refused(code):
            revise(cast, entry, basis_kind=kind)

    @pytest.mark.parametrize(("words", "code"), SAID)
    def test_nor_where_only_the_texts_say_so(self, cast: Cast, words: str, code: str) -> None:
        with refused(code):
            draft(cast, facts=words)
        with refused(code):
            propose_correction(
                entry=publish_one(cast, seed=2), new_values={"facts": words}, by=cast.actor("clerk"), reason=R
            )

    def test_the_kind_that_was_stated_goes_before_the_words(self, cast: Cast) -> None:
        entry = draft(cast, basis_kind=BasisKind.PENALTY, facts="当事人主张适用简易程序当场处罚，经查不成立")
        assert entry.basis_kind == BasisKind.PENALTY

    @pytest.mark.parametrize(("kind", "code"), MINOR)
    def test_no_correction_makes_it_one(self, cast: Cast, kind: str, code: str) -> None:
        entry = publish_one(cast)
        with refused(code):
            propose_correction(entry=entry, new_values={"basis_kind": kind}, by=cast.actor("clerk"), reason=R)

    @pytest.mark.parametrize("kind", [kind for kind, _code in MINOR])
    def test_the_database_refuses_it(self, cast: Cast, kind: str) -> None:
        with pytest.raises(IntegrityError, match="entry_rests_on_no_minor_penalty"):
            only(draft(cast)).update(basis_kind=kind)

    def test_the_end_of_the_act_is_kept_and_corrected(self, cast: Cast) -> None:
        ended = clock.today() - timedelta(days=3)
        entry = publish_one(cast, basis_kind=BasisKind.JUDGMENT, act_ended_on=ended)
        assert (entry.basis_kind, entry.act_ended_on) == (BasisKind.JUDGMENT, ended)
        proposal = propose_correction(
            entry=entry,
            new_values={"act_ended_on": str(ended - timedelta(days=1)), "basis_kind": BasisKind.DECISION},
            by=cast.actor("clerk"),
            reason=R,
        )
        approve_proposal(proposal=proposal, by=cast.actor("reviewer"))
        assert fresh(entry).act_ended_on == ended - timedelta(days=1)


class TestRequiredFields:
    @pytest.mark.parametrize("name", RequiredField.values)
    def test_a_field_that_the_list_requires_is_given(self, cast: Cast, name: str) -> None:
        cast.red.required_fields = [name]
        cast.red.save()
        given = {"facts": "", "dishonesty_class": "", "representative": "", "term_to": None}
        with refused("field_required") as caught:
            draft(cast, credit_list=cast.red, **given)
        assert caught.value.field == name.lower()
        full = {"facts": "事实", "dishonesty_class": "MINOR", "representative": "某人", "term_to": clock.today()}
        entry = draft(cast, credit_list=cast.red, **{**given, name.lower(): full[name.lower()]})
        with refused("field_required"):
            revise(cast, entry, **given)

    def test_a_natural_person_has_no_representative(self, cast: Cast) -> None:
        cast.black.required_fields = [RequiredField.REPRESENTATIVE]
        cast.black.save()
        number = citizen_number(Random(3))
        entry = draft(
            cast,
            kind="NATURAL_PERSON",
            code=None,
            document_type="CITIZEN",
            number=number,
            name="王测试",
            representative="",
        )
        assert submit(cast, entry).state == EntryState.IN_REVIEW

    def test_a_related_person_may_be_the_representative(self, cast: Cast) -> None:
        cast.black.required_fields = [RequiredField.REPRESENTATIVE]
        cast.black.save()
        persons = [{"role": PersonRole.LEGAL_REPRESENTATIVE, "name": "某人"}]
        entry = draft(cast, representative="", related_persons=persons)
        assert submit(cast, entry).state == EntryState.IN_REVIEW

    def test_a_correction_does_not_empty_it(self, cast: Cast) -> None:
        entry = publish_one(cast)
        cast.black.required_fields = [RequiredField.FACTS]
        cast.black.save()
        with refused("field_required"):
            propose_correction(entry=fresh(entry), new_values={"facts": ""}, by=cast.actor("clerk"), reason=R)


class TestRelatedPersons:
    NUMBER = citizen_number(Random(9))
    DIRECTLY = PersonRole.DIRECTLY_RESPONSIBLE

    def person(self, **given: object) -> dict[str, object]:
        return {
            "role": self.DIRECTLY,
            "name": "李某",
            "document_type": "CITIZEN",
            "number": self.NUMBER,
            **given,
        }

    def test_they_are_kept_as_at_listing_with_sealed_numbers(self, cast: Cast) -> None:
        entry = draft(cast, representative="张某", related_persons=[self.person()])
        representative, person = entry.related_persons.order_by("role").reverse()
        assert (representative.role, representative.name) == (PersonRole.LEGAL_REPRESENTATIVE, "张某")
        assert crypto.unseal(person.sealed_number) == self.NUMBER
        assert self.NUMBER not in (person.sealed_number, person.masked_number)
        assert person.number_index == crypto.blind_index("CITIZEN", self.NUMBER)

    def test_a_known_one_keeps_the_number_that_is_not_given_again(self, cast: Cast) -> None:
        entry = draft(cast, representative="", related_persons=[self.person()])
        (known,) = entry.related_persons.all()
        kept = {"id": known.pk, "role": self.DIRECTLY, "name": "李某某", "document_type": "CITIZEN", "number": ""}
        new = {"role": PersonRole.PRINCIPAL, "name": "赵某"}
        revise(cast, entry, representative="", related_persons=[kept, new])
        first, second = entry.related_persons.all()
        assert (first.pk, first.name, first.sealed_number) == (known.pk, "李某某", known.sealed_number)
        assert (second.name, second.sealed_number, second.document_type) == ("赵某", "", "")

    def test_those_not_named_again_go_and_those_not_spoken_of_stay(self, cast: Cast) -> None:
        entry = draft(cast, representative="张某", related_persons=[self.person()])
        given = values(grounds="另一事由")
        del given["representative"]
        revise_draft(entry=entry, values=given, by=cast.actor("clerk"))
        assert entry.related_persons.count() == 2
        revise(cast, entry, representative="", related_persons=[])
        assert not entry.related_persons.exists()

    @pytest.mark.parametrize(
        "wrong",
        [
            {"role": "FRIEND"},
            {"name": ""},
            {"name": "名" * 101},
            {"number": "370102199001011234"},
            {"document_type": "LIBRARY"},
            {"document_type": ""},
            {"number": ""},
        ],
        ids=str,
    )
    def test_what_is_wrong_about_them_is_refused(self, cast: Cast, wrong: dict[str, str]) -> None:
        with refused("value_not_valid") as caught, transaction.atomic():
            draft(cast, related_persons=[self.person(**wrong)])
        assert caught.value.field == "related_persons"
        assert not Entry.objects.exists()


class TestTwoAtOneDraft:
    def test_what_was_not_seen_is_not_overwritten(self, cast: Cast) -> None:
        entry = draft(cast)
        seen = entry.last_step_id
        cast.colleague = make_user("colleague", cast.court, "CLERK")
        revise(cast, entry, "colleague", seen_step=seen, grounds="同事改的事由")
        with refused("edit_conflict") as caught:
            revise(cast, entry, seen_step=seen, grounds="我改的事由")
        details = caught.value.details
        assert (details["by"], details["step"]) == (str(cast.colleague), "revise")
        assert details["seen_step"] == fresh(entry).last_step_id
        assert fresh(entry).grounds == "同事改的事由"
        revise(cast, entry, seen_step=details["seen_step"], grounds="我改的事由")
        assert fresh(entry).grounds == "我改的事由"

    def test_a_return_meanwhile_is_a_conflict_too(self, cast: Cast) -> None:
        entry = draft(cast)
        seen = entry.last_step_id
        submit(cast, entry)
        with refused("entry_not_draft"):
            revise(cast, entry, seen_step=seen)
        return_entries(entries=only(entry), by=cast.actor("reviewer"), reason=R)
        with refused("edit_conflict") as caught:
            revise(cast, entry, seen_step=seen)
        assert caught.value.details["step"] == "return"

    def test_another_units_draft_is_not_there(self, cast: Cast) -> None:
        with refused("entry_not_found"):
            revise(cast, draft(cast), "stranger")


def test_a_batch_leaves_out_what_has_moved_on_and_says_so(cast: Cast) -> None:
    first, second, third = draft(cast, 1), submit(cast, draft(cast, 2)), submit(cast, draft(cast, 3))
    chosen = Entry.objects.filter(pk__in=[first.pk, second.pk, third.pk])
    outcome = return_entries(entries=chosen, by=cast.actor("reviewer"), reason="日期有误")
    assert (outcome.done, outcome.left_out_count) == (2, 1)
    (left,) = outcome.left_out
    assert (left.entry_id, left.name, left.code) == (first.pk, first.subject_name, "move_not_open")
    outcome = discard_entries(entries=chosen, by=cast.actor("clerk"), reason=R)
    assert outcome.done == 3


def test_of_many_left_out_the_first_hundred_are_told_and_all_are_counted(cast: Cast) -> None:
    entry = draft(cast)
    same = fresh(entry)
    copies = []
    for number in range(120):
        same.pk, same._state.adding, same.document_number = None, True, f"{number}号"
        same.state = EntryState.DISCARDED
        copies.append(Entry(**{f.attname: getattr(same, f.attname) for f in Entry._meta.fields if f.name != "id"}))
    Entry.objects.bulk_create(copies)
    outcome = discard_entries(entries=Entry.objects.filter(unit=cast.court), by=cast.actor("clerk"), reason=R)
    assert (outcome.done, outcome.left_out_count, len(outcome.left_out)) == (1, 120, 100)
    with pytest.raises(DomainError, match="120"):
        discard_entries(
            entries=Entry.objects.filter(unit=cast.court).exclude(pk=entry.pk), by=cast.actor("clerk"), reason=R
        )
