from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jinan_credit.accounts.enums import MessageState
from jinan_credit.kernel.classification import Classified


class ApplicantMessage(models.Model):
    """A few words to an applicant: that his case has moved, and where to read how. Nothing about a listing.

    The contact stands here until the message is out or given up, and no longer. Where it must not stand here at all
    `contact_from` names who knows it (`services.messages.add_contact_source`), and goes with the message, too.
    """

    case_number = models.CharField(_("receipt number of the case"), max_length=20)
    text = models.CharField(_("text"), max_length=300)
    sealed_contact = models.TextField(_("contact (sealed)"), blank=True)
    contact_from = models.CharField(_("who knows the contact"), max_length=20, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=MessageState, default=MessageState.WAITING)
    channel = models.CharField(_("way"), max_length=20, blank=True)
    made_at = models.DateTimeField(_("made at"))
    attempts = models.PositiveSmallIntegerField(pgettext_lazy("how many", "attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try at"))
    ended_at = models.DateTimeField(_("sent or given up at"), null=True)

    classified = Classified(
        internal="id case_number text contact_from state channel made_at attempts next_try_at ended_at",
        personal="sealed_contact",
    )

    class Meta:
        ordering = ["id"]
        verbose_name = _("message to an applicant")
        verbose_name_plural = _("messages to applicants")
        indexes = [
            models.Index(fields=["case_number", "id"], name="message_by_case"),
            models.Index(fields=["next_try_at"], condition=Q(state=MessageState.WAITING), name="message_waiting"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=MessageState.WAITING, ended_at=None)
                & (Q(contact_from="") & ~Q(sealed_contact="") | ~Q(contact_from="") & Q(sealed_contact=""))
                | ~Q(state=MessageState.WAITING) & Q(ended_at__isnull=False, sealed_contact="", contact_from=""),
                name="message_that_ended_keeps_no_contact",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_number}: {self.text}"
