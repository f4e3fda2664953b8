"""The one place that keeps and reads who made a tip-off (rule 11). Nothing leads here from a tip-off itself."""

from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.services.messages import tell_by_source
from jinan_credit.kernel import clock, crypto
from jinan_credit.kernel.errors import InvalidInput, NotAllowed, NotFound
from objections.models import ReporterLook, TipOff, TipOffReporter

CONTACT_SOURCE = "reporters"
SHORTEST_TOLD = 2
"""Shorter than that a name is found in every text."""


@dataclass(frozen=True)
class Reporter:
    """`contact`: telephone or address for questions. Neither shows in a log or a traceback."""

    name: str = field(repr=False)
    contact: str = field(repr=False)

    def is_told_by(self, text: str) -> bool:
        return any(len(part) >= SHORTEST_TOLD and part in text for part in (self.name.strip(), self.contact.strip()))


def keep_reporter(*, tip_off: TipOff, reporter: Reporter) -> None:
    TipOffReporter.objects.create(
        tip_off=tip_off, sealed_name=crypto.seal(reporter.name), sealed_contact=crypto.seal(reporter.contact)
    )


def contact_of_reporter(receipt_number: str) -> str:
    """For a message at the moment it goes out, which alone is what he left it for; "" where none is kept."""
    kept = TipOffReporter.objects.filter(tip_off__receipt_number=receipt_number).first()
    return crypto.unseal(kept.sealed_contact) if kept else ""


def tell_reporter(*, tip_off: TipOff) -> None:
    """A few words that the answer is there, if he named himself. The message holds neither name nor contact."""
    if not is_named(tip_off):
        return
    with translation.override(settings.LANGUAGE_CODE):
        text = _(
            "Jinan Credit: there is an answer to %(number)s. "
            "Read it on the public site under “Where does my application stand?” with your query code."
        ) % {"number": tip_off.receipt_number}
    tell_by_source(case_number=tip_off.receipt_number, contact_from=CONTACT_SOURCE, text=text)


def is_named(tip_off: TipOff) -> bool:
    return TipOffReporter.objects.filter(pk=tip_off.pk).exists()


@transaction.atomic
def see_reporter(*, tip_off: TipOff, by: Actor, reason: str) -> Reporter:
    """Who made the tip-off, shown to a person with a reason; the look is written down, not what was seen (rule 11).

    Refusals: `act_not_allowed`, `tip_off_not_found`, `reason_missing`, `reporter_anonymous`, `names_reporter`.
    """
    by.require(Act.SEE_REPORTERS)
    if by.user is None:
        raise NotAllowed("act_not_allowed", _("Only a person sees who made a tip-off."))
    if not TipOff.objects.visible_to(by).filter(pk=tip_off.pk).exists():
        raise NotFound("tip_off_not_found", _("There is no such tip-off."))
    if not reason.strip():
        raise InvalidInput("reason_missing", _("Give the reason for this step."), field="reason")
    reporter = _reporter_of(tip_off)
    if reporter is None:
        raise InvalidInput("reporter_anonymous", _("Whoever made this tip-off did not name himself."))
    refuse_naming(reporter, reason)
    ReporterLook.objects.create(tip_off=tip_off, by=by.user, unit=by.unit, at=clock.now(), reason=reason.strip()[:500])
    return reporter


def require_unnamed(tip_off: TipOff, *texts: str) -> None:
    """`names_reporter` when a text that others read gives the reporter away.

    Only for the steps of those who may see him: to anybody else the refusal would tell whether he guessed right.
    """
    reporter = _reporter_of(tip_off)
    if reporter is not None:
        refuse_naming(reporter, *texts)


def refuse_naming(reporter: Reporter, *texts: str) -> None:
    if any(reporter.is_told_by(text) for text in texts):
        raise InvalidInput(
            "names_reporter",
            _("This text gives the reporter's name or contact away. Others read it: leave both out."),
        )


def _reporter_of(tip_off: TipOff) -> Reporter | None:
    kept = TipOffReporter.objects.filter(pk=tip_off.pk).first()
    return Reporter(crypto.unseal(kept.sealed_name), crypto.unseal(kept.sealed_contact)) if kept else None
