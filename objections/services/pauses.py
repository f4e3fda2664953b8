"""The clock stands still while something is inspected, tested or appraised (检验、检测、鉴定; SD art. 39)."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from catalog.selectors import work_calendar
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.files import files_or_nothing, keep_documents
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput
from jinan_credit.kernel.uploads import CleanFile
from lists.services.case_letters import tell
from objections.enums import DocumentPurpose
from objections.models import Objection
from objections.services.objections import DESK, count_due
from objections.workflow import OBJECTION


@files_or_nothing()
def pause_objection(*, objection: Objection, evidence: Iterable[CleanFile], by: Actor, reason: str) -> Objection:
    """Stop the clock: the commission of the inspection or appraisal is kept, and how many working days were left.

    Refusals: `move_not_open`, `act_not_allowed`, `reason_missing`, `not_your_unit`, `document_missing`,
    `day_has_passed`, `case_full`.
    """
    objection, documents = DESK.lock(objection, by), list(evidence)
    DESK.require("pause", objection, by=by, reason=reason)
    if not documents:
        raise InvalidInput(
            "document_missing",
            _("Add the document that commissions the inspection, test or appraisal."),
            field="evidence",
        )
    if objection.is_overdue:
        raise DomainError("day_has_passed", _("The last day has passed; the clock cannot be stopped any more."))
    today = clock.today()
    objection.paused_on = today
    objection.counted_wd = work_calendar().working_days_between(today, objection.due_on)
    DESK.move("pause", objection, by=by, reason=reason)
    keep_documents(objection.evidence, documents, by=by, purpose=DocumentPurpose.INSPECTION)
    tell(objection, OBJECTION["pause"].label)
    return objection


@files_or_nothing()
def resume_objection(*, objection: Objection, by: Actor, reason: str, evidence: Iterable[CleanFile] = ()) -> Objection:
    """The result is there (`reason`): the working days that were left are counted on from today.

    Refusals: `move_not_open`, `act_not_allowed`, `reason_missing`, `not_your_unit`, `case_full`.
    """
    objection = DESK.lock(objection, by)
    DESK.require("resume", objection, by=by, reason=reason)
    objection.paused_on, objection.counted_from = None, clock.today()
    count_due(objection, work_calendar())
    DESK.move("resume", objection, by=by, reason=reason)
    keep_documents(objection.evidence, evidence, by=by, purpose=DocumentPurpose.INSPECTION)
    tell(objection, OBJECTION["resume"].label)
    return objection
