"""A city at work: something in every state, so that every page has something to show."""

import io
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from urllib.parse import urlencode

import time_machine
from django.urls import reverse
from PIL import Image

from catalog.enums import ArticleKind, KeyTaskGroup, KeyTaskProgress
from catalog.models import (
    Article,
    CatalogItem,
    InformationCatalog,
    KeyTask,
    KeyTaskReport,
    Measure,
    MemorandumReceipt,
    MemorandumVersion,
    Standard,
)
from catalog.selectors import work_calendar
from catalog.services.information_catalog import (
    ItemField,
    ItemText,
    add_item,
    change_item,
    issue_edition,
    open_edition,
    record_update,
    remove_item,
    review_edition,
)
from catalog.services.key_tasks import (
    Progress,
    ask_for_report,
    discard_report,
    draft_report,
    note_on_task,
    send_report,
    withdraw_request,
)
from catalog.services.measures import Clause, add_measure
from catalog.services.memoranda import circulate_version, confirm_receipt, open_memorandum, revise_memorandum
from jinan_credit.accounts.actors import SYSTEM, actor_of
from jinan_credit.accounts.applicants import Applicant, Relation
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import StaffMessage, Unit
from jinan_credit.accounts.services.staff_messages import mark_read
from jinan_credit.exchange.models import Download, Endpoint, OfficeHook
from jinan_credit.exchange.rules import Position
from jinan_credit.exchange.services.downloads import confirm_download, take_again, take_download
from jinan_credit.kernel import clock
from jinan_credit.kernel.uploads import CleanFile, clean_upload
from jinan_credit.oversight.enums import CaseSort, ReportKind, VerificationScope
from jinan_credit.oversight.models import CityReport, Erasure, Seal, SupervisionNotice, Verification
from jinan_credit.oversight.pages import PAGES
from jinan_credit.oversight.rules import periods_over
from lists.enums import (
    CreditPromiseKind,
    DishonestyClass,
    DocumentKind,
    DocumentType,
    EntryState,
    ExitReason,
    FeedbackMode,
    ImportStatus,
    NominatorKind,
    ProceedingKind,
    SubjectKind,
)
from lists.models import (
    CreditPromise,
    DefenceStatement,
    Entry,
    EntryExport,
    EntryProposal,
    LargeStep,
    ListImport,
    Nomination,
    Notice,
    Proceeding,
    Publication,
    Subscription,
)
from lists.services.credit_promises import decide_credit_promise, enter_credit_promise
from lists.services.defence import notify_entries, record_service, record_statement
from lists.services.documents import add_document
from lists.services.entries import draft_entry, return_entries, submit_entries
from lists.services.exports import request_export, run_export
from lists.services.import_jobs import check_import
from lists.services.imports import start_import
from lists.services.nominations import decline_nomination, nominate
from lists.services.notices import issue_notices
from lists.services.orders import Order
from lists.services.proceedings import record_proceeding
from lists.services.proposals import approve_proposal, propose_correction, propose_removal, propose_stay
from lists.services.removals import remove_entry
from lists.services.subjects import add_older_code, rename_subject
from lists.services.subscriptions import begin_subscription
from lists.services.synthetic import citizen_number, uscc
from objections.enums import ObjectionGrounds, ObjectionState
from objections.models import HelpRequest, Objection, TipOff
from objections.services.decisions import dismiss_objection
from objections.services.extensions import ask_extension
from objections.services.help import answer_help, ask_help
from objections.services.objections import accept_objection, examine_objection, submit_objection
from objections.services.pauses import pause_objection
from objections.services.reporters import Reporter, see_reporter
from objections.services.tip_offs import Claim, answer_tip_off, assign_tip_off, forward_tip_off, receive_tip_off
from objections.services.verifying import not_substantiate_tip_off, verify_tip_off
from repair.models import RepairApplication
from repair.services.applications import Plea, accept_repair, submit_repair, verify_repair
from repair.services.decisions import approve_repair
from sanctions.enums import Outcome, PartyKind
from sanctions.models import Bulletin, CaseReport, Hit, Portfolio, Screening, ScreeningBatch, UnitTask, WrittenPromise
from sanctions.rules import Matter, Party
from sanctions.selectors.cases import executions_for_cases
from sanctions.services.attachments import attach
from sanctions.services.batch_copy import keep_copy
from sanctions.services.bulletins import draft_bulletin, withdraw_bulletin
from sanctions.services.cases import withdraw_case
from sanctions.services.claims import claim_task, name_substitute
from sanctions.services.executions import Report, answer_hit, cancel_execution, enforce
from sanctions.services.judgements import judge_not_same
from sanctions.services.liftings import Settlement
from sanctions.services.periodic_feedback import open_periodic_feedback
from sanctions.services.portfolio_changes import tell_portfolios
from sanctions.services.portfolios import keep_batch, make_portfolio
from sanctions.services.promises import GivenPromise, move_promise
from sanctions.services.screenings import screen
from sanctions.services.unit_tasks import settle_measures, sign_task
from tests.cast import Cast, company_values, make_user, publish_many, publish_one
from tests.integration.processes import wait_until
from tests.lists.files import row, xlsx
from tests.oversight.reporting import a_report
from tests.oversight.supervising import IN_STATE, publish_long_ago
from tests.sanctions.conftest import a_case, an_execution, issued
from tests.sanctions.parties import ndjson, screened_file

REPORTER = Reporter("欧阳举报", "13905310000")
"""Who made every tip-off: to be found nowhere."""

LONG_NAME = "济南测试国际进出口贸易与供应链管理服务（集团）有限责任公司历下分公司"


def fill(cast: Cast) -> None:
    """Publications with thirty entries, drafts, proposals, imports, screenings, cases, a push address."""
    publish_many(cast, 30)
    plain, disputed = (
        publish_one(cast, seed=seed, name=name) for seed, name in ((2, LONG_NAME), (3, "济南异议测试公司"))
    )
    minor, repaired, leaving = (
        publish_one(cast, seed=seed, dishonesty_class=DishonestyClass.MINOR) for seed in (4, 5, 6)
    )
    rewarded = publish_one(cast, seed=7, credit_list=cast.red, dishonesty_class="")
    released = publish_one(cast, seed=9)
    number = citizen_number(Random(8))
    person = {"kind": SubjectKind.NATURAL_PERSON, "code": "", "document_type": DocumentType.CITIZEN, "number": number}
    publish_one(cast, seed=8, name="王测试", representative="", **person)
    _draft(cast)
    _export(cast)
    _large_steps(cast)
    _import(cast)
    _screen(cast, plain)
    _enforce(cast, rewarded, released)
    _batch(cast, plain)
    _object(cast, plain, disputed)
    _report(cast)
    _repair(cast, minor, repaired)
    propose_removal(
        entry=leaving,
        exit_reason=ExitReason.BASIS_CHANGED,
        by=cast.actor("clerk"),
        reason="依据文书已撤销",
        order=Order("（2026）测撤1号", "测试上级法院", clock.today()),
        learned_on=clock.today(),
    )
    _nominate(cast)
    _promise(cast, disputed)
    _tell_stories()
    _give_notice()
    _report_cases(cast)
    _hear(cast)
    _download(cast)
    _stay(cast)
    _circulate(cast)
    _subscribe(cast)
    _owe_a_quarter(cast)
    _supervise(cast)
    _seal()
    _report_on_key_tasks(cast)
    _keep_the_catalogue(cast)
    _report_to_the_city(cast)
    Endpoint.objects.create(
        unit=cast.finance, url="https://push.example.org/jinan-credit/changes", verified_at=clock.now()
    )
    _tell_staff(cast)


def addresses(cast: Cast) -> dict[str, list[str]]:
    """For each route with arguments, or with a query that matters: the sample pages."""
    entries = {state: Entry.objects.filter(state=state).order_by("made_at")[:1] for state in EntryState.values}
    draft, published = (list(entries[state]) for state in (EntryState.DRAFT, EntryState.PUBLISHED))
    people = Entry.objects.filter(subject_kind=SubjectKind.NATURAL_PERSON)[:1]
    public = list(Entry.objects.public().order_by("made_at")[:2])
    waiting = Entry.objects.filter(state=EntryState.IN_REVIEW)[:1]
    queries = [{"list": one.credit_list.code, "import": "", "by": one.submitted_by_id} for one in waiting]
    screenings = list(Screening.objects.all())
    tasks = UnitTask.objects.filter(unit=cast.finance)
    signed, release = tasks.filter(kind="SIGN").exclude(state="TO_SIGN")[:1], tasks.filter(kind="RELEASE")[:1]
    period = tasks.filter(kind="FEEDBACK")
    return {
        "entry": _each("entry", [*(one for some in entries.values() for one in some), *people]),
        "entry_edit": _each("entry_edit", draft),
        "entry_correct": _each("entry_correct", published),
        "entry_remove": _each("entry_remove", published),
        **{name: _each(name, published) for name in ("entry_basis_fell", "entry_ceased", "entry_stay")},
        "entry_lift": _each("entry_lift", entries[EntryState.STAYED]),
        "entry_proceeding_new": _each("entry_proceeding_new", published),
        "entry_proceeding_end": [
            reverse("entry_proceeding_end", args=[one.entry_id, one.pk]) for one in Proceeding.objects.all()
        ],
        "entry_document_new": _each("entry_document_new", [*draft, *published]),
        "entry_subject": _each("entry_subject", published),
        "entry_statement": _each("entry_statement", entries[EntryState.NOTIFIED]),
        "entry_statement_answer": [
            reverse("entry_statement_answer", args=[one.entry_id, one.pk]) for one in DefenceStatement.objects.all()
        ],
        "entry_new": [reverse("entry_new"), f"{reverse('entry_new')}?credit_list={cast.black.code}"],
        "audit_changes": [
            reverse("audit_changes"),
            *(f"{reverse('audit_changes')}?table={table}" for table in ("lists_entry", "accounts_unit")),
        ],
        "audit_changes_export": [f"{reverse('audit_changes_export')}?table=lists_entry"],
        "import": _each("import", ListImport.objects.all()),
        "export": _each("export", EntryExport.objects.all()),
        "large_step": _each("large_step", LargeStep.objects.all()),
        "export_new": [f"{reverse('export_new')}?state=PUBLISHED"],
        "entries": [
            reverse("entries"),
            f"{reverse('entries')}?state=DRAFT&kind=BLACK",
            f"{reverse('entries')}?ends_within=5&text=测试",
            f"{reverse('entries')}?text=没有这一家",
        ],
        "import_new": [reverse("import_new"), f"{reverse('import_new')}?credit_list={cast.black.code}"],
        "import_confirm": _each("import_confirm", ListImport.objects.filter(status=ImportStatus.CHECKED)),
        "import_reverse": _each("import_reverse", ListImport.objects.filter(status=ImportStatus.IMPORTED)[:1]),
        "review_group": [f"{reverse('review_group')}?{urlencode(query)}" for query in queries],
        "proposal": _each("proposal", EntryProposal.objects.all()),
        "publication": _each("publication", Publication.objects.order_by("kind", "-pk").distinct("kind")),
        "notice": _each("notice", Notice.objects.order_by("kind", "-pk").distinct("kind")),
        "notices_print": [reverse("notices_print", args=[one]) for one in _with_notices()],
        "memorandum": [_of_version("memorandum", one) for one in MemorandumVersion.objects.all()],
        "memorandum_correct": [
            _of_version("memorandum_correct", one) for one in MemorandumVersion.objects.filter(state="DRAFT")
        ],
        "memorandum_revise": [reverse("memorandum_revise", args=[900, 1])],
        "memorandum_in_force": [reverse("memorandum_in_force", args=[900, 2])],
        "memorandum_lapse": [reverse("memorandum_lapse", args=[900, 1])],
        "measure_new": [_of_version("measure_new", one) for one in MemorandumVersion.objects.filter(state="DRAFT")],
        "measure_edit": _each("measure_edit", Measure.objects.filter(version__state="DRAFT")),
        "key_tasks": [
            reverse("key_tasks"),
            *(f"{reverse('key_tasks')}?{query}" for query in ("own=yes&asked=yes", "overdue=yes", "progress=DONE")),
        ],
        **{
            name: [reverse(name, args=[task.number]) for task in KeyTask.objects.all()]
            for name in ("key_task", "key_task_report_new")
        },
        **{name: [reverse(name, args=[901])] for name in ("key_task_ask", "key_task_note")},
        "key_task_report": _each("key_task_report", KeyTaskReport.objects.all()),
        "key_task_report_edit": _each("key_task_report_edit", KeyTaskReport.objects.filter(state="DRAFT")),
        "catalog_edition": _each("catalog_edition", InformationCatalog.objects.all()),
        "catalog_edition_edit": _each("catalog_edition_edit", InformationCatalog.objects.filter(state="DRAFT")),
        "catalog_edition_issue": _each("catalog_edition_issue", InformationCatalog.objects.filter(state="DRAFT")),
        "catalog_edition_compare": _each("catalog_edition_compare", InformationCatalog.objects.all()),
        "catalog_item_new": _each("catalog_item_new", InformationCatalog.objects.filter(state="DRAFT")),
        "catalog_item": _each("catalog_item", CatalogItem.objects.all()),
        "catalog_item_edit": _each("catalog_item_edit", CatalogItem.objects.filter(catalog__state="DRAFT")[:1]),
        "catalog_item_update": _each("catalog_item_update", CatalogItem.objects.issued()),
        "catalog_updates": [reverse("catalog_updates"), f"{reverse('catalog_updates')}?late=yes&own=yes"],
        "matrix": [reverse("matrix"), f"{reverse('matrix')}?credit_list=TRED", f"{reverse('matrix')}?text=没有这一条"],
        "nomination": _each("nomination", Nomination.objects.all()),
        "nomination_accept": _each("nomination_accept", Nomination.objects.filter(state="OPEN")[:1]),
        "credit_promise": _each("credit_promise", CreditPromise.objects.all()),
        "credit_list": [reverse("credit_list", args=[cast.black.code])],
        "credit_list_edit": [reverse("credit_list_edit", args=[cast.black.code])],
        "subscription_new": [reverse("subscription_new", args=[cast.black.code])],
        "subscription_end": [
            reverse("subscription_end", args=[one.credit_list.code, one.pk]) for one in Subscription.objects.all()
        ],
        "credit_list_version": [reverse("credit_list_version", args=[cast.black.code, 1])],
        "download": _each("download", Download.objects.order_by("pk")),
        "push_of_unit": [reverse("push_of_unit", args=[cast.finance.code])],
        "task_release": _each("task_release", UnitTask.objects.filter(unit=cast.finance, state="TO_CONFIRM")),
        "entry_execution": _each("entry_execution", Entry.objects.filter(executions__hit=None, state="PUBLISHED")[:1]),
        "promise": _each("promise", WrittenPromise.objects.all()),
        "screen": [reverse("screen"), *(f"{reverse('screen')}?joins={one.pk}" for one in screenings[:1])],
        "task": _each("task", [*tasks.filter(state="TO_SIGN")[:1], *signed, *release, *period]),
        "task_feedback": _each("task_feedback", [*signed, *period]),
        "responses": [f"{reverse('responses')}?by={by}" for by in ("publication", "unit", "answer")],
        "screening": _each("screening", screenings),
        "batch": [
            *_each("batch", ScreeningBatch.objects.all()),
            *(f"{address}?result=HIT" for address in _each("batch", ScreeningBatch.objects.filter(hit_count=1))),
        ],
        "portfolio": _each("portfolio", Portfolio.objects.all()),
        "portfolio_changes": [reverse("portfolio_changes"), f"{reverse('portfolio_changes')}?seen=no"],
        "screening_receipt": _each("screening_receipt", screenings),
        **{name: _each(name, TipOff.objects.order_by("state", "pk")) for name in ("tip_off", "tip_off_reporter")},
        **{
            name: _each(name, TipOff.objects.filter(state="RECEIVED")[:1])
            for name in ("tip_off_assign", "tip_off_forward")
        },
        "tip_off_verify": _each("tip_off_verify", TipOff.objects.filter(state="ASSIGNED")[:1]),
        "objection": _each("objection", Objection.objects.all()),
        "objection_pause": _each("objection_pause", Objection.objects.filter(state=ObjectionState.ACCEPTED)),
        "objection_resume": _each("objection_resume", Objection.objects.filter(state=ObjectionState.PAUSED)),
        "extension_ask": _each("extension_ask", Objection.objects.filter(state=ObjectionState.ACCEPTED)),
        "help_ask": _each("help_ask", Objection.objects.filter(state=ObjectionState.ACCEPTED)),
        "help_request": _each("help_request", HelpRequest.objects.all()),
        "help_withdraw": _each("help_withdraw", HelpRequest.objects.open()),
        "objection_correct": _each("objection_correct", Objection.objects.filter(state=ObjectionState.EXAMINED)),
        "repair": _each("repair", RepairApplication.objects.all()),
        "case": _each("case", CaseReport.objects.all()),
        "case_edit": _each("case_edit", CaseReport.objects.filter(state__in=["DRAFT", "RETURNED"])),
        "case_new": _each("case_new", executions_for_cases(cast.actor("finance_clerk"))[:2]),
        "bulletin": _each("bulletin", Bulletin.objects.all()),
        "bulletin_edit": _each("bulletin_edit", Bulletin.objects.filter(state="DRAFT")),
        "city_report": _each("city_report", CityReport.objects.all()),
        **{
            name: _each(name, CityReport.objects.filter(state="DRAFT"))
            for name in ("city_report_edit", "city_report_issue")
        },
        "public_bulletin": [
            reverse("public_bulletin", args=[one.year, one.serial]) for one in Bulletin.objects.public()
        ],
        "messages": [
            reverse("messages"),
            *(f"{reverse('messages')}?{query}" for query in ("unread=yes", "urgent=yes")),
        ],
        "home": ["/", "/?q=测试", "/?q=没有这一家"],
        "public_entry": _each("public_entry", [*public, *_with_promise()]),
        "public_list": [reverse("public_list", args=[one.code]) for one in (cast.black, cast.red)],
        "public_promises": [
            reverse("public_promises"),
            *(f"{reverse('public_promises')}?q={text}" for text in ("异议测试", "没有这一家")),
        ],
        "public_articles": [reverse("public_articles"), f"{reverse('public_articles')}?kind=POLICY"],
        "public_article": _each("public_article", Article.objects.all()),
        "public_memorandum": [reverse("public_memorandum", args=["m900"])],
        "objection_new": ["/objections/new/", *(f"/objections/new/?entry={one.pk}" for one in public[:1])],
        "repair_new": ["/repair/new/", *_of_minor()],
        "oversight_figures": [reverse("oversight_figures", args=[code]) for code in PAGES],
        "oversight_executions": [
            f"{reverse('oversight_executions')}?figure={figure}" for figure in ("applied", "not_applied")
        ],
        "oversight_screenings": [
            f"{reverse('oversight_screenings')}?figure={figure}" for figure in ("with_hits", "hits")
        ],
        "oversight_cases": [f"/oversight/cases/?sort={sort}" for sort in CaseSort.values],
        "oversight_tasks": [
            f"{reverse('oversight_tasks')}?figure=overdue",
            f"{reverse('oversight_tasks')}?figure=tasks",
        ],
        "supervision": [reverse("supervision"), f"{reverse('supervision')}?overdue=yes"],
        "supervision_notice": _each("supervision_notice", SupervisionNotice.objects.all()),
        "supervision_edit": _each("supervision_edit", SupervisionNotice.objects.filter(state="DRAFT")),
        "supervision_return": _each("supervision_return", SupervisionNotice.objects.filter(state="REPLIED")),
        "supervision_new": [f"{reverse('supervision_new')}?figure=overdue&unit={one}" for one in ("finance", "")],
    }


def _tell_staff(cast: Cast) -> None:
    """Some messages are read; the finance office has an office system that does not answer."""
    mark_read(messages=StaffMessage.objects.filter(kind="publication.to_sign"), by=cast.actor("finance_clerk"))
    failing = {"url": "https://office.example.org/messages", "failures": 3, "last_error": "transport 28: timed out"}
    now = clock.now()
    OfficeHook.objects.get_or_create(
        unit=cast.finance, defaults={**failing, "verified_at": now, "next_attempt_at": now + timedelta(minutes=5)}
    )


def _download(cast: Cast) -> None:
    """Files of both lists, one of them confirmed, one taken once more; the removals since make the copies stale."""
    officer = cast.actor("finance_clerk")
    red, black = (
        take_download(code=found.code, after=Position(found.head.epoch, 0), file_format="XLSX", by=officer)
        for found in (cast.red, cast.black)
    )
    confirm_download(download=red, by=officer)
    take_again(download=black, file_format="CSV", by=officer, reason="表格文件损坏，重新录入")


def _hear(cast: Cast) -> None:
    """A party that was told and stated its defence; the list needs no notice afterwards."""
    cast.black.notice_required = True
    cast.black.save()
    clerk = cast.actor("clerk")
    told = draft_entry(credit_list=cast.black, values=company_values(Random(70), name="济南申辩测试公司"), by=clerk)
    notify_entries(entries=Entry.objects.filter(pk=told.pk), by=clerk)
    record_service(notices=Notice.objects.filter(entry=told), served_on=clock.today(), how="直接送达", by=clerk)
    record_statement(entry=told, received_on=clock.today(), content="款项已还清，请求不予列入。", by=clerk)
    cast.black.notice_required = False
    cast.black.save()


def _stay(cast: Cast) -> None:
    """A renamed party with a controller, a document, a correction, a reconsideration, and a stay of execution."""
    clerk, reviewer = cast.actor("clerk"), cast.actor("reviewer")
    number = citizen_number(Random(71))
    person = {"role": "ACTUAL_CONTROLLER", "name": "测试人", "document_type": "CITIZEN", "number": number}
    entry = publish_one(cast, seed=71, related_persons=[person])
    add_document(entry=entry, file=_picture(), kind=DocumentKind.ORDER, title="停止执行决定", by=clerk)
    rename_subject(
        subject=entry.subject, new_name="济南更名测试公司", changed_on=clock.today(), by=clerk, reason="变更登记"
    )
    add_older_code(subject=entry.subject, code="370100228012345", label="注册号", by=clerk, reason="登记档案")
    corrected = {**person, "id": entry.related_persons.get(name="测试人").pk, "number": citizen_number(Random(72))}
    values = {"facts": "更正后的事实", "related_persons": [corrected]}
    correction = propose_correction(entry=entry, new_values=values, by=clerk, reason="笔误")
    approve_proposal(proposal=correction, by=reviewer)
    order = Order("（2026）测停1号", "测试复议机关", clock.today())
    record_proceeding(entry=entry, kind=ProceedingKind.RECONSIDERATION, order=order, by=clerk, reason="当事人申请复议")
    stay = propose_stay(entry=Entry.objects.get(pk=entry.pk), order=order, by=clerk, reason="复议期间停止执行")
    approve_proposal(proposal=stay, by=reviewer)


def _report_to_the_city(cast: Cast) -> None:
    """The last quarter's report withdrawn, another that stands, and a third begun; one of last year, discarded."""
    [quarter, *_earlier], [year, *_before] = (periods_over(kind, clock.today()) for kind in ReportKind)
    for period, state in ((quarter, "WITHDRAWN"), (quarter, "ISSUED"), (quarter, "DRAFT"), (year, "DISCARDED")):
        a_report(cast, state, period)


def _owe_a_quarter(cast: Cast) -> None:
    """The red list was published in spring and is fed back by quarters; an officer is on it, another acts for him."""
    cast.red.feedback_mode = FeedbackMode.QUARTERLY
    cast.red.save()
    with time_machine.travel(clock.now() - timedelta(days=100), tick=False):
        publish_one(cast, credit_list=cast.red, seed=95)
    open_periodic_feedback()
    colleague = make_user("finance-colleague", cast.finance, Role.CLERK)
    task = UnitTask.objects.filter(unit=cast.finance, kind="FEEDBACK").latest("pk")
    claim_task(task=task, by=actor_of(colleague))
    today = clock.today()
    name_substitute(
        absent=colleague, substitute=cast.finance_clerk, valid_from=today, valid_to=today, by=actor_of(colleague)
    )


def _seal() -> None:
    """A seal, a verification that found nothing and one that did, an erasure."""
    now = clock.now()
    Seal.objects.create(number=1, at=now, digest="0" * 64, rows=1_234)
    found = {"kind": "CHANGED", "table": "lists_entrymove", "row": 7, "seal": 1, "sealed_at": "", "detail": ""}
    for findings in ([], [found, {**found, "kind": "SEALS", "row": None, "detail": "the file was shortened"}]):
        Verification.objects.create(
            begun_at=now,
            ended_at=now,
            scope=VerificationScope.WHOLE,
            seal_number=1,
            rows=1_234,
            is_intact=not findings,
            findings=findings,
        )
    Erasure.objects.create(table="lists_entryevent", kind="DELETED", at=now, role="jinan_credit", rows=[1, 2, 3])


def _supervise(cast: Cast) -> None:
    """A notice to finance in every state; what transport has overdue is urged by nobody yet."""
    for seed, make in enumerate(IN_STATE.values(), start=200):
        publish_long_ago(cast, [seed])
        make(cast)


def _report_cases(cast: Cast) -> None:
    """A case in every state, a flawed one among them; a draft of a bulletin, one issued, one withdrawn."""
    clerk, coordinator = cast.actor("finance_clerk"), cast.actor("coordinator")
    number = citizen_number(Random(87))
    person = {"kind": SubjectKind.NATURAL_PERSON, "code": "", "document_type": DocumentType.CITIZEN, "number": number}
    for seed in (80, 88):
        an_execution(cast, seed=seed, name=f"济南待写案例{seed}公司")
    an_execution(cast, seed=87, name="欧阳测试", representative="", **person)
    _draft, _returned, reported, withdrawn = (
        a_case(cast, state, seed=80 + n) for n, state in enumerate(("DRAFT", "RETURNED", "REPORTED", "DRAFT"), 1)
    )
    withdraw_case(case=withdrawn, by=clerk, reason="另写")
    cancel_execution(execution=reported.execution, by=clerk, reason="误填")
    circulated = [a_case(cast, "ADOPTED", seed=seed, name=f"济南典型案例{seed}公司") for seed in (85, 86)]
    back = issued(cast, circulated[0])
    withdraw_bulletin(bulletin=back, by=coordinator, reason="文字有误")
    issued(cast, *circulated)
    cancel_execution(execution=circulated[1].execution, by=clerk, reason="误填")
    adopted = a_case(cast, "ADOPTED", seed=89)
    draft_bulletin(title="下一期", text="综述", cases=[adopted.pk], by=coordinator)


def _with_notices() -> list[Any]:
    return list(Notice.objects.exclude(publication=None).order_by("-pk").values_list("publication", flat=True)[:1])


def _circulate(cast: Cast) -> None:
    """A revision that one unit has received and others have not; a new memorandum in preparation."""
    coordinator = cast.actor("coordinator")
    revision = revise_memorandum(cast.ban.version.memorandum, note="国家文件修订", by=coordinator)
    circulate_version(revision, by=coordinator)
    confirm_receipt(MemorandumReceipt.objects.get(unit=cast.transport), by=cast.actor("transport_clerk"))
    draft = open_memorandum(
        title="关于对测试领域失信主体实施联合惩戒的合作备忘录",
        document_number="测〔2026〕2号",
        kind="SANCTION",
        lead_units=[cast.court],
        by=coordinator,
    )
    clause = Clause("一", "限制参加工程招标", "ADMINISTRATIVE", "SEVERE", "BOTH", units=[cast.finance, cast.transport])
    add_measure(version=draft, clause=clause, by=coordinator)


def _report_on_key_tasks(cast: Cast) -> None:
    """A task in every state: asked for and late, reported, drafted, past its limit; one is led by no unit."""
    clerk, coordinator, today = cast.actor("finance_clerk"), cast.actor("coordinator"), clock.today()
    given = {"group": KeyTaskGroup.MECHANISM, "cooperating_text": "市有关部门", "source": "测〔2026〕1号 附件（三）"}
    led, past, in_words = (
        KeyTask.objects.create(number=number, content=content, lead_text=lead, time_limit=limit, due_on=due, **given)
        for number, content, lead, limit, due in (
            (901, "落实《关于对测试领域严重失信主体实施联合惩戒的合作备忘录》", "测试财政局", "持续实施", None),
            (902, "建设测试信用信息系统", "测试财政局", "2017年6月底前建成", date(2017, 6, 30)),
            (903, "落实后续出台的合作备忘录", "相关部门按照职责分别负责", "备忘录出台后落实", None),
        )
    )
    for task in (led, past):
        task.lead_units.add(cast.finance)
    says = Progress(KeyTaskProgress.UNDER_WAY, "已推送名单三批。\n\n下一步核对。", today - timedelta(days=90), today)
    withdraw_request(
        request=ask_for_report(key_task=led, due_on=today, by=coordinator, text="误发"), by=coordinator, reason="误发"
    )
    ask_for_report(key_task=led, due_on=today, by=coordinator, text="请报第三季度进展")
    send_report(report=draft_report(key_task=led, says=says, by=clerk, evidence=[_picture()]), by=clerk)
    draft_report(key_task=led, says=says, by=clerk, evidence=[_picture()])
    discard_report(report=draft_report(key_task=past, says=says, by=clerk), by=clerk)
    note_on_task(key_task=led, text="请补充成效数据。", by=coordinator)
    with time_machine.travel(clock.now() - timedelta(days=10), tick=False):
        ask_for_report(key_task=past, due_on=clock.today(), by=coordinator)
    done = Progress(KeyTaskProgress.DONE, "已全部落实。", today, today)
    send_report(report=draft_report(key_task=in_words, says=done, by=coordinator), by=coordinator)


def _keep_the_catalogue(cast: Cast) -> None:
    """An edition that was superseded, one that holds with an update and one overdue, a draft of the next."""
    maker, today = cast.actor("coordinator"), clock.today()
    checker = actor_of(make_user("second-coordinator", cast.commission, Role.COORDINATOR))
    Standard.objects.create(number="GB 32100-2015", title="法人和其他组织统一社会信用代码编码规则", level="NATIONAL")
    fields = [ItemField("主体名称", "文本"), ItemField("统一社会信用代码", "编码", "GB 32100-2015")]
    licences = ItemText("行政许可信息", cast.finance, fields, "PUBLIC", "UNCONDITIONAL", "MONTHLY", "测试法")
    licences = replace(licences, standards=["GB 32100-2015"])
    condition = {"sharing": "CONDITIONAL", "sharing_condition": "按职责共享", "disclosure": "AUTHORISED"}
    for days, number in ((80, "测〔2026〕5号"), (60, "测〔2026〕6号")):
        edition = open_edition(title="测试市公共信用信息目录", note="定期修订", by=maker)
        if days == 80:
            for code, name in (("XK-1", "行政许可信息"), ("CF-1", "行政处罚信息"), ("HT-1", "合同履约信息")):
                add_item(edition=edition, code=code, says=replace(licences, name=name), by=maker)
        review_edition(edition=edition, by=checker)
        issue_edition(
            edition=edition,
            document_number=number,
            issued_on=today - timedelta(days=days),
            legal_basis="测〔2026〕1号",
            by=maker,
        )
    record_update(item=edition.items.get(code="XK-1"), updated_on=today, row_count=1234, by=cast.actor("finance_clerk"))
    draft = open_edition(title="测试市公共信用信息目录（下一版）", note="", by=maker)
    change_item(item=draft.items.get(code="CF-1"), says=replace(licences, name="行政处罚", **condition), by=maker)
    remove_item(item=draft.items.get(code="HT-1"), by=maker)
    add_item(edition=draft, code="FW-1", says=replace(licences, name=LONG_NAME), by=maker)


def _promise(cast: Cast, listed: Entry) -> None:
    """One broken, one kept, one of today, entered by the court for an organisation on a list and for another."""
    clerk, reviewer, today = cast.actor("clerk"), cast.actor("reviewer"), clock.today()
    texts = {"matter": "产品质量三包", "text": "七日内无理由退货。\n\n质量问题包换。"}
    term = {"promised_on": today, "valid_until": today + timedelta(days=365)}
    named = [
        {"name": listed.subject_name, "code": listed.subject.code},
        {"name": LONG_NAME, "code": uscc(Random(95))},
        {"name": "济南承诺测试公司", "code": uscc(Random(96))},
    ]
    broken, kept, _given = (
        enter_credit_promise(
            values={"subject_kind": SubjectKind.LEGAL_PERSON, "kind": kind, **texts, **term, **one}, by=clerk
        )
        for one, kind in zip(named, CreditPromiseKind, strict=False)
    )
    decide_credit_promise(promise=broken, name="break", by=reviewer, reason="抽检不合格")
    decide_credit_promise(promise=kept, name="keep", by=reviewer)


def _tell_stories() -> None:
    for kind, title in ((ArticleKind.STORY, "老字号百年守信"), (ArticleKind.POLICY, "山东省社会信用条例")):
        Article.objects.create(
            kind=kind, title=title, source="测试发改委", text="第一段。\n\n第二段。", published_from=clock.today()
        )


def _with_promise() -> list[Entry]:
    return list(Entry.objects.public().filter(subject__in=CreditPromise.objects.values("subject"))[:1])


def _nominate(cast: Cast) -> None:
    """One waits for the decision, one was declined."""
    values = {"nominator_kind": NominatorKind.UNIT, "kind": SubjectKind.LEGAL_PERSON, "merits": "诚信经营，捐资助学"}
    made = [
        nominate(
            credit_list=cast.red,
            values={**values, "name": f"济南推荐测试公司{n}", "code": uscc(Random(60 + n))},
            by=cast.actor("finance_clerk"),
        )
        for n in range(2)
    ]
    decline_nomination(nomination=made[1], by=cast.actor("clerk"), reason="事迹不足")


def _give_notice() -> None:
    for publication in Publication.objects.owing_notices():
        issue_notices(publication)


def _of_version(name: str, version: MemorandumVersion) -> str:
    return reverse(name, args=[version.memorandum.number, version.number])


def _each(name: str, rows: Any) -> list[str]:
    return [reverse(name, args=[row.pk]) for row in rows]


def _of_minor() -> list[str]:
    minor = Entry.objects.public().filter(dishonesty_class=DishonestyClass.MINOR)[:1]
    return [f"/repair/new/?entry={one.pk}" for one in minor]


def _draft(cast: Cast) -> None:
    clerk = cast.actor("clerk")
    drafts = [
        draft_entry(credit_list=cast.black, values=company_values(Random(seed)), by=clerk) for seed in range(20, 25)
    ]
    submitted = Entry.objects.filter(pk__in=[entry.pk for entry in drafts[:4]])
    submit_entries(entries=submitted, by=clerk)
    return_entries(entries=Entry.objects.filter(pk=drafts[0].pk), by=cast.actor("reviewer"), reason="文书号有误")


def _export(cast: Cast) -> None:
    for query in ("state=PUBLISHED", "text=测试"):
        export = request_export(query=query, reason="年度检查", by=cast.actor("clerk"))
    run_export(export.pk)


def _large_steps(cast: Cast) -> None:
    """One done that left an entry out, one refused, one under way."""
    left_out = [{"entry": str(Entry.objects.latest("pk").pk), "code": "x", "why": "信用主体已注销或死亡，不能再列入。"}]
    about: dict[str, Any] = {
        "unit": cast.court,
        "made_by": cast.reviewer,
        "made_at": clock.now(),
        "language": "zh-hans",
    }
    LargeStep.objects.create(
        kind="return", status="DONE", expected=7000, done=6999, left_out_count=1, left_out=left_out, reason="x", **about
    )
    LargeStep.objects.create(kind="submit", status="REFUSED", expected=7000, refusal="现有其他条目符合条件。", **about)
    LargeStep.objects.create(kind="publish", credit_list=cast.black, expected=100_000, attempts=1, **about)


def _subscribe(cast: Cast) -> None:
    """A platform follows the black list and is a source of it."""
    platform = Unit.objects.create(
        code="platform", name="测试平台", kind="PLATFORM", data_profile="MASKED", is_city_unit=False
    )
    cast.black.sources.add(platform)
    by = cast.actor("coordinator")
    begin_subscription(credit_list=cast.black, unit=platform, basis="济政字〔2017〕35号 四（五）", by=by)
    file, clerk = xlsx(row(7)), cast.actor("clerk")
    made = start_import(credit_list=cast.black, file=file, file_name="平台.xlsx", by=clerk, source=platform)
    check_import(made.pk)


def _import(cast: Cast) -> None:
    files = {
        "good": xlsx(row(1), row(2)),
        "wrong": xlsx(row(3), row(4, 失信程度="极重")),
        "broken": io.BytesIO(b"no list"),
    }
    for name, file in files.items():
        made = start_import(credit_list=cast.black, file=file, file_name=f"{name}.xlsx", by=cast.actor("clerk"))
        check_import(made.pk)
        wait_until(
            "the file is checked", ListImport.objects.filter(pk=made.pk).exclude(status=ImportStatus.CHECKING).exists
        )
    assert set(ListImport.objects.values_list("status", flat=True)) >= {ImportStatus.CHECKED, ImportStatus.REFUSED}


def _screen(cast: Cast, entry: Entry) -> None:
    officer = cast.actor("finance_clerk")
    for task in UnitTask.objects.filter(unit=cast.finance, state="TO_SIGN").order_by("pk")[:3]:
        sign_task(task=task, by=officer)
    matter = Matter(name="政府采购", code="CG-1", reference="2026-11")
    for code in (entry.subject.code, entry.subject.code, uscc(Random(90))):
        party = Party(kind=PartyKind.ORGANISATION, code=code, name="")
        screen(party=party, matter=matter, purpose="供应商资格审查", by=officer)
    first = Screening.objects.earliest("pk")
    screen(party=party, matter=matter, purpose="供应商资格审查", by=officer, joins=first)
    named = Party(kind=PartyKind.ORGANISATION, name=entry.subject_name)
    for _time in range(2):
        suggesting = screen(party=named, matter=matter, purpose="供应商资格审查", by=officer)
    judge_not_same(screening=suggesting, entry_id=entry.pk, by=officer, reason="统一社会信用代码不同")
    report = Report(outcome=Outcome.APPLIED, performed_on=clock.today(), measures=[cast.ban.pk], note="已限制")
    answer_hit(hit=Hit.objects.order_by("pk")[0], report=report, by=officer)


def _enforce(cast: Cast, rewarded: Entry, released: Entry) -> None:
    """Of its own accord: a promise that was broken, two measures against one who left, the first of them lifted."""
    officer, today = cast.actor("finance_clerk"), clock.today()
    promise = GivenPromise("验资报告", today, "承诺当日补交验资报告")
    granted = Report(outcome=Outcome.APPLIED, performed_on=today, measures=[cast.praise.pk], promise=promise)
    kept = enforce(entry=rewarded, report=granted, by=officer)
    attach(execution=kept, file=_picture(), by=officer)
    move_promise(promise=kept.promise, name="break", by=officer, reason="逾期未补交")
    enforce(entry=rewarded, report=granted, by=officer)
    screen(
        party=Party(kind=PartyKind.ORGANISATION, code=rewarded.subject.code, name=""),
        matter=Matter(name="施工许可", code="XK-1", reference="2026-12"),
        purpose="行政许可",
        by=officer,
    )
    report = Report(outcome=Outcome.APPLIED, performed_on=today, measures=[cast.ban.pk], amount=Decimal("1234.50"))
    first, _second = (enforce(entry=released, report=report, by=officer) for _ in range(2))
    publication = remove_entry(
        entry=Entry.objects.get(pk=released.pk),
        exit_reason=ExitReason.BASIS_CHANGED,
        made_by=cast.clerk,
        by=cast.actor("second_reviewer"),
        reason="依据撤销",
    )
    task = UnitTask.objects.get(unit=cast.finance, publication=publication)
    settle_measures(task=task, settlements=[Settlement(first.pk, cast.ban.pk, lifted_on=today)], by=officer)


def _picture() -> CleanFile:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    file.seek(0)
    return clean_upload(file)


def _batch(cast: Cast, entry: Entry) -> None:
    """A file with every result, one that is refused, and a portfolio with news."""
    officer = cast.actor("finance_clerk")
    parties = [{"code": entry.subject.code, "reference": "A-1"}, {"code": uscc(Random(91)), "name": LONG_NAME}]
    named = {"kind": "organisation", "name": "只有名称"}
    batch = screened_file(ndjson(*parties, named, {"code": "91370100MA0000000X"}), officer)
    keep_copy(batch.pk)
    screened_file(ndjson({"code": "x"}, "no object"), officer)
    portfolio = make_portfolio(name="年度供应商", purpose="供应商管理", legal_basis="政府采购法第二十二条", by=officer)
    keep_batch(portfolio=portfolio, batch=batch, by=officer)
    publish_one(cast, seed=92, code=parties[1]["code"])
    tell_portfolios()


def _object(cast: Cast, plain: Entry, disputed: Entry) -> None:
    clerk = cast.actor("clerk")
    cases = [
        submit_objection(
            entry=entry,
            applicant=Applicant("测试企业", Relation.SELF, uscc(Random(seed)), "0531-00000000"),
            grounds=ObjectionGrounds.WRONG_CONTENT,
            statement="文书日期有误",
            by=SYSTEM,
        ).objection
        for seed, entry in ((30, plain), (31, disputed), (32, disputed), (33, disputed), (34, disputed))
    ]
    for case in cases[1:]:
        accept_objection(objection=case, by=clerk)
    paused, helped = cases[3:]
    pause_objection(
        objection=paused, evidence=[CleanFile(b"%PDF-1.7", "application/pdf", "pdf")], by=clerk, reason="鉴定"
    )
    ask_extension(objection=helped, until=_later(helped), by=clerk, reason="需调取档案")
    for unit in (cast.finance, cast.transport):
        ask_help(objection=helped, unit=unit, question="罚款是否已缴清？", by=clerk)
    answer_help(
        request=helped.help_requests.get(unit=cast.transport), answer="不掌握", by=cast.actor("transport_clerk")
    )
    for case in cases[1:3]:
        examine_objection(objection=case, by=clerk, reason="经查无误")
    dismiss_objection(objection=cases[2], by=cast.actor("second_reviewer"), reason="理由不成立")


def _later(case: Objection) -> date:
    return work_calendar().due_on(case.due_on, 2).on


def _report(cast: Cast) -> None:
    """A tip-off in every state, each with a name; who watches over them looked at one."""
    officer, clerk, supervisor = (cast.actor(name) for name in ("officer", "clerk", "supervisor"))
    received, assigned, verified, doubtful, forwarded, answered = (
        receive_tip_off(
            claim=Claim("LEGAL_PERSON", f"济南举报测试{n}公司", "拖欠货款", uscc(Random(60 + n)), cast.black, "上月"),
            by=officer if n == 5 else SYSTEM,
            reporter=REPORTER,
            evidence=[_picture()],
        ).tip_off
        for n in range(6)
    )
    for case in (assigned, verified, doubtful, answered):
        assign_tip_off(tip_off=case, unit=cast.court, by=officer)
    verify_tip_off(
        tip_off=verified,
        credit_list=cast.black,
        values=company_values(Random(62), name=verified.party_name, code=verified.party_code),
        by=clerk,
        reason="经查属实",
    )
    for case in (doubtful, answered):
        not_substantiate_tip_off(tip_off=case, by=clerk, reason="查无实据")
    forward_tip_off(tip_off=forwarded, to="省某局", by=officer, reason="不属本市")
    answer_tip_off(tip_off=answered, by=officer, reason="经核查，未发现所述情况")
    see_reporter(tip_off=received, by=supervisor, reason="抽查")


def _repair(cast: Cast, minor: Entry, repaired: Entry) -> None:
    plea = Plea("已缴清罚款", "缴款凭证", "承诺属实")
    first, second = (
        submit_repair(
            entry=entry,
            applicant=Applicant("测试企业", Relation.SELF, uscc(Random(seed)), "0531-00000000"),
            plea=plea,
            by=SYSTEM,
        ).application
        for seed, entry in ((40, minor), (41, repaired))
    )
    accept_repair(application=first, by=cast.actor("clerk"))
    accept_repair(application=second, by=cast.actor("clerk"))
    verify_repair(application=second, by=cast.actor("clerk"), reason="已核实")
    approve_repair(application=second, by=cast.actor("reviewer"), reason="同意")
