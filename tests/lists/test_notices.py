"""告知书: what is issued, how it is numbered, what it says, who sees it, how its service is recorded."""

import re
import threading
from datetime import timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from dateutil.relativedelta import relativedelta
from django.db import Error, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import RuleProfile
from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.models import User
from jinan_credit.kernel import clock
from lists.enums import ChangeReason, DocumentType, ExitReason, Mark, NoticeKind, PublicationKind, SubjectKind
from lists.letters import Letter
from lists.models import Entry, Notice, NoticeSerial, Publication
from lists.services import notices as service
from lists.services.amendments import correct_entry, mark_entry
from lists.services.entries import draft_entry, submit_entries
from lists.services.notice_rows import new_codes
from lists.services.notices import issue_notices, issue_notices_of_proposal, sweep_notices
from lists.services.publications import publish_entries
from lists.services.removals import expire_entries, remove_entry
from lists.services.synthetic import citizen_number
from lists.tasks import issue_notices as issue_notices_task
from tests.cast import Cast, company_values, publish_one
from tests.lists.browser import signed_in


def issued_for(entry: Entry) -> Notice:
    """The notice of the entry's last publication."""
    entry.refresh_from_db()
    assert entry.last_publication is not None
    issue_notices(entry.last_publication)
    return Notice.objects.select_related("wording").get(entry=entry, publication=entry.last_publication)


def page_of(user: User, notice: Notice) -> str:
    answer = signed_in(user).get(reverse("notice", args=[notice.pk]), headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return str(answer.content.decode())


def published(cast: Cast, count: int, seed: int = 1) -> Publication:
    """`count` entries published as one act."""
    random, clerk = Random(seed), cast.actor("clerk")
    drafts = [draft_entry(credit_list=cast.black, values=company_values(random), by=clerk) for _ in range(count)]
    mine = Entry.objects.filter(pk__in=[draft.pk for draft in drafts])
    submit_entries(entries=mine, by=clerk)
    return publish_entries(credit_list=cast.black, entries=mine, by=cast.actor("reviewer"))


def proposed(cast: Cast, count: int = 1, seed: int = 50) -> list[Notice]:
    random = Random(seed)
    drafts = [
        draft_entry(credit_list=cast.black, values=company_values(random), by=cast.actor("clerk")) for _ in range(count)
    ]
    entries = Entry.objects.filter(pk__in=[draft.pk for draft in drafts])
    assert issue_notices_of_proposal(entries=entries, by=cast.actor("clerk")) == count
    return list(Notice.objects.filter(entry__in=drafts).select_related("wording").order_by("serial"))


class TestIssuing:
    def test_a_listing_gives_each_party_one_numbered_notice(self, cast: Cast) -> None:
        publication = published(cast, 3)
        assert issue_notices(publication) == 3
        assert issue_notices(publication) == 0
        notices = list(Notice.objects.filter(publication=publication).select_related("wording").order_by("serial"))
        year = clock.today().year
        assert [str(notice) for notice in notices] == [f"测试法院信告〔{year}〕{n}号" for n in (1, 2, 3)]
        assert {notice.kind for notice in notices} == {NoticeKind.LISTING}
        assert len({notice.verification_code for notice in notices}) == 3
        assert len({notice.wording_id for notice in notices}) == 1
        assert {notice.version for notice in notices} == {1}

    def test_numbers_go_on_from_act_to_act(self, cast: Cast) -> None:
        publication = published(cast, 2)
        issue_notices(publication)
        proposed(cast, 2)
        issued_for(publish_one(cast, seed=3))
        assert list(Notice.objects.order_by("serial").values_list("serial", flat=True)) == [1, 2, 3, 4, 5]
        assert NoticeSerial.objects.get().last == 5

    def test_numbers_begin_anew_each_year(self, cast: Cast) -> None:
        first = issued_for(publish_one(cast))
        with time_machine.travel(clock.now() + relativedelta(years=1), tick=False):
            second = issued_for(publish_one(cast, seed=2))
        assert (first.serial, second.serial) == (1, 1)
        assert second.year == first.year + 1

    def test_a_refused_act_uses_up_no_number(self, cast: Cast) -> None:
        def refused_after_the_notices() -> None:
            with transaction.atomic():
                proposed(cast, 3)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            refused_after_the_notices()
        assert proposed(cast, 1)[0].serial == 1

    def test_chunks_join_without_gaps(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(service, "CHUNK", 2)
        publication = published(cast, 5)
        assert issue_notices(publication) == 5
        assert list(Notice.objects.order_by("serial").values_list("serial", flat=True)) == [1, 2, 3, 4, 5]
        publication.refresh_from_db()
        assert publication.notices_issued == 5

    def test_an_interrupted_work_is_taken_up_where_it_stopped(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(service, "CHUNK", 2)
        publication = published(cast, 5)
        service._issue_chunk(publication.pk)
        assert sweep_notices() == [publication.pk]
        issue_notices_task(publication.pk)
        assert sweep_notices() == []
        assert Notice.objects.count() == 5

    def test_marks_and_stays_give_no_notice(self, cast: Cast) -> None:
        entry = publish_one(cast)
        issued_for(entry)
        marked = mark_entry(
            entry=entry, mark=Mark.OBJECTION_OPEN, change_reason=ChangeReason.OBJECTION_OPENED, by=SYSTEM
        )
        assert marked is not None
        assert issue_notices(marked) == 0
        assert sweep_notices() == []

    def test_an_expiry_gives_notice_for_each_unit_under_its_own_numbers(self, cast: Cast) -> None:
        cast.black.initiating_units.add(cast.finance)
        issued_for(publish_one(cast))
        publish_one(cast, seed=2)
        other = Entry.objects.get(pk=publish_one(cast, seed=3).pk)
        Entry.objects.filter(pk=other.pk).update(unit=cast.finance)
        for publication in Publication.objects.all():
            issue_notices(publication)
        with time_machine.travel(clock.now() + timedelta(days=2000), tick=False):
            assert expire_entries() == 3
            publication = Publication.objects.filter(kind=PublicationKind.REMOVAL).get()
            assert issue_notices(publication) == 3
        removals = Notice.objects.filter(publication=publication)
        assert set(removals.filter(unit=cast.court).values_list("serial", flat=True)) == {1, 2}
        assert removals.filter(unit=cast.finance).get().serial == 1

    def test_rows_loaded_without_changes_do_not_stop_the_sweep(self, cast: Cast) -> None:
        bare = Publication.objects.create(
            credit_list=cast.black,
            kind=PublicationKind.LISTING,
            change_reason=ChangeReason.PUBLISHED,
            published_at=clock.now(),
            count=25_000,
        )
        assert sweep_notices() == [bare.pk]
        assert issue_notices(bare) == 0
        assert sweep_notices() == []

    def test_the_sweep_takes_a_few_at_a_time(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(service, "MOST_SWEPT", 1)
        first = published(cast, 1)
        publish_one(cast, seed=9)
        assert sweep_notices() == [first.pk]

    def test_codes_are_of_the_unmistakable_alphabet(self) -> None:
        codes = new_codes(1000)
        assert len(set(codes)) == 1000
        assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{16}", code) for code in codes)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_issue_each_notice_once(cast: Cast) -> None:
    publications = [published(cast, 20, seed=1), published(cast, 20, seed=2)]
    barrier, failures = threading.Barrier(4), []

    def work(publication: Publication) -> None:
        try:
            barrier.wait()
            issue_notices(publication)
        except Exception as error:  # noqa: BLE001 - told by the test itself
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[publication]) for publication in publications * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert list(Notice.objects.order_by("serial").values_list("serial", flat=True)) == list(range(1, 41))


class TestContent:
    def test_a_listing_tells_grounds_measures_repair_objection_and_remedies(self, cast: Cast) -> None:
        entry = publish_one(cast, grounds="拒不履行判决", facts="欠款未还")
        notice = issued_for(entry)
        remedies = RuleProfile.objects.for_case("remedies", clock.today())
        text = page_of(cast.clerk, notice)
        for said in (
            entry.subject_name,
            str(entry.subject.code),
            entry.document_number,
            "拒不履行判决",
            "欠款未还",
            cast.ban.content,
            cast.warning.content,
            f"{remedies['reconsideration_days']} days",
            f"{remedies['suit_months']} months",
            "Credit repair",
            "Objection",
            str(entry.term_rule and entry.term_rule.title),
            notice.code_in_groups,
            "/verify/",
        ):
            assert said in text
        assert "(seal)" in text

    def test_the_day_of_repair_is_that_of_the_rule(self, cast: Cast) -> None:
        from lists.selectors import repairable_on

        entry = publish_one(cast)
        notice = issued_for(entry)
        expected = repairable_on(Entry.objects.select_related("credit_list", "term_rule").get(pk=entry.pk))
        assert notice.content["repairable_on"] == str(expected)

    def test_a_red_listing_promises_rewards_and_speaks_of_no_repair(self, cast: Cast) -> None:
        text = page_of(cast.clerk, issued_for(publish_one(cast, credit_list=cast.red, dishonesty_class="")))
        assert cast.praise.content in text
        assert "Rewards you may expect" in text
        assert "Credit repair" not in text
        assert "Reconsideration and suit" not in text

    def test_a_correction_shows_old_and_new_values(self, cast: Cast) -> None:
        entry = publish_one(cast, grounds="旧的事由")
        issued_for(entry)
        correct_entry(
            entry=entry,
            new_values={
                "grounds": "新的事由",
                "facts": "补充的事实",
                "dishonesty_class": "MINOR",
                "term_to": str(clock.today()),
            },
            made_by=cast.clerk,
            by=cast.actor("reviewer"),
            reason="文书笔误",
        )
        notice = issued_for(entry)
        assert notice.kind == NoticeKind.CORRECTION
        assert notice.version == 2
        lines = {str(line.label): (line.old, line.new) for line in Letter(notice).corrections}
        assert ("旧的事由", "新的事由") in lines.values()
        assert ("测试事实", "补充的事实") in lines.values()
        assert len(lines) == 4
        text = page_of(cast.clerk, notice)
        assert "旧的事由" in text
        assert "文书笔误" in text

    def test_what_a_notice_said_stays_when_the_entry_is_corrected(self, cast: Cast) -> None:
        entry = publish_one(cast, grounds="旧的事由")
        notice = issued_for(entry)
        cast.ban.content = "改了名的措施"
        cast.ban.save()
        correct_entry(
            entry=entry,
            new_values={"grounds": "新的事由"},
            made_by=cast.clerk,
            by=cast.actor("reviewer"),
            reason="笔误",
        )
        text = page_of(cast.clerk, notice)
        assert "旧的事由" in text
        assert "新的事由" not in text
        assert "限制参加政府采购" in text

    def test_a_notice_issued_late_says_what_was_published(self, cast: Cast) -> None:
        entry = publish_one(cast, grounds="旧的事由")
        first = entry.last_publication
        correct_entry(
            entry=entry,
            new_values={"grounds": "新的事由"},
            made_by=cast.clerk,
            by=cast.actor("reviewer"),
            reason="笔误",
        )
        assert first is not None
        issue_notices(first)
        assert Notice.objects.get(publication=first).content["grounds"] == "旧的事由"

    def test_a_removal_names_its_reason(self, cast: Cast) -> None:
        entry = publish_one(cast)
        issued_for(entry)
        remove_entry(
            entry=entry,
            exit_reason=ExitReason.LISTED_IN_ERROR,
            made_by=cast.clerk,
            by=cast.actor("reviewer"),
            reason="经查不属实",
        )
        notice = issued_for(entry)
        assert notice.kind == NoticeKind.REMOVAL
        text = page_of(cast.clerk, notice)
        assert "Listed in error" in text
        assert "经查不属实" in text
        assert "Measures you must expect" not in text
        assert "Reconsideration and suit" not in text

    def test_leaving_a_red_list_as_dishonoured_names_the_remedies(self, cast: Cast) -> None:
        entry = publish_one(cast, credit_list=cast.red, dishonesty_class="")
        remove_entry(
            entry=entry,
            exit_reason=ExitReason.DISHONOURED,
            made_by=cast.clerk,
            by=cast.actor("reviewer"),
            reason="失信",
        )
        assert "Reconsideration and suit" in page_of(cast.clerk, issued_for(entry))

    def test_a_proposal_tells_of_statement_and_defence_in_working_days(self, cast: Cast) -> None:
        (notice,) = proposed(cast)
        assert (notice.kind, notice.version, notice.publication_id) == (NoticeKind.PROPOSED_LISTING, 0, None)
        assert notice.made_by == cast.clerk
        days = RuleProfile.objects.for_case("notice", clock.today())["defence_wd"]
        text = page_of(cast.clerk, notice)
        assert f"Within {days} working days" in text
        assert "Reconsideration and suit" not in text
        assert "Credit repair" not in text

    def test_proposals_of_two_lists_have_a_wording_each(self, cast: Cast) -> None:
        clerk = cast.actor("clerk")
        drafts = [
            draft_entry(credit_list=cast.black, values=company_values(Random(1)), by=clerk),
            draft_entry(credit_list=cast.red, values=company_values(Random(2), dishonesty_class=""), by=clerk),
        ]
        chosen = Entry.objects.filter(pk__in=[draft.pk for draft in drafts])
        assert issue_notices_of_proposal(entries=chosen, by=clerk) == 2
        lists = Notice.objects.order_by("entry").values_list("wording__credit_list", flat=True)
        assert set(lists) == {cast.black.pk, cast.red.pk}

    def test_the_number_of_a_person_is_masked(self, cast: Cast) -> None:
        number = citizen_number(Random(4))
        entry = publish_one(
            cast,
            seed=4,
            kind=SubjectKind.NATURAL_PERSON,
            name="王测试",
            code=None,
            document_type=DocumentType.CITIZEN,
            number=number,
            representative="",
        )
        notice = issued_for(entry)
        text = page_of(cast.clerk, notice)
        assert entry.subject.masked_number in text
        assert number not in text
        assert number not in str(notice.content)
        assert entry.subject.sealed_number not in str(notice.content)

    def test_the_letter_is_chinese_by_default_and_english_says_so(self, cast: Cast) -> None:
        notice = issued_for(publish_one(cast))
        assert "A translation for reading" in page_of(cast.clerk, notice)
        chinese = signed_in(cast.clerk).get(reverse("notice", args=[notice.pk])).content.decode()
        assert "A translation for reading" not in chinese

    def test_markup_in_names_is_text(self, cast: Cast) -> None:
        evil = '"><img src=x onerror=alert(1)>{{7*7}}'
        text = page_of(cast.clerk, issued_for(publish_one(cast, name=evil, grounds=evil, facts=evil)))
        assert "<img src=x" not in text
        assert "&lt;img src=x" in text


class TestTheDatabaseRefuses:
    @pytest.fixture
    def notice(self, cast: Cast) -> Notice:
        return issued_for(publish_one(cast))

    def refused(self, **values: Any) -> None:
        with pytest.raises(Error), transaction.atomic():
            Notice.objects.update(**values)

    def test_changing_what_was_said(self, notice: Notice) -> None:
        self.refused(content={"subject": {"name": "别人"}})
        self.refused(serial=99)
        self.refused(verification_code="0" * 16)
        self.refused(issued_on=clock.today() - timedelta(days=1))

    def test_changing_the_wording(self, notice: Notice) -> None:
        with pytest.raises(Error), transaction.atomic():
            type(notice.wording).objects.update(content={})

    def test_deleting(self, notice: Notice) -> None:
        with pytest.raises(Error), transaction.atomic():
            Notice.objects.all()._raw_delete("default")

    def test_a_second_notice_for_the_same_publication(self, notice: Notice) -> None:
        notice.pk, notice.serial, notice.verification_code = None, 99, "0" * 16
        with pytest.raises(Error, match="publication_gives_one_notice_an_entry"), transaction.atomic():
            notice.save(force_insert=True)

    def test_a_number_twice(self, notice: Notice) -> None:
        notice.pk, notice.publication, notice.verification_code = None, None, "0" * 16
        with pytest.raises(Error, match="notice_number_is_unique"), transaction.atomic():
            notice.save(force_insert=True)

    def test_a_code_twice(self, notice: Notice) -> None:
        notice.pk, notice.publication, notice.serial = None, None, 99
        with pytest.raises(Error, match="notice_code_confirms_one"), transaction.atomic():
            notice.save(force_insert=True)

    def test_service_without_a_person(self, notice: Notice) -> None:
        self.refused(served_on=clock.today(), served_how="直接送达")

    def test_service_before_the_issue(self, cast: Cast, notice: Notice) -> None:
        self.refused(served_on=clock.today() - timedelta(days=1), served_how="直接送达", served_by=cast.clerk)

    def test_emptying_is_what_the_purge_may_do(self, cast: Cast, notice: Notice) -> None:
        Notice.objects.update(content={}, served_on=clock.today(), served_how="直接送达", served_by=cast.clerk)
        text = page_of(cast.clerk, notice)
        assert notice.number in text
        assert "its number stays" in text
        notice.wording.content = {}
        assert Letter(notice).remedies_until is None
        assert notice.wording.issuer == notice.wording.unit_name


class TestPages:
    @pytest.fixture
    def notice(self, cast: Cast) -> Notice:
        return issued_for(publish_one(cast))

    def test_are_there_for_the_unit_and_the_coordinator_alone(self, cast: Cast, notice: Notice) -> None:
        pages = [reverse("notice", args=[notice.pk]), reverse("notices_print", args=[notice.publication_id])]
        for who in (cast.clerk, cast.reviewer, cast.coordinator):
            for page in pages:
                assert signed_in(who).get(page).status_code == 200, page
            assert notice.number in signed_in(who).get(reverse("notices")).content.decode()
        for who in (cast.finance_clerk, cast.stranger):
            for page in pages:
                assert signed_in(who).get(page).status_code == 404, page
            assert notice.number not in signed_in(who).get(reverse("notices")).content.decode()
            served = {"served_on": str(clock.today()), "served_how": "直接送达"}
            assert signed_in(who).post(pages[0], served).status_code == 404
        assert signed_in(cast.coordinator).post(pages[0], {"served_on": "x"}).status_code == 404
        notice.refresh_from_db()
        assert notice.served_on is None

    def test_ask_for_a_signed_in_person(self, client: Client, notice: Notice) -> None:
        for page in (
            reverse("notices"),
            reverse("notice", args=[notice.pk]),
            reverse("notices_print", args=[notice.publication_id]),
        ):
            assert client.get(page)["Location"].startswith(reverse("account_login"))

    def test_service_is_recorded_and_begins_the_limits(self, cast: Cast, notice: Notice) -> None:
        client = signed_in(cast.clerk)
        page = reverse("notice", args=[notice.pk])
        served = {"served_on": str(clock.today()), "served_how": "邮寄送达 EMS1234"}
        assert client.post(page, served, follow=True).status_code == 200
        notice.refresh_from_db()
        assert (notice.served_on, notice.served_how, notice.served_by) == (
            clock.today(),
            "邮寄送达 EMS1234",
            cast.clerk,
        )
        until = Letter(notice).remedies_until
        assert until == (clock.today() + timedelta(days=60), clock.today() + relativedelta(months=6))
        text = client.get(page).content.decode()
        assert str(clock.today() + timedelta(days=60)) in text
        again = client.post(page, served)
        assert again.status_code == 400

    @pytest.mark.parametrize(
        "values",
        [
            {"served_on": "", "served_how": "直接送达"},
            {"served_on": "2026-02-31", "served_how": "直接送达"},
            {"served_on": "2099-01-01", "served_how": "直接送达"},
            {"served_on": "2017-06-13", "served_how": "直接送达"},
            {"served_on": "2026-11-25", "served_how": " "},
        ],
    )
    def test_what_cannot_be_is_refused_beside_its_field(
        self, cast: Cast, notice: Notice, values: dict[str, str]
    ) -> None:
        answer = signed_in(cast.clerk).post(reverse("notice", args=[notice.pk]), values)
        assert answer.status_code == 400
        assert "field-error" in answer.content.decode()
        notice.refresh_from_db()
        assert notice.served_on is None

    def test_a_reviewer_records_no_service(self, cast: Cast, notice: Notice) -> None:
        page = reverse("notice", args=[notice.pk])
        answer = signed_in(cast.reviewer).post(page, {"served_on": str(clock.today()), "served_how": "直接送达"})
        assert answer.status_code == 400
        notice.refresh_from_db()
        assert notice.served_on is None

    def test_filters(self, cast: Cast, notice: Notice) -> None:
        (draft,) = proposed(cast)
        client = signed_in(cast.clerk)

        def found(**query: str) -> set[str]:
            text = client.get(reverse("notices"), query).content.decode()
            return {one.number for one in (notice, draft) if one.number in text}

        today = clock.today()
        assert found() == {notice.number, draft.number}
        assert found(kind=NoticeKind.LISTING) == {notice.number}
        assert found(served="no") == {notice.number, draft.number}
        assert found(served="yes") == set()
        assert found(credit_list=cast.red.code) == set()
        assert found(credit_list=cast.black.code) == {notice.number, draft.number}
        assert found(publication=str(notice.publication_id)) == {notice.number}
        assert found(issued_from=str(today + timedelta(days=1))) == set()
        assert found(issued_to=str(today)) == {notice.number, draft.number}
        assert found(kind="x' OR 1=1 --") <= {notice.number, draft.number}

    def test_the_number_of_queries_does_not_grow(self, cast: Cast) -> None:
        client = signed_in(cast.clerk)
        counts = []
        for seed in (1, 2, 3):
            publication = published(cast, 10 * seed, seed=seed)
            issue_notices(publication)
            with CaptureQueriesContext(connection) as listed:
                client.get(reverse("notices"))
            with CaptureQueriesContext(connection) as printed:
                client.get(reverse("notices_print", args=[publication.pk]))
            counts.append((len(listed), len(printed)))
        assert len(set(counts)) == 1

    def test_a_publication_is_printed_in_parts(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("lists.views.notices.PART", 2)
        publication = published(cast, 5)
        issue_notices(publication)
        client = signed_in(cast.clerk)
        page = reverse("notices_print", args=[publication.pk])
        sizes = [client.get(page, {"part": part}).content.decode().count("<article") for part in (1, 2, 3)]
        assert sizes == [2, 2, 1]
        for part in ("4", "0", "-1", "x", "9" * 30, "１"):
            assert client.get(page, {"part": part}).status_code == 404
        assert client.get(reverse("notices_print", args=[10**20])).status_code == 404
        shown = client.get(reverse("publication", args=[publication.pk])).content.decode()
        assert page in shown
        assert 'max="3"' in client.get(page).content.decode()

    def test_the_entry_lists_its_notices(self, cast: Cast, notice: Notice) -> None:
        from lists.views.notices import notices_panel

        entry = notice.entry
        assert notices_panel(entry, cast.actor("clerk"))["notices"] == [notice]
        assert notices_panel(entry, cast.actor("finance_clerk"))["notices"] == []
