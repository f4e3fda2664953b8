"""重点任务: who reports on a row of the annex, what the coordinator asks, and what the pages say of it."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from PIL import Image

from catalog.enums import KeyTaskGroup, KeyTaskProgress, KeyTaskReportState, KeyTaskRequestState
from catalog.models import KeyTask, KeyTaskEvidence, KeyTaskNote, KeyTaskReport, KeyTaskRequest
from catalog.selectors import key_tasks_of
from catalog.services.key_tasks import (
    Progress,
    ask_for_report,
    discard_report,
    draft_report,
    note_on_task,
    revise_report,
    send_report,
    withdraw_request,
)
from catalog.services.load_reference import load_reference
from catalog.workflow import KEY_TASK_REPORT, KEY_TASK_REQUEST
from jinan_credit.accounts.actors import Actor, actor_of
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import StaffMessage, Unit
from jinan_credit.accounts.workbench import counters_for
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from jinan_credit.kernel.uploads import MOST_FILES, CleanFile, clean_upload
from lists.services.synthetic import citizen_number
from tests.cast import make_user


@pytest.fixture
def units(db: None) -> dict[str, Unit]:
    named = ("lead", "second", "heir", "other", "commission")
    return {code: Unit.objects.create(code=code, name=f"测试{code}") for code in named}


@pytest.fixture
def task(units: dict[str, Unit]) -> KeyTask:
    return a_task(1, units["lead"], units["second"])


@pytest.fixture
def clerk(units: dict[str, Unit]) -> Actor:
    return actor_of(make_user("lead-clerk", units["lead"], Role.CLERK))


@pytest.fixture
def coordinator(units: dict[str, Unit]) -> Actor:
    return actor_of(make_user("coordinator", units["commission"], Role.COORDINATOR))


def a_task(number: int, *leads: Unit, **values: Any) -> KeyTask:
    task = KeyTask.objects.create(
        number=number,
        **{
            "group": KeyTaskGroup.MEMORANDA,
            "content": f"测试任务{number}",
            "lead_text": "、".join(unit.name for unit in leads) or "相关部门",
            "cooperating_text": "市有关部门",
            "time_limit": "持续实施",
            "source": "test",
            **values,
        },
    )
    task.lead_units.set(leads)
    return task


def says(progress: str = KeyTaskProgress.UNDER_WAY, **values: Any) -> Progress:
    today = clock.today()
    given = {"text": "已推进", "period_from": today, "period_to": today, **values}
    return Progress(progress, **given)


def a_picture(size: int = 8) -> CleanFile:
    file = io.BytesIO()
    Image.new("RGB", (size, size)).save(file, "PNG")
    file.seek(0)
    return clean_upload(file)


def sent(task: KeyTask, by: Actor, progress: str = KeyTaskProgress.UNDER_WAY, **values: Any) -> KeyTaskReport:
    return send_report(report=draft_report(key_task=task, says=says(progress, **values), by=by), by=by)


def standing(task: KeyTask) -> KeyTask:
    return KeyTask.objects.with_standing().get(pk=task.pk)


def refusal_of(act: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        act()
    return refusal.value.code


def page_of(actor: Actor) -> Client:
    client = Client()
    assert actor.user is not None
    client.force_login(actor.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


class TestWhoReports:
    def test_the_lead_units_do_and_nobody_else(self, task: KeyTask, units: dict[str, Unit], coordinator: Actor) -> None:
        reviewer = actor_of(make_user("second-reviewer", units["second"], Role.REVIEWER))
        stranger = actor_of(make_user("stranger", units["other"], Role.CLERK))
        assert sent(task, reviewer).unit == units["second"]
        for nobody in (stranger, coordinator):
            assert refusal_of(lambda by=nobody: draft_report(key_task=task, says=says(), by=by)) == "not_your_task"  # type: ignore[misc]

    def test_a_successor_stands_in_for_a_lead_unit_that_has_ended(
        self, task: KeyTask, units: dict[str, Unit], clerk: Actor
    ) -> None:
        heir = actor_of(make_user("heir-clerk", units["heir"], Role.CLERK))
        assert not key_tasks_of(heir).exists()
        draft = draft_report(key_task=task, says=says(), by=clerk)
        end(units["lead"], units["heir"])
        assert sent(task, heir).unit == units["heir"]
        assert refusal_of(lambda: send_report(report=draft, by=clerk)) == "not_your_task"

    def test_a_task_whose_lead_is_no_unit_is_the_coordinators(
        self, task: KeyTask, units: dict[str, Unit], coordinator: Actor, clerk: Actor
    ) -> None:
        in_words = a_task(2)
        orphaned = a_task(3, units["other"])
        assert list(key_tasks_of(coordinator)) == [in_words]
        end(units["other"], None)
        assert set(key_tasks_of(coordinator)) == {in_words, orphaned}
        assert set(key_tasks_of(clerk)) == {task}
        assert sent(in_words, coordinator).unit == units["commission"]

    def test_a_person_without_the_act_or_a_unit_reports_on_nothing(self, task: KeyTask, units: dict[str, Unit]) -> None:
        officer = actor_of(make_user("officer", units["lead"], Role.TIP_OFF_OFFICER))
        alone = actor_of(make_user("alone", None, Role.CLERK))
        assert refusal_of(lambda: draft_report(key_task=task, says=says(), by=officer)) == "act_not_allowed"
        assert refusal_of(lambda: draft_report(key_task=task, says=says(), by=alone)) == "person_needed"


def end(unit: Unit, successor: Unit | None) -> None:
    unit.valid_to, unit.successor = clock.today() - timedelta(days=1), successor
    unit.save()


class TestReports:
    def test_the_status_of_a_task_is_that_of_its_last_report(self, task: KeyTask, clerk: Actor) -> None:
        assert (standing(task).progress, standing(task).reported_at) == ("", None)
        sent(task, clerk, KeyTaskProgress.UNDER_WAY)
        last = sent(task, clerk, KeyTaskProgress.CONTINUING)
        draft_report(key_task=task, says=says(KeyTaskProgress.NOT_BEGUN), by=clerk)
        assert (standing(task).progress, standing(task).reported_at) == ("CONTINUING", last.sent_at)

    def test_what_was_sent_is_never_changed(self, task: KeyTask, clerk: Actor) -> None:
        report = draft_report(key_task=task, says=says(), by=clerk, evidence=[a_picture()])
        send_report(report=report, by=clerk)
        assert refusal_of(lambda: revise_report(report=report, says=says(), by=clerk)) == "report_was_sent"
        file = KeyTaskEvidence.objects.get()
        forbidden: list[Callable[[], object]] = [
            lambda: KeyTaskReport.objects.update(text="改写"),
            lambda: KeyTaskReport.objects.all()._raw_delete("default"),
            lambda: KeyTaskEvidence.objects.all()._raw_delete("default"),
            lambda: KeyTaskEvidence.objects.update(size=1),
            lambda: KeyTaskEvidence.objects.create(
                report=report, file="x", sha256="x", size=1, added_by=file.added_by, added_at=clock.now()
            ),
        ]
        for act in forbidden:
            with pytest.raises(InternalError), transaction.atomic():
                act()

    def test_a_draft_is_written_anew_with_other_files(
        self, task: KeyTask, clerk: Actor, django_capture_on_commit_callbacks: Any
    ) -> None:
        report = draft_report(key_task=task, says=says(), by=clerk, evidence=[a_picture(8), a_picture(9)])
        first, second = report.evidence.all()
        with django_capture_on_commit_callbacks(execute=True):
            revise_report(
                report=report,
                says=says(KeyTaskProgress.DONE, text="完成"),
                by=clerk,
                without=[first.pk],
                evidence=[a_picture(10)],
            )
        assert (report.evidence.count(), second in report.evidence.all()) == (2, True)
        assert not first.file.storage.exists(first.file.name)
        assert second.file.storage.exists(second.file.name)
        assert list(report.moves.values_list("name", flat=True)) == ["draft", "revise"]

    def test_a_file_stands_once_and_there_are_not_too_many(
        self, task: KeyTask, clerk: Actor, tmp_path: Path, settings: Any
    ) -> None:
        """What was refused leaves no file behind."""
        settings.MEDIA_ROOT = tmp_path
        twice = [a_picture(), a_picture()]
        many = [a_picture(8 + n) for n in range(MOST_FILES + 1)]
        for files, code in ((twice, "evidence_known"), (many, "too_many_files")):
            assert (
                refusal_of(lambda f=files: draft_report(key_task=task, says=says(), by=clerk, evidence=f)) == code  # type: ignore[misc]
            )
        assert not list((tmp_path / "key-tasks").iterdir())

    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"text": " "}, "text_missing"),
            ({"text": f"已通知{citizen_number(Random(3))}"}, "number_told"),
            ({"period_from": date(2030, 1, 1)}, "period_backwards"),
            ({"period_to": date(2999, 1, 1)}, "day_to_come"),
        ],
    )
    def test_what_makes_no_sense_is_refused(
        self, task: KeyTask, clerk: Actor, values: dict[str, Any], code: str
    ) -> None:
        assert refusal_of(lambda: draft_report(key_task=task, says=says(**values), by=clerk)) == code

    def test_a_task_with_a_time_limit_is_done_and_does_not_go_on(self, units: dict[str, Unit], clerk: Actor) -> None:
        limited = a_task(5, units["lead"], due_on=date(2017, 12, 31))
        assert refusal_of(lambda: sent(limited, clerk, KeyTaskProgress.CONTINUING)) == "task_has_an_end"
        assert standing(limited).is_past_its_limit
        assert list(KeyTask.objects.overdue()) == [limited]
        sent(limited, clerk, KeyTaskProgress.DONE)
        assert not standing(limited).is_past_its_limit
        assert not KeyTask.objects.overdue().exists()

    def test_the_database_holds_the_days_and_the_sender_together(self, task: KeyTask, clerk: Actor) -> None:
        draft_report(key_task=task, says=says(), by=clerk)
        for values, constraint in (
            ({"period_from": date(2999, 1, 1)}, "key_task_report_ends_after_it_begins"),
            ({"state": "SENT"}, "key_task_report_sent_has_a_person_and_a_time"),
        ):
            with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
                KeyTaskReport.objects.update(**values)

    def test_two_who_write_at_once_do_not_overwrite_each_other(self, task: KeyTask, clerk: Actor) -> None:
        report = draft_report(key_task=task, says=says(), by=clerk)
        seen = report.moves.get().pk
        revise_report(report=report, says=says(text="甲"), by=clerk, seen_step=seen)
        late = refusal_of(lambda: revise_report(report=report, says=says(text="乙"), by=clerk, seen_step=seen))
        assert late == "edit_conflict"

    def test_who_sees_what(self, task: KeyTask, clerk: Actor, coordinator: Actor, units: dict[str, Unit]) -> None:
        draft, done = draft_report(key_task=task, says=says(), by=clerk), sent(task, clerk)
        co_lead = actor_of(make_user("second-clerk", units["second"], Role.CLERK))
        auditor = actor_of(make_user("auditor", None, Role.AUDIT_ADMIN))
        seen = {
            who.user.username: set(KeyTaskReport.objects.visible_to(who))  # type: ignore[union-attr]
            for who in (clerk, co_lead, coordinator, auditor)
        }
        assert seen == {
            "lead-clerk": {draft, done},
            "second-clerk": {done},
            "coordinator": {done},
            "auditor": set(),
        }
        assert refusal_of(lambda: send_report(report=draft, by=co_lead)) == "not_found"


class TestRequests:
    def test_the_next_report_answers_it(self, task: KeyTask, clerk: Actor, coordinator: Actor) -> None:
        request = ask_for_report(key_task=task, due_on=clock.today(), by=coordinator, text="请报进展")
        assert standing(task).asked_for_on == clock.today()
        report = sent(task, clerk)
        request.refresh_from_db()
        assert (request.state, report.answers, standing(task).asked_for_on) == ("ANSWERED", request, None)
        assert list(request.moves.values_list("name", "by__username")) == [
            ("ask", "coordinator"),
            ("answer", "lead-clerk"),
        ]

    def test_those_are_told_who_report_on_the_task(
        self, task: KeyTask, units: dict[str, Unit], coordinator: Actor
    ) -> None:
        """The lead units, and of one that ended its successor; where no unit leads, whoever keeps the catalogue."""
        end(units["lead"], units["heir"])
        in_words = a_task(2)
        for number, told in ((1, {"second", "heir"}), (2, {"commission"})):
            asked = KeyTask.objects.get(number=number)
            ask_for_report(key_task=asked, due_on=clock.today(), by=coordinator)
            messages = StaffMessage.objects.filter(kind="key_task.asked", values__number=number)
            assert set(messages.values_list("unit__code", flat=True)) == told
        assert sent(in_words, coordinator).unit == units["commission"]

    def test_it_is_late_after_its_day(self, task: KeyTask, coordinator: Actor) -> None:
        ask_for_report(key_task=task, due_on=clock.today(), by=coordinator)
        assert not KeyTask.objects.report_late().exists()
        with time_machine.travel(clock.now() + timedelta(days=1)):
            assert list(KeyTask.objects.report_late()) == list(KeyTask.objects.overdue()) == [task]
            assert standing(task).is_report_late

    def test_one_at_a_time_and_not_for_a_day_that_is_over(self, task: KeyTask, coordinator: Actor) -> None:
        today = clock.today()
        past = today - timedelta(days=1)
        assert refusal_of(lambda: ask_for_report(key_task=task, due_on=past, by=coordinator)) == "day_past"
        first = ask_for_report(key_task=task, due_on=today, by=coordinator)
        assert refusal_of(lambda: ask_for_report(key_task=task, due_on=today, by=coordinator)) == "already_asked"
        assert refusal_of(lambda: withdraw_request(request=first, by=coordinator, reason=" ")) == "reason_missing"
        withdraw_request(request=first, by=coordinator, reason="误发")
        assert standing(task).asked_for_on is None
        ask_for_report(key_task=task, due_on=today, by=coordinator)
        with pytest.raises(InternalError, match="is_never_deleted"), transaction.atomic():
            KeyTaskRequest.objects.all()._raw_delete("default")

    def test_a_unit_neither_asks_nor_notes(self, task: KeyTask, clerk: Actor, coordinator: Actor) -> None:
        assert refusal_of(lambda: ask_for_report(key_task=task, due_on=clock.today(), by=clerk)) == "act_not_allowed"
        assert refusal_of(lambda: note_on_task(key_task=task, text="注", by=clerk)) == "act_not_allowed"
        assert refusal_of(lambda: note_on_task(key_task=task, text=" ", by=coordinator)) == "text_missing"
        number = citizen_number(Random(3))
        assert refusal_of(lambda: note_on_task(key_task=task, text=number, by=coordinator)) == "number_told"
        asked = lambda: ask_for_report(key_task=task, due_on=clock.today(), by=coordinator, text=number)  # noqa: E731
        assert refusal_of(asked) == "number_told"
        note_on_task(key_task=task, text="请补充", by=coordinator)
        with pytest.raises(InternalError, match="append_only"), transaction.atomic():
            KeyTaskNote.objects.update(text="改写")


LAWFUL = {
    ("DRAFT", "send"): (Role.CLERK, Role.REVIEWER, Role.COORDINATOR),
    ("DRAFT", "discard"): (Role.CLERK, Role.REVIEWER, Role.COORDINATOR),
    ("DRAFT", "revise"): (Role.CLERK, Role.REVIEWER, Role.COORDINATOR),
    ("ASKED", "withdraw"): (Role.COORDINATOR,),
}


@pytest.mark.parametrize("role", list(Role))
def test_every_state_and_move_by_role(task: KeyTask, clerk: Actor, coordinator: Actor, role: Role) -> None:
    """Of a person in a lead unit. A request is answered by a report alone."""
    reports = {"DRAFT": draft_report(key_task=task, says=says(), by=clerk), "SENT": sent(task, clerk)}
    reports["DISCARDED"] = discard_report(report=draft_report(key_task=task, says=says(), by=clerk), by=clerk)
    requests = {}
    for state, act in (("ANSWERED", lambda _r: sent(task, clerk)), ("WITHDRAWN", _withdraw(coordinator))):
        requests[state] = ask_for_report(key_task=task, due_on=clock.today(), by=coordinator)
        act(requests[state])
    requests["ASKED"] = ask_for_report(key_task=task, due_on=clock.today(), by=coordinator)
    actor = actor_of(make_user(f"as-{role}", clerk.unit, role))
    acts: dict[str, Callable[[Any], Any]] = {
        "send": lambda one: send_report(report=one, by=actor),
        "discard": lambda one: discard_report(report=one, by=actor),
        "revise": lambda one: revise_report(report=one, says=says(), by=actor),
        "withdraw": lambda one: withdraw_request(request=one, by=actor, reason="误发"),
    }
    assert {*reports} == {*KeyTaskReportState.values}
    assert {*requests} == {*KeyTaskRequestState.values}
    cases = [(KEY_TASK_REPORT, reports), (KEY_TASK_REQUEST, requests)]
    for workflow, objects in cases:
        for state, one in objects.items():
            for move in workflow:
                if move.name in ("draft", "ask", "answer"):
                    continue
                with transaction.atomic():
                    if role in LAWFUL.get((state, move.name), ()):
                        assert acts[move.name](one).state == move.target
                    else:
                        refused = refusal_of(lambda m=move, o=one: acts[m.name](o))  # type: ignore[misc]
                        assert refused in {"move_not_open", "act_not_allowed", "report_was_sent"}
                    transaction.set_rollback(True)


def _withdraw(by: Actor) -> Callable[[KeyTaskRequest], object]:
    return lambda request: withdraw_request(request=request, by=by, reason="误发")


class TestWorkbench:
    def test_counters_equal_the_lists_they_open(
        self, task: KeyTask, units: dict[str, Unit], clerk: Actor, coordinator: Actor
    ) -> None:
        a_task(2, units["other"])
        for one in KeyTask.objects.all():
            ask_for_report(key_task=one, due_on=clock.today(), by=coordinator)
        with time_machine.travel(clock.now() + timedelta(days=1)):
            for actor, label, count in (
                (clerk, "Key tasks to report on", 1),
                (coordinator, "Reports on key tasks overdue", 2),
                (coordinator, "Key tasks to report on", 0),
            ):
                counter = next(one for one in counters_for(actor) if str(one.label) == _in_chinese(label))
                assert (counter.count, counter.is_urgent) == (count, label != "Key tasks to report on" or count > 0)
                shown = page_of(actor).get(counter.url).context
                assert shown["total"] == count


def _in_chinese(text: str) -> str:
    with translation.override("zh-hans"):
        return translation.gettext(text)


class TestPages:
    def test_the_annex_is_shown_group_by_group(self, db: None) -> None:
        load_reference()
        clerk = actor_of(make_user("clerk", Unit.objects.get(code="finance"), Role.CLERK))
        answer = page_of(clerk).get(reverse("key_tasks"))
        groups = answer.context["groups"]
        assert [len(group.tasks) for group in groups] == [19, 4, 4, 4]
        text = answer.content.decode()
        assert "济南市加强守信联合激励和失信联合惩戒重点任务分工" in text
        assert "（一） 落实国家联合奖惩备忘录" in text
        assert "现为：市市场监管局" in text
        assert page_of(clerk).get(f"{reverse('key_tasks')}?own=yes").context["total"] == 1
        assert page_of(clerk).get(f"{reverse('key_tasks')}?overdue=yes").context["total"] == 6
        assert page_of(clerk).get(f"{reverse('key_tasks')}?progress=none").context["total"] == 31

    def test_it_costs_the_same_for_one_report_and_for_many(
        self, task: KeyTask, units: dict[str, Unit], clerk: Actor, coordinator: Actor
    ) -> None:
        client = page_of(clerk)
        sent(task, clerk)
        costs = []
        for more in (0, 8):
            for number in range(more):
                another = a_task(10 + number, units["lead"])
                for one in (task, another):
                    send_report(
                        report=draft_report(key_task=one, says=says(), by=clerk, evidence=[a_picture()]), by=clerk
                    )
                note_on_task(key_task=task, text="注", by=coordinator)
            with CaptureQueriesContext(connection) as queries:
                for address in (reverse("key_tasks"), reverse("key_task", args=[1]), reverse("workbench")):
                    assert client.get(address).status_code == 200
            costs.append(len(queries))
        assert costs[0] == costs[1]

    def test_a_report_goes_from_the_form_to_the_task(self, task: KeyTask, clerk: Actor, coordinator: Actor) -> None:
        client, today = page_of(clerk), clock.today()
        ask_for_report(key_task=task, due_on=today, by=coordinator, text="请附数据")
        address = reverse("key_task_report_new", args=[1])
        file = SimpleUploadedFile("原名.png", a_picture().content)
        typed = {"period_from": today, "period_to": today, "progress": "UNDER_WAY", "text": "已推进", "evidence": file}
        wrong = client.post(address, {**typed, "evidence": SimpleUploadedFile("x.pdf", b"<html>")})
        assert (wrong.status_code, KeyTaskReport.objects.count()) == (422, 0)
        file.seek(0)
        kept = client.post(address, typed)
        report = KeyTaskReport.objects.get()
        assert kept["Location"] == reverse("key_task_report", args=[report.pk])
        assert "请附数据" in client.get(reverse("key_task", args=[1])).content.decode()
        page = client.get(kept["Location"])
        assert [move.name for move in page.context["moves"]] == ["send", "discard"]
        client.post(kept["Location"], {"move": "send"})
        assert KeyTaskReport.objects.get().state == "SENT"
        download = client.get(reverse("key_task_evidence", args=[report.pk, report.evidence.get().pk]))
        assert download["Content-Disposition"].startswith("attachment")
        assert "原名" not in download["Content-Disposition"]
        download.close()

    def test_others_find_neither_drafts_nor_what_the_coordinator_wrote(
        self, task: KeyTask, units: dict[str, Unit], clerk: Actor, coordinator: Actor
    ) -> None:
        draft = draft_report(key_task=task, says=says(text="草稿内容"), by=clerk, evidence=[a_picture()])
        note_on_task(key_task=task, text="内部批注", by=coordinator)
        ask_for_report(key_task=task, due_on=clock.today(), by=coordinator, text="催办要求")
        stranger = page_of(actor_of(make_user("stranger", units["other"], Role.CLERK)))
        shown = stranger.get(reverse("key_task", args=[1]))
        assert shown.status_code == 200
        assert not any(hidden in shown.content.decode() for hidden in ("草稿内容", "内部批注", "催办要求"))
        for name, args in (
            ("key_task_report", [draft.pk]),
            ("key_task_report_edit", [draft.pk]),
            ("key_task_evidence", [draft.pk, draft.evidence.get().pk]),
            ("key_task_report_new", [1]),
        ):
            assert stranger.get(reverse(name, args=args)).status_code == 404, name
        assert stranger.post(reverse("key_task_report", args=[draft.pk]), {"move": "send"}).status_code == 404
        for name in ("key_task_ask", "key_task_note"):
            assert stranger.get(reverse(name, args=[1])).status_code == 403
        assert Client().get(reverse("key_tasks")).status_code == 302

    def test_the_coordinator_asks_notes_and_withdraws(self, task: KeyTask, coordinator: Actor) -> None:
        client, day = page_of(coordinator), clock.today() + timedelta(days=7)
        assert client.post(reverse("key_task_ask", args=[1]), {"due_on": date(2020, 1, 1)}).status_code == 422
        client.post(reverse("key_task_ask", args=[1]), {"due_on": day, "text": "请报"})
        client.post(reverse("key_task_note", args=[1]), {"text": "请补充"})
        text = client.get(reverse("key_task", args=[1])).content.decode()
        assert "请报" in text
        assert "请补充" in text
        client.post(reverse("key_task", args=[1]), {"move": "withdraw", "reason": "误发"})
        assert KeyTaskRequest.objects.get().state == "WITHDRAWN"
        assert client.post(reverse("key_task", args=[1]), {"move": "withdraw"}).status_code == 404


def test_the_public_reads_nothing_of_key_tasks(task: KeyTask, clerk: Actor) -> None:
    sent(task, clerk)
    for address in ("/", reverse("about"), reverse("public_catalogue"), reverse("sitemap")):
        assert "测试任务1" not in Client().get(address).content.decode()
