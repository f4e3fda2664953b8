"""A city at work: something in every state, so that every page has something to show."""

import io
from random import Random
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from PIL import Image

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.applicants import Applicant, Relation
from jinan_credit.exchange.models import Download, Endpoint
from jinan_credit.exchange.rules import Position
from jinan_credit.exchange.services.downloads import confirm_download, take_again, take_download
from jinan_credit.kernel import clock
from jinan_credit.kernel.uploads import clean_upload
from lists.enums import (
    DishonestyClass,
    DocumentKind,
    DocumentType,
    EntryState,
    ExitReason,
    ImportStatus,
    NominatorKind,
    ProceedingKind,
    SubjectKind,
)
from lists.models import (
    DefenceStatement,
    Entry,
    EntryExport,
    EntryProposal,
    ListImport,
    Nomination,
    Notice,
    Proceeding,
    Publication,
)
from lists.services.defence import notify_entries, record_service, record_statement
from lists.services.documents import add_document
from lists.services.entries import draft_entry, return_entries, submit_entries
from lists.services.exports import request_export, run_export
from lists.services.imports import check_import, start_import
from lists.services.nominations import decline_nomination, nominate
from lists.services.notices import issue_notices
from lists.services.orders import Order
from lists.services.proceedings import record_proceeding
from lists.services.proposals import approve_proposal, propose_correction, propose_removal, propose_stay
from lists.services.subjects import add_older_code, rename_subject
from lists.services.synthetic import citizen_number, uscc
from objections.enums import ObjectionGrounds, ObjectionState
from objections.models import Objection
from objections.services.decisions import dismiss_objection
from objections.services.objections import accept_objection, examine_objection, submit_objection
from repair.models import RepairApplication
from repair.services.applications import Plea, accept_repair, submit_repair, verify_repair
from repair.services.decisions import approve_repair
from sanctions.enums import Outcome, PartyKind
from sanctions.models import Hit, Portfolio, Screening, ScreeningBatch, UnitTask
from sanctions.rules import Matter, Party
from sanctions.services.batch_copy import keep_copy
from sanctions.services.executions import Report, answer_hit
from sanctions.services.portfolio_changes import tell_portfolios
from sanctions.services.portfolios import keep_batch, make_portfolio
from sanctions.services.screenings import screen
from sanctions.services.unit_tasks import sign_task
from tests.cast import Cast, company_values, publish_many, publish_one
from tests.integration.processes import wait_until
from tests.lists.files import row, xlsx
from tests.sanctions.parties import ndjson, screened_file

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
    publish_one(cast, seed=7, credit_list=cast.red, dishonesty_class="")
    number = citizen_number(Random(8))
    person = {"kind": SubjectKind.NATURAL_PERSON, "code": "", "document_type": DocumentType.CITIZEN, "number": number}
    publish_one(cast, seed=8, name="王测试", representative="", **person)
    _draft(cast)
    _export(cast)
    _import(cast)
    _screen(cast, plain)
    _batch(cast, plain)
    _object(cast, plain, disputed)
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
    _give_notice()
    _hear(cast)
    _download(cast)
    _stay(cast)
    Endpoint.objects.create(
        unit=cast.finance, url="https://push.example.org/jinan-credit/changes", verified_at=clock.now()
    )


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
        "import": _each("import", ListImport.objects.all()),
        "export": _each("export", EntryExport.objects.all()),
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
        "nomination": _each("nomination", Nomination.objects.all()),
        "nomination_accept": _each("nomination_accept", Nomination.objects.filter(state="OPEN")[:1]),
        "credit_list": [reverse("credit_list", args=[cast.black.code])],
        "credit_list_edit": [reverse("credit_list_edit", args=[cast.black.code])],
        "credit_list_version": [reverse("credit_list_version", args=[cast.black.code, 1])],
        "download": _each("download", Download.objects.order_by("pk")),
        "push_of_unit": [reverse("push_of_unit", args=[cast.finance.code])],
        "task": _each("task", [*tasks.filter(state="TO_SIGN")[:1], *signed, *release]),
        "task_feedback": _each("task_feedback", signed),
        "screening": _each("screening", screenings),
        "batch": [
            *_each("batch", ScreeningBatch.objects.all()),
            *(f"{address}?result=HIT" for address in _each("batch", ScreeningBatch.objects.filter(hit_count=1))),
        ],
        "portfolio": _each("portfolio", Portfolio.objects.all()),
        "portfolio_changes": [reverse("portfolio_changes"), f"{reverse('portfolio_changes')}?seen=no"],
        "screening_receipt": _each("screening_receipt", screenings),
        "objection": _each("objection", Objection.objects.all()),
        "objection_correct": _each("objection_correct", Objection.objects.filter(state=ObjectionState.EXAMINED)),
        "repair": _each("repair", RepairApplication.objects.all()),
        "home": ["/", "/?q=测试", "/?q=没有这一家"],
        "public_entry": _each("public_entry", public),
        "public_memorandum": [reverse("public_memorandum", args=["m900"])],
        "objection_new": ["/objections/new/", *(f"/objections/new/?entry={one.pk}" for one in public[:1])],
        "repair_new": ["/repair/new/", *_of_minor()],
        "oversight_tasks": [
            f"{reverse('oversight_tasks')}?figure=overdue",
            f"{reverse('oversight_tasks')}?figure=tasks",
        ],
    }


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
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    file.seek(0)
    add_document(entry=entry, file=clean_upload(file), kind=DocumentKind.ORDER, title="停止执行决定", by=clerk)
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


def _with_notices() -> list[Any]:
    return list(Notice.objects.exclude(publication=None).order_by("-pk").values_list("publication", flat=True)[:1])


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
    report = Report(outcome=Outcome.APPLIED, performed_on=clock.today(), measures=[cast.ban.pk], note="已限制")
    answer_hit(hit=Hit.objects.order_by("pk")[0], report=report, by=officer)


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
        for seed, entry in ((30, plain), (31, disputed), (32, disputed))
    ]
    for case in cases[1:]:
        accept_objection(objection=case, by=clerk)
        examine_objection(objection=case, by=clerk, reason="经查无误")
    dismiss_objection(objection=cases[2], by=cast.actor("second_reviewer"), reason="理由不成立")


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
