from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts import history
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import MoveRecord, Unit
from jinan_credit.kernel.classification import Classified
from lists.enums import DocumentType, NominationState, NominatorKind, SubjectKind
from lists.models.credit_list import CreditList
from lists.models.entry import Entry


class NominationQuerySet(models.QuerySet["Nomination"]):
    def visible_to(self, actor: Actor) -> "NominationQuerySet":
        """Those that one's unit made, and those it has to decide as an initiating unit of the list."""
        if actor.is_system:
            return self
        decided_here = CreditList.objects.initiated_by(actor.unit).values("pk")
        return self.filter(Q(unit__in=actor.units) | Q(credit_list__in=decided_here))

    def to_decide(self, actor: Actor) -> "NominationQuerySet":
        """Those that wait for this person: of a list that his unit initiates, and not made by himself."""
        if actor.unit is None or actor.user is None:
            return self.none()
        decided_here = CreditList.objects.initiated_by(actor.unit).values("pk")
        return self.filter(state=NominationState.OPEN, credit_list__in=decided_here).exclude(proposed_by=actor.user)


@history.track(gone=True)
class Nomination(models.Model):
    """推荐: a unit, an association or the media recommends someone for a red list; an initiating unit decides."""

    credit_list = models.ForeignKey(CreditList, models.PROTECT, related_name="nominations", verbose_name=_("list"))
    state = models.CharField(_("state"), max_length=10, choices=NominationState, default=NominationState.OPEN)
    nominator_kind = models.CharField(_("recommended by"), max_length=15, choices=NominatorKind)
    nominator = models.CharField(_("name of the recommending body"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=SubjectKind)
    name = models.CharField(_("name"), max_length=200)
    code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    document_type = models.CharField(_("document type"), max_length=10, choices=DocumentType, blank=True)
    sealed_number = models.TextField(_("document number (sealed)"), blank=True)
    masked_number = models.CharField(_("document number (masked)"), max_length=30, blank=True)
    number_index = models.CharField(_("blind index"), max_length=64, blank=True)
    merits = models.TextField(_("merits"))
    file = models.FileField(_("document"), upload_to="nominations/", blank=True)
    content_type = models.CharField(_("content type"), max_length=100, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="nominations", verbose_name=_("entered by the unit"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    entry = models.OneToOneField(
        Entry, models.PROTECT, null=True, related_name="nomination", verbose_name=_("entry drafted from it")
    )

    objects = NominationQuerySet.as_manager()

    classified = Classified(
        internal="id credit_list state nominator_kind nominator kind code content_type unit proposed_by proposed_at "
        "decided_by decided_at entry",
        personal="name document_type sealed_number masked_number number_index merits file",
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("nomination")
        verbose_name_plural = _("nominations")
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, state=NominationState.OPEN)
                | Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(state=NominationState.OPEN),
                name="nomination_decision_has_a_person_and_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=NominationState.ACCEPTED) | Q(entry__isnull=False),
                name="nomination_accepted_became_a_draft",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="nomination_is_decided_by_another_person",  # rule 4
            ),
            models.UniqueConstraint(
                fields=["credit_list", "code"],
                condition=Q(state=NominationState.OPEN) & ~Q(code=""),
                name="organisation_is_nominated_once_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["credit_list", "number_index"],
                condition=Q(state=NominationState.OPEN) & ~Q(number_index=""),
                name="person_is_nominated_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.credit_list}"

    @property
    def is_person(self) -> bool:
        return self.kind == SubjectKind.NATURAL_PERSON

    @property
    def identifier(self) -> str:
        """What staff see: the USCC, or the masked document number."""
        return self.code or self.masked_number


class NominationMove(MoveRecord):
    of = models.ForeignKey(Nomination, models.PROTECT, related_name="moves")

    classified = Classified(internal="id of name from_state to_state by by_client unit at reason")

    class Meta(MoveRecord.Meta):
        verbose_name = _("step of a nomination")
        verbose_name_plural = _("steps of nominations")
