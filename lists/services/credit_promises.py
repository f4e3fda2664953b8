"""信用承诺: promises of organisations to the public, entered by a unit or an association (P §二(二)1)."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.moves import make_move, write_move
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotAllowed, NotFound
from jinan_credit.kernel.identifiers import is_uscc, tells_citizen_number
from lists.enums import SubjectKind
from lists.models import CreditPromise, CreditPromiseMove, Subject
from lists.services.entry_values import subject_of
from lists.services.erasure import DASH, empty
from lists.workflow import CREDIT_PROMISE

TEXTS = ("name", "matter", "text")


@transaction.atomic
def enter_credit_promise(*, values: Mapping[str, Any], by: Actor) -> CreditPromise:
    """Publish what an organisation promises. `values`: subject_kind, name, code, kind, matter, text, promised_on,
    valid_until.

    Refusals: `act_not_allowed`; `person_needed`; `subject_is_a_person`; `code_wrong`; `text_missing`; `number_told`
    (a citizen number in a text); `promised_in_future`; `ends_before_it_begins`; `promise_over`; `promise_known`.
    """
    by.require(Act.KEEP_PROMISES)
    if by.user is None or by.unit is None:
        raise NotAllowed("person_needed", _("Only a person of a unit enters a promise."))
    _require_organisation(values)
    _require_texts(values)
    _require_term(values)
    subject = subject_of({"kind": values["subject_kind"], "name": values["name"], "code": values["code"]})
    promise = CreditPromise(
        subject=subject,
        subject_kind=subject.kind,
        subject_name=values["name"].strip(),
        kind=values["kind"],
        matter=values["matter"].strip(),
        text=values["text"].strip(),
        promised_on=values["promised_on"],
        valid_until=values["valid_until"],
        unit=by.unit,
        entered_by=by.user,
        entered_at=clock.now(),
    )
    try:
        with transaction.atomic():
            promise.save(force_insert=True)
    except IntegrityError as error:
        if "public_promise_is_entered_once" not in str(error):
            raise
        raise DomainError("promise_known", _("This promise of the same day is entered already.")) from error
    write_move(CreditPromiseMove, promise, "give", from_state="", to_state=promise.state, by=by, reason="")
    return promise


@transaction.atomic
def decide_credit_promise(*, promise: CreditPromise, name: str, by: Actor, reason: str = "") -> CreditPromise:
    """Note that a promise was kept (`keep`) or broken (`break`), take such a note back (`take_back`), or take the
    promise off the site (`withdraw`).

    Refusals: `promise_not_found` (another unit's); `move_not_open`; `act_not_allowed`; `own_work` (rule 4: who entered
    it does not judge it); `reason_missing`.
    """
    locked = CreditPromise.objects.select_for_update(of=("self",)).filter(pk=promise.pk, unit__in=by.units).first()
    if locked is None:
        raise NotFound("promise_not_found", _("There is no such promise of your unit."))
    if name not in {move.name for move in CREDIT_PROMISE}:
        raise DomainError("move_not_open", _("This is no step of a promise."))
    locked.decided_by, locked.decided_at = (None, None) if name == "take_back" else (by.user, clock.now())
    made_by = [locked.entered_by_id]
    make_move(CreditPromiseMove, locked, CREDIT_PROMISE, name, by=by, reason=reason, made_by=made_by)
    return locked


def empty_credit_promises(promises: QuerySet[CreditPromise]) -> None:
    """At the disclosure limit: that there was one and who judged it stays, whose it was does not (rule 10)."""
    empty(CreditPromiseMove.objects.filter(of__in=promises.order_by().values("pk")), reason="")
    nobody = Subject.objects.anonymous()
    empty(promises, subject=nobody, subject_kind=nobody.kind, subject_name="", matter=DASH, text=DASH)


def _require_organisation(values: Mapping[str, Any]) -> None:
    if values["subject_kind"] in (SubjectKind.NATURAL_PERSON, SubjectKind.ANONYMOUS):
        words = _("Only promises of organisations and sole traders are public.")
        raise InvalidInput("subject_is_a_person", words, field="subject_kind")
    if not is_uscc(values["code"]):
        wrong = _("A unified social credit code: 18 characters with the right check character (GB 32100).")
        raise InvalidInput("code_wrong", wrong, field="code")


def _require_texts(values: Mapping[str, Any]) -> None:
    for name in TEXTS:
        if not values[name].strip():
            raise InvalidInput("text_missing", _("Name, matter and text of the promise are needed."), field=name)
        if tells_citizen_number(values[name]):
            raise InvalidInput(
                "number_told", _("This is shown to everybody: leave the citizen number out."), field=name
            )


def _require_term(values: Mapping[str, Any]) -> None:
    today = clock.today()
    if values["promised_on"] > today:
        raise InvalidInput("promised_in_future", _("This day lies in the future."), field="promised_on")
    if values["valid_until"] < values["promised_on"]:
        raise InvalidInput("ends_before_it_begins", _("It cannot end before it was given."), field="valid_until")
    if values["valid_until"] < today:
        raise InvalidInput("promise_over", _("The time promised for is over already."), field="valid_until")
