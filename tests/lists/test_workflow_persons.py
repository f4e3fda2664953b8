"""Related persons of a published entry are corrected: proposed sealed, decided by another, told to the units anew."""

import json
from random import Random
from typing import Any

from django.db import connection
from django.urls import reverse

from jinan_credit.accounts.enums import DataProfile
from jinan_credit.kernel import crypto, masking
from lists.enums import NoticeKind, PersonRole, RequiredField
from lists.letters import Letter
from lists.models import Change, Entry, EntryProposal, Notice, RelatedPerson
from lists.selectors import entries_of, render_body
from lists.services.notices import issue_notices
from lists.services.proposals import approve_proposal, propose_correction
from lists.services.synthetic import citizen_number
from tests.cast import Cast, publish_one
from tests.lists.browser import signed_in
from tests.lists.steps import R, fresh, refused

WRONG, RIGHT = citizen_number(Random(11)), citizen_number(Random(12))
BOSS = {"role": PersonRole.PRINCIPAL, "name": "李误写", "document_type": "CITIZEN", "number": WRONG}


def listed(cast: Cast, **values: Any) -> tuple[Entry, RelatedPerson, RelatedPerson]:
    """An entry with its legal representative, known by name, and a principal with a number."""
    entry = publish_one(cast, representative="张某某", related_persons=[BOSS], **values)
    one, other = entry.related_persons.order_by("role")
    assert (one.role, other.role) == (PersonRole.LEGAL_REPRESENTATIVE, PersonRole.PRINCIPAL)
    return entry, one, other


def kept(person: RelatedPerson, **changed: Any) -> dict[str, Any]:
    """As the form gives a person of whom nothing else changes."""
    values = {"id": person.pk, "role": person.role, "name": person.name, "document_type": person.document_type}
    return {**values, "number": "", **changed}


def proposed(cast: Cast, entry: Entry, *persons: dict[str, Any], **values: Any) -> EntryProposal:
    return propose_correction(
        entry=entry, new_values={**values, "related_persons": list(persons)}, by=cast.actor("clerk"), reason=R
    )


def approve(cast: Cast, proposal: EntryProposal) -> None:
    approve_proposal(proposal=proposal, by=cast.actor("reviewer"))


def persons_told(entry: Entry) -> list[list[tuple[str, str | None]]]:
    bodies = Change.objects.filter(entry=entry).order_by("version").values_list("body", flat=True)
    full = [render_body(body, DataProfile.FULL) for body in bodies if body is not None]
    return [[(one["name"], one["document_number"]) for one in body["related_persons"]] for body in full]


def test_name_and_number_are_corrected_and_the_units_get_a_new_version(cast: Cast) -> None:
    entry, boss, principal = listed(cast)
    proposal = proposed(cast, entry, kept(boss, name="章某某"), kept(principal, name="李正写", number=RIGHT))
    assert entries_of(document_type="CITIZEN", document_number=WRONG).in_force().exists()
    approve(cast, proposal)
    before, after = persons_told(entry)
    assert set(before) == {("张某某", None), ("李误写", WRONG)}
    assert set(after) == {("章某某", None), ("李正写", RIGHT)}
    assert {boss.pk, principal.pk} == set(entry.related_persons.values_list("pk", flat=True))
    assert entries_of(document_type="CITIZEN", document_number=RIGHT).in_force().get() == entry
    assert not entries_of(document_type="CITIZEN", document_number=WRONG).in_force().exists()
    history: Any = principal._meta.get_field("events").related_model
    assert list(history.objects.filter(pgh_obj=principal.pk).order_by("pgh_id").values_list("name", flat=True)) == [
        "李误写",
        "李正写",
    ]
    assert entry.moves.get(name="correct").by == cast.reviewer


def test_one_comes_and_one_goes_and_who_is_not_touched_keeps_his_number(cast: Cast) -> None:
    entry, boss, principal = listed(cast)
    sealed = principal.sealed_number
    new = {"role": PersonRole.ACTUAL_CONTROLLER, "name": "王新增", "document_type": "CITIZEN", "number": RIGHT}
    approve(cast, proposed(cast, entry, kept(principal), new))
    assert persons_told(entry)[-1] == [("李误写", WRONG), ("王新增", RIGHT)]
    assert RelatedPerson.objects.get(pk=principal.pk).sealed_number == sealed
    assert not RelatedPerson.objects.filter(pk=boss.pk).exists()


def test_no_number_stands_in_clear_anywhere(cast: Cast) -> None:
    entry, boss, principal = listed(cast)
    proposal = proposed(cast, entry, kept(boss), kept(principal, number=RIGHT))
    row = proposal.new_values["related_persons"][1]
    assert crypto.unseal(row["sealed_number"]) == RIGHT
    assert row["masked_number"] == masking.mask_document_number(RIGHT)
    assert "number" not in row
    with connection.cursor() as cursor:
        for table in ("lists_entryproposal", "lists_entryproposalevent"):
            cursor.execute(f"SELECT count(*) FROM {table} WHERE new_values::text LIKE %s", [f"%{RIGHT}%"])
            assert cursor.fetchone() == (0,)
    assert RIGHT not in json.dumps(proposal.new_values)


def test_what_stays_as_it_is_is_not_proposed(cast: Cast) -> None:
    entry, boss, principal = listed(cast)
    same = (kept(boss), kept(principal, number=WRONG))
    with refused("nothing_changes"):
        proposed(cast, entry, *same)
    assert proposed(cast, entry, *same, grounds="另一事由").new_values == {"grounds": "另一事由"}


def test_a_list_that_requires_a_representative_keeps_one(cast: Cast) -> None:
    entry, boss, principal = listed(cast)
    cast.black.required_fields = [RequiredField.REPRESENTATIVE]
    cast.black.save()
    with refused("field_required"):
        proposed(cast, fresh(entry), kept(principal))
    assert proposed(cast, fresh(entry), kept(boss, name="章某某")).new_values


def test_a_wrong_number_and_a_stranger_are_refused(cast: Cast) -> None:
    entry, boss, principal = listed(cast)
    for wrong in ({"number": "379999199003072317"}, {"document_type": "PASSPORT"}, {"role": "FRIEND"}):
        with refused("value_not_valid"):
            proposed(cast, entry, kept(boss), kept(principal, **wrong))
    proposal = proposed(cast, entry, kept(boss), kept(principal, name="李正写"))
    principal.delete()
    with refused("value_not_valid"):
        approve(cast, proposal)


def test_another_person_sees_both_with_their_numbers_masked(cast: Cast) -> None:
    entry, boss, principal = listed(cast)
    other = WRONG[:6] + RIGHT[6:14] + WRONG[14:]
    proposal = proposed(cast, entry, kept(boss), kept(principal, document_type="PASSPORT", number=other))
    masked = masking.mask_document_number(WRONG)
    assert masking.mask_document_number(other) == masked
    page = signed_in(cast.reviewer).get(reverse("proposal", args=[proposal.pk]))
    ((before, after),) = [(line.old, line.new) for line in page.context["lines"]]
    for words in (before, after):
        assert "李误写" in words
        assert masked in words
    assert ("不同" in before, "不同" in after) == (False, True)
    text = page.content.decode()
    for number in (WRONG, other):
        assert number not in text
    approve(cast, proposal)
    assert "李误写" in signed_in(cast.reviewer).get(reverse("proposal", args=[proposal.pk])).content.decode()


class TestForm:
    def values(self, clerk: Any, address: str) -> dict[str, Any]:
        form = clerk.get(address).context["form"]
        parts = [form, form.persons.management_form, *form.persons.forms]
        values = {part.add_prefix(name): part[name].value() for part in parts for name in part.fields}
        return {name: "" if value is None else value for name, value in values.items() if value is not False}

    def test_it_edits_adds_and_takes_out(self, cast: Cast) -> None:
        entry, boss, principal = listed(cast)
        clerk, address = signed_in(cast.clerk), reverse("entry_correct", args=[entry.pk])
        text = clerk.get(address).content.decode()
        assert "列入时" in text
        assert masking.mask_document_number(WRONG) in text
        assert WRONG not in text
        values = {**self.values(clerk, address), "reason": "笔误"}
        assert clerk.post(address, values).status_code == 400
        rows = {values[f"person-{n}-id"]: n for n in range(2)}
        mine, his = f"person-{rows[boss.pk]}", f"person-{rows[principal.pk]}"
        empty = clerk.post(address, {**values, f"{mine}-name": ""})
        assert empty.status_code == 400
        assert "name" in empty.context["form"].persons.forms[rows[boss.pk]].errors
        assert f"#id_{mine}-name" in empty.content.decode()
        given = {
            f"{mine}-name": "章某某",
            f"{his}-leaves": "on",
            "person-2-role": "ACTUAL_CONTROLLER",
            "person-2-name": "王新增",
            "person-2-document_type": "CITIZEN",
            "person-2-number": RIGHT,
        }
        assert clerk.post(address, {**values, **given}).status_code == 302
        approve(cast, EntryProposal.objects.get())
        assert persons_told(entry)[-1] == [("章某某", None), ("王新增", RIGHT)]

    def test_without_the_rows_nobody_is_touched(self, cast: Cast) -> None:
        entry, *_ = listed(cast)
        clerk, address = signed_in(cast.clerk), reverse("entry_correct", args=[entry.pk])
        values = {name: value for name, value in self.values(clerk, address).items() if not name.startswith("person-")}
        assert clerk.post(address, {**values, "grounds": "另一事由", "reason": "笔误"}).status_code == 302
        assert EntryProposal.objects.get().new_values == {"grounds": "另一事由"}


class TestLetter:
    def letter(self, cast: Cast, entry: Entry, *persons: dict[str, Any], **values: Any) -> Letter:
        approve(cast, proposed(cast, entry, *persons, **values))
        publication = fresh(entry).last_publication
        assert publication is not None
        issue_notices(publication)
        return Letter(Notice.objects.select_related("wording").get(kind=NoticeKind.CORRECTION))

    def test_it_names_the_persons_before_and_after(self, cast: Cast) -> None:
        entry, boss, principal = listed(cast)
        letter = self.letter(cast, entry, kept(boss, name="章某某"), kept(principal), grounds="另一事由")
        lines = [(line.old, line.new) for line in letter.corrections]
        assert len(lines) == 2
        assert ("张某某" in lines[1][0], "章某某" in lines[1][1]) == (True, True)
        assert "李误写" in lines[1][1]

    def test_it_tells_of_a_number_without_the_number(self, cast: Cast) -> None:
        entry, boss, principal = listed(cast)
        letter = self.letter(cast, entry, kept(boss), kept(principal, number=RIGHT))
        assert letter.corrections == []
        page = signed_in(cast.clerk).get(reverse("notice", args=[letter.notice.pk])).content.decode()
        assert "证件号码" in page
        assert RIGHT not in page
