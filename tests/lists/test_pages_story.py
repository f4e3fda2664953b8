"""The walk of a list through the browser: file, drafts, review, publication, correction, removal."""

import io
from collections.abc import Iterator
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import RoleGrant
from lists.enums import EntryState, ExitReason, ImportStatus, ProposalState
from lists.models import Entry, EntryProposal, ListImport, NumberReveal, Publication
from lists.services.entries import draft_entry, submit_entries
from lists.services.import_jobs import check_import, run_import
from tests.cast import Cast, company_values, publish_one
from tests.lists.browser import signed_in
from tests.lists.files import row, xlsx

TODAY = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def on_a_working_day() -> Iterator[None]:
    with time_machine.travel(TODAY, tick=False):
        yield


def upload(client: Client, cast: Cast, file: io.BytesIO) -> ListImport:
    answer = client.post(reverse("import_new"), {"credit_list": cast.black.code, "file": file})
    assert answer.status_code == 302, answer.content.decode()
    return ListImport.objects.latest("pk")


def test_file_becomes_published_entries(cast: Cast) -> None:
    clerk, reviewer = signed_in(cast.clerk), signed_in(cast.reviewer)
    list_import = upload(clerk, cast, xlsx(row(1), row(2), row(3, 失信程度="极重")))
    page = reverse("import", args=[list_import.pk])
    assert "hx-get" in clerk.get(page).content.decode()
    check_import(list_import.pk)

    assert "极重" in clerk.get(page).content.decode()
    assert "测〔2026〕1号" in clerk.get(page, {"show": "new"}).content.decode()
    assert clerk.get(page, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert clerk.post(reverse("import_confirm", args=[list_import.pk])).status_code == 302
    run_import(list_import.pk)
    drafts = Entry.objects.filter(from_import=list_import)
    assert drafts.count() == 2

    chosen = {"all": "1", "query": f"state=DRAFT&from_import={list_import.pk}"}
    assert clerk.post(reverse("entries_submit"), chosen).status_code == 200
    assert drafts.filter(state=EntryState.DRAFT).count() == 2
    clerk.post(reverse("entries_submit"), {**chosen, "confirmed": "1", "expected": "2"})
    assert drafts.filter(state=EntryState.IN_REVIEW).count() == 2

    assert clerk.get(reverse("review")).status_code == 403
    queue = reviewer.get(reverse("review"))
    group = queue.context["groups"][0]
    assert group["waiting"] == 2
    assert reviewer.get(group["url"]).status_code == 200
    wanted = {
        "list": cast.black.code,
        "import": list_import.pk,
        "by": cast.clerk.pk,
        "all": "1",
        "decision": "publish",
    }
    confirm = reviewer.post(reverse("review_decide"), wanted)
    assert confirm.context["effect"].units == 2
    assert confirm.context["effect"].public == 2
    assert not Publication.objects.exists()
    done = reviewer.post(reverse("review_decide"), {**wanted, "confirmed": "1", "expected": "2"})
    publication = Publication.objects.get()
    assert done["Location"] == reverse("publication", args=[publication.pk])
    assert publication.count == 2
    shown = reviewer.get(done["Location"]).content.decode()
    assert publication.number in shown
    assert "济南测试1有限公司" in shown


def test_what_changed_since_it_was_shown_is_not_confirmed(cast: Cast) -> None:
    draft_entry(credit_list=cast.black, values=company_values(Random(1)), by=cast.actor("clerk"))
    clerk = signed_in(cast.clerk)
    answer = clerk.post(
        reverse("entries_submit"), {"all": "1", "query": "state=DRAFT", "confirmed": "1", "expected": "7"}
    )
    assert answer.status_code == 409
    assert Entry.objects.get().state == EntryState.DRAFT


def test_own_work_is_shown_but_not_decided(cast: Cast) -> None:
    RoleGrant.objects.create(user=cast.clerk, role=Role.REVIEWER)
    entry = draft_entry(credit_list=cast.black, values=company_values(Random(1)), by=cast.actor("clerk"))
    submit_entries(entries=Entry.objects.filter(pk=entry.pk), by=cast.actor("clerk"))
    clerk = signed_in(cast.clerk)
    queue = clerk.get(reverse("review")).context
    assert (queue["groups"][0]["count"], queue["groups"][0]["waiting"]) == (1, 0)
    group = clerk.get(queue["groups"][0]["url"]).content.decode()
    assert str(entry.pk) in group
    assert 'name="entry"' not in group
    names = [move.name for move in clerk.get(reverse("entry", args=[entry.pk])).context["moves"]]
    assert "publish" not in names

    wanted = {"list": cast.black.code, "by": cast.clerk.pk, "entry": str(entry.pk), "decision": "publish"}
    answer = clerk.post(reverse("review_decide"), {**wanted, "confirmed": "1", "expected": "1"})
    assert answer.status_code == 409
    assert clerk.post(reverse("entry_move", args=[entry.pk]), {"move": "publish"}).status_code == 409
    assert Entry.objects.get().state == EntryState.IN_REVIEW


def test_draft_by_hand_is_returned_revised_and_published(cast: Cast) -> None:
    clerk, reviewer = signed_in(cast.clerk), signed_in(cast.reviewer)
    values = {
        "kind": "LEGAL_PERSON",
        "name": "济南　测试Ａ有限公司",
        "code": "９１３７９９００ma0000001" + row(1)[2][-1],
        "basis": "测试法第一条",
        "document_number": "测〔2026〕1号",
        "document_on": "2026年11月1日",
        "decided_on": "20261101",
        "grounds": "测试事由",
        "representative": "测某",
    }
    address = f"{reverse('entry_new')}?credit_list={cast.black.code}"
    wrong = clerk.post(address, values)
    assert wrong.status_code == 400
    assert "dishonesty_class" in wrong.context["form"].errors
    answer = clerk.post(address, {**values, "dishonesty_class": "ORDINARY"})
    entry = Entry.objects.get()
    assert answer["Location"] == reverse("entry", args=[entry.pk])
    assert entry.subject.code == row(1)[2]
    assert entry.subject_name == "济南 测试A有限公司"

    move = reverse("entry_move", args=[entry.pk])
    clerk.post(move, {"move": "submit"})
    assert reviewer.post(move, {"move": "return"}).status_code == 400
    reviewer.post(move, {"move": "return", "reason": "文书日期不符"})
    page = clerk.get(reverse("entry", args=[entry.pk])).content.decode()
    assert "文书日期不符" in page
    edit = reverse("entry_edit", args=[entry.pk])
    assert clerk.get(edit).status_code == 200
    clerk.post(edit, {**values, "dishonesty_class": "ORDINARY", "document_on": "2026-10-01"})
    clerk.post(move, {"move": "submit"})
    assert clerk.get(edit).status_code == 409
    assert clerk.post(move, {"move": "publish"}).status_code == 403
    reviewer.post(move, {"move": "publish"})
    entry.refresh_from_db()
    assert entry.state == EntryState.PUBLISHED
    assert str(entry.document_on) == "2026-10-01"
    assert reviewer.post(move, {"move": "publish"}).status_code == 409


def test_correction_and_removal_need_a_second_person(cast: Cast) -> None:
    entry = publish_one(cast)
    clerk, reviewer = signed_in(cast.clerk), signed_in(cast.reviewer)
    correct = reverse("entry_correct", args=[entry.pk])
    form = clerk.get(correct).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    unchanged = clerk.post(correct, {**values, "reason": "x"})
    assert unchanged.status_code == 400
    clerk.post(correct, {**values, "grounds": "另一事由", "reason": "笔误"})
    proposal = EntryProposal.objects.get()
    decide = reverse("proposal", args=[proposal.pk])
    assert "另一事由" in reviewer.get(decide).content.decode()
    assert clerk.post(decide, {"move": "approve"}).status_code == 403
    assert str(proposal.pk) in reviewer.get(reverse("review")).content.decode()
    reviewer.post(decide, {"move": "approve"})
    page = reviewer.get(reverse("entry", args=[entry.pk]))
    changed = [(line.old, line.new) for line in page.context["versions"].lines if line.differs]
    assert changed == [("测试事由", "另一事由")]

    remove = reverse("entry_remove", args=[entry.pk])
    assert clerk.post(remove, {"exit_reason": ExitReason.REPAIRED, "reason": "x"}).status_code == 400
    clerk.post(remove, {"exit_reason": ExitReason.LISTED_IN_ERROR, "reason": "误列"})
    removal = EntryProposal.objects.get(state=ProposalState.OPEN)
    reviewer.post(reverse("proposal", args=[removal.pk]), {"move": "approve"})
    entry.refresh_from_db()
    assert entry.state == EntryState.REMOVED
    assert reviewer.get(reverse("entry", args=[entry.pk])).status_code == 200


def test_number_is_shown_with_a_reason_and_logged(cast: Cast) -> None:
    number = "379999199003072316"
    entry = publish_one(
        cast, kind="NATURAL_PERSON", code=None, document_type="CITIZEN", number=number, name="测某某", representative=""
    )
    clerk = signed_in(cast.clerk)
    assert number not in clerk.get(reverse("entry", args=[entry.pk])).content.decode()
    reveal = reverse("entry_number", args=[entry.pk])
    without = clerk.post(reveal, {"reason": " "}, headers={"HX-Request": "true"})
    assert without.status_code == 200
    assert number not in without.content.decode()
    assert not NumberReveal.objects.exists()
    answer = clerk.post(reveal, {"reason": "核对身份"}, headers={"HX-Request": "true"})
    assert number in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert NumberReveal.objects.get().reason == "核对身份"
    assert number in clerk.post(reveal, {"reason": "核对"}).content.decode()
    assert signed_in(cast.stranger).post(reveal, {"reason": "x"}).status_code == 404
    assert signed_in(cast.coordinator).post(reveal, {"reason": "x"}).status_code == 403


def test_same_file_twice_and_cancelled_import(cast: Cast) -> None:
    clerk = signed_in(cast.clerk)
    list_import = upload(clerk, cast, xlsx(row(1)))
    check_import(list_import.pk)
    again = clerk.post(reverse("import_new"), {"credit_list": cast.black.code, "file": xlsx(row(1))})
    assert again.status_code == 400
    assert str(list_import.pk) in again.content.decode()
    clerk.post(reverse("import_cancel", args=[list_import.pk]))
    list_import.refresh_from_db()
    assert list_import.status == ImportStatus.CANCELLED
    assert clerk.get(reverse("import", args=[list_import.pk])).status_code == 200
    assert clerk.post(reverse("import_confirm", args=[list_import.pk])).status_code == 409
