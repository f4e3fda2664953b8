"""An address of something that is there for every route that takes arguments: what the pages' samples do not show.

Most addresses come from `tests/e2e/samples.py`; here is what acts, or gives a file. `found` gives all of them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import resolve, reverse

from catalog.models import (
    CatalogItem,
    InformationCatalog,
    KeyTaskEvidence,
    KeyTaskReport,
    MemorandumReceipt,
    MemorandumVersion,
)
from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.applicants import Applicant, Relation
from jinan_credit.accounts.models import StaffMessage
from jinan_credit.exchange.models import Cursor, Download, OfflineCopy, ParkedChange
from jinan_credit.kernel import clock
from jinan_credit.oversight.models import CityReport, SupervisionDocument, SupervisionNotice
from jinan_credit.oversight.pages import PAGES
from lists.enums import NominatorKind, SubjectKind
from lists.models import (
    Entry,
    EntryDocument,
    EntryExport,
    EntryProposal,
    FeedHead,
    ListImport,
    Nomination,
    RelatedPerson,
    SavedFilter,
)
from lists.services.nominations import nominate
from lists.services.synthetic import uscc
from objections.models import Extension, HelpRequest, ObjectionEvidence, TipOff, TipOffEvidence
from repair.models import RepairEvidence
from repair.services.applications import Plea, submit_repair
from sanctions.models import (
    Bulletin,
    CaseReport,
    Execution,
    ExecutionAttachment,
    Hit,
    NotSameParty,
    Portfolio,
    PortfolioParty,
    Screening,
    ScreeningBatch,
    Substitution,
    UnitTask,
    WrittenPromise,
)
from tests.cast import Cast, publish_one
from tests.e2e.samples import _picture, addresses


def add_rest(cast: Cast) -> None:
    """What the pages do without: a kept filter, documents of a nomination and of a repair, a rejected change."""
    UserSession.objects.create(user=cast.clerk, ip="192.0.2.1", session_key="of-another-place")
    Authenticator.objects.create(user=cast.clerk, type=Authenticator.Type.WEBAUTHN, data={"name": "key"})
    SavedFilter.objects.create(owner=cast.clerk, name="我的", query="state=DRAFT", made_at=clock.now())
    values = {"nominator_kind": NominatorKind.UNIT, "kind": SubjectKind.LEGAL_PERSON, "merits": "诚信经营"}
    nominate(
        credit_list=cast.red,
        values={**values, "name": "济南附件推荐公司", "code": "91370100MA3C00001X"},
        document=_picture(),
        by=cast.actor("finance_clerk"),
    )
    submit_repair(
        entry=publish_one(cast, seed=301, dishonesty_class="MINOR"),
        applicant=Applicant("测试企业", Relation.SELF, "0531", "0531-00000000"),
        plea=Plea("已缴清罚款", "缴款凭证", "承诺属实"),
        by=SYSTEM,
        evidence=[_picture()],
    )
    cursor = Cursor.objects.filter(unit=cast.finance).earliest("pk")
    ParkedChange.objects.create(cursor=cursor, epoch=cursor.epoch, seq=1, code="x", at=clock.now())


POSTED = {"entry_move": {"move": "submit"}}
"""What a route needs to be told before it looks at who asks."""


def found(cast: Cast) -> dict[str, list[str]]:
    """One or more addresses for each route, in the states that it shows."""
    return {**addresses(cast), **_acts(cast)}


MODELS: dict[str, Any] = {
    "bulletin": Bulletin,
    "case": CaseReport,
    "catalog_edition": InformationCatalog,
    "catalog_edition_compare": InformationCatalog,
    "catalog_item": CatalogItem,
    "entry": Entry,
    "key_task_evidence": KeyTaskReport,
    "key_task_report": KeyTaskReport,
    "supervision_notice": SupervisionNotice,
    "tip_off": TipOff,
}
"""Of what a route shows whose lines in the table differ by its state."""


def state_of(address: str) -> str:
    """The state of what an address shows; of a memorandum its version's; which page of figures."""
    path, _mark, query = address.partition("?")
    shown = resolve(path)
    name, given = str(shown.url_name), shown.kwargs
    if name == "screen" and "joins=" in query:
        return "JOINING"
    if name == "memorandum":
        return MemorandumVersion.objects.get(memorandum__number=given["number"], number=given["version"]).state
    if name in ("oversight_figures", "oversight_file"):
        return str(given["code"])
    row = MODELS[name].objects.get(pk=given["pk"]) if name in MODELS else None
    return str(getattr(getattr(row, "catalog", row), "state", ""))


def _acts(cast: Cast) -> dict[str, list[str]]:
    entry = Entry.objects.filter(state="DRAFT").latest("pk")
    person = RelatedPerson.objects.filter(entry__state="STAYED").latest("pk")
    document = EntryDocument.objects.latest("pk")
    attachment = ExecutionAttachment.objects.latest("pk")
    evidence = KeyTaskEvidence.objects.all()
    publication = UnitTask.objects.filter(unit=cast.finance).exclude(publication=None).latest("pk").publication_id
    by_model: dict[str, Any] = {
        "bulletin_move": Bulletin,
        "case_move": CaseReport,
        "city_report_file": CityReport,
        "city_report_move": CityReport,
        "batch_copy": ScreeningBatch.objects.exclude(copy=""),
        "batch_copy_again": ScreeningBatch.objects.exclude(copy=""),
        "batch_keep": ScreeningBatch,
        "catalog_from_lists": InformationCatalog.objects.filter(state="DRAFT"),
        "copy_deleted": OfflineCopy.objects.filter(unit=cast.finance),
        "download_again": Download.objects.filter(unit=cast.finance, again_of=None),
        "download_confirm": Download.objects.filter(unit=cast.finance, again_of=None),
        "execution_cancel": Execution.objects.filter(unit=cast.finance),
        "export_file": EntryExport.objects.exclude(file=""),
        "extension": Extension,
        "filter_delete": SavedFilter,
        "mfa_edit_webauthn": Authenticator,
        "mfa_remove_webauthn": Authenticator,
        "session_end": UserSession.objects.filter(session_key="of-another-place"),
        "hit_answer": Hit,
        "hits_answer": Screening.objects.filter(hits__isnull=False),
        "import_cancel": ListImport.objects.filter(status="CHECKED"),
        "help_request": HelpRequest.objects.filter(unit=cast.finance),
        "import_copy": ListImport.objects.filter(status="CHECKED", error_count__gt=0),
        "message_open": StaffMessage.objects.filter(unit=cast.finance),
        "nomination_document": Nomination.objects.exclude(file=""),
        "not_same_party": Screening,
        "objection_evidence": ObjectionEvidence,
        "portfolio_end": Portfolio,
        "portfolio_file": Portfolio,
        "portfolio_party_drop": PortfolioParty,
        "promise_move": WrittenPromise,
        "proposals_approve": EntryProposal.objects.filter(state="OPEN"),
        "push_rejected_again": ParkedChange,
        "push_rejected_settle": ParkedChange,
        "receipt_confirm": MemorandumReceipt.objects.filter(unit=cast.finance),
        "repair_evidence": RepairEvidence,
        "screening_close": Screening,
        "substitute_end": Substitution,
        "supervision_document": SupervisionDocument,
        "supervision_move": SupervisionNotice,
        "task_claim": UnitTask.objects.filter(unit=cast.finance),
        "task_move": UnitTask.objects.filter(unit=cast.finance),
        "tip_off_evidence": TipOffEvidence.objects.filter(tip_off__state="ASSIGNED"),
    }
    return {
        **{name: [reverse(name, args=[_last(rows).pk])] for name, rows in by_model.items()},
        "entry_document": [reverse("entry_document", args=[document.entry_id, document.pk])],
        "entry_move": [reverse("entry_move", args=[entry.pk])],
        "entry_number": [reverse("entry_number", args=[Entry.objects.filter(subject_kind="NATURAL_PERSON")[0].pk])],
        "entry_person_number": [reverse("entry_person_number", args=[person.entry_id, person.pk])],
        "execution_attachment": [reverse("execution_attachment", args=[attachment.execution_id, attachment.pk])],
        "export_new": [
            reverse("export_new"),
            *(
                reverse("export_new", args=[code])
                for code in ("executions", "objections", "publications", "repairs", "tasks")
            ),
        ],
        "key_task_report_new": [reverse("key_task_report_new", args=[901])],
        "import_template": [reverse("import_template", args=["csv"])],
        "key_task_evidence": [reverse("key_task_evidence", args=[one.report_id, one.pk]) for one in evidence],
        "oversight_file": [reverse("oversight_file", args=[code]) for code in PAGES],
        "task_of_publication": [reverse("task_of_publication", args=[publication])],
    }


def _last(rows: Any) -> Any:
    return getattr(rows, "_default_manager", rows).latest("pk")


# Calls -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sample:
    """A call about something that is there, with a body by which it gets as far as looking for it."""

    address: str
    body: dict[str, Any]


def samples_of(calls: Iterable[str], cast: Cast) -> dict[str, Sample]:
    rows, bodies = _rows(cast), _bodies(cast)
    found = {}
    for call in calls:
        address = call.partition(" ")[2]
        body = next((body for ending, body in bodies.items() if address.endswith(ending)), {})
        found[call] = Sample(_address(address, rows | _of_judgements(address)), body)
    return found


def foreign_bodies(cast: Cast) -> list[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """Calls that name a row in what they send: the call, its address, a body with another unit's, one with none's."""
    report = {"outcome": "not_applied", "reason": "x", "performed_on": str(clock.today())}
    case = dict.fromkeys(("title", "findings", "response", "effect"), "文字")
    hit, task = Hit.objects.latest("pk"), UnitTask.objects.filter(unit=cast.finance).latest("pk")
    entry, execution = Entry.objects.filter(state="PUBLISHED").latest("pk"), Execution.objects.latest("pk")
    executions, never = "POST /api/v1/executions/", 987654321
    screening = {
        "party": {"kind": "organisation", "code": uscc(Random(7))},
        "matter": {"name": "政府采购"},
        "purpose": "审查",
    }
    return [
        (executions, "/api/v1/executions/", {**report, "hit": hit.pk}, {"hit": never}),
        (executions, "/api/v1/executions/", {**report, "task": task.pk}, {"task": never}),
        (executions, "/api/v1/executions/", {**report, "entry": str(entry.pk)}, {"entry": str(UUID(int=7))}),
        ("POST /api/v1/cases/", "/api/v1/cases/", {**case, "execution": execution.pk}, {"execution": never}),
        (
            "POST /api/v1/screenings/",
            "/api/v1/screenings/",
            {**screening, "joins": str(Screening.objects.latest("pk").pk)},
            {"joins": str(UUID(int=7))},
        ),
    ]


def _address(address: str, rows: dict[str, list[Any]]) -> str:
    key = "/".join(address.split("/")[3:5]) if "<slug:code>" in address else address.split("/")[3]
    for argument, value in zip(re.findall(r"<[^>]*>", address), rows.get(key, []), strict=False):
        address = address.replace(argument, str(value))
    return address


def _of_judgements(address: str) -> dict[str, list[Any]]:
    return {"screenings": [NotSameParty.objects.latest("pk").screening_id]} if "/not-same/" in address else {}


def _rows(cast: Cast) -> dict[str, list[Any]]:
    """The arguments of an address, by what it begins with."""
    attachment = ExecutionAttachment.objects.latest("pk")
    rows: dict[str, Any] = {
        "screenings": Screening.objects.filter(hits__isnull=False),
        "screening-batches": ScreeningBatch,
        "portfolios": Portfolio,
        "tasks": UnitTask.objects.filter(unit=cast.finance),
        "promises": WrittenPromise,
        "memorandum-receipts": MemorandumReceipt.objects.filter(unit=cast.finance),
        "entries": Entry.objects.filter(state="DRAFT"),
        "imports": ListImport.objects.filter(status="CHECKED", unit=cast.court),
        "cases": CaseReport,
    }
    return {
        **{name: [_last(some).pk] for name, some in rows.items()},
        **{f"{name}/<slug:code>": [cast.black.code] for name in ("feed", "snapshot", "digest")},
        "catalogue-items/<slug:code>": [CatalogItem.objects.issued().filter(provider=cast.finance)[0].code],
        "executions": [attachment.execution_id, attachment.pk],
    }


def _bodies(cast: Cast) -> dict[str, dict[str, Any]]:
    """By how the call's address ends; the others need no more than an empty one."""
    reason = {"reason": "理由"}
    picture = SimpleUploadedFile("a.png", _picture().content, "image/png")
    judged = str(NotSameParty.objects.latest("pk").entry_id)
    parties = SimpleUploadedFile("a.ndjson", b'{"code": "x"}', "application/x-ndjson")
    return {
        "/ack/": {"cursor": FeedHead.objects.get(credit_list=cast.black).cursor},
        "/answers/": {"outcome": "not_applied", "performed_on": str(clock.today()), **reason},
        "/not-same/": {"entry": judged, **reason},
        "/not-same/withdraw/": {"entry": judged, **reason},
        "/executions/<int:pk>/cancel/": reason,
        "/attachments/": {"file": picture},
        "/files/": {"file": parties},
        "/screening-batches/": {"file": parties, "purpose": "审查", "matter_name": "政府采购"},
        "/imports/": {"file": parties, "list": cast.black.code},
        "/batches/": {"batch": ScreeningBatch.objects.latest("pk").pk},
        "/end/": reason,
        "/break/": reason,
        "/reopen/": reason,
        "/not-executed/": reason,
        "/updates/": {"updated_on": str(clock.today()), "row_count": 1},
    }
