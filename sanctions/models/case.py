import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts import history
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import ApiClient, MoveRecord, Unit
from jinan_credit.kernel.classification import Classified
from jinan_credit.kernel.masking import mask_name
from lists.enums import EntryState, ExitReason, PublicationKind, SubjectKind
from lists.models import Change, Entry
from sanctions.enums import CaseFlaw, CaseState, MatchedAs
from sanctions.models.bulletin import Bulletin
from sanctions.models.execution import Execution

WAS_ADOPTED = (CaseState.ADOPTED, CaseState.IN_BULLETIN)
WRITING = ("draft", "revise", "report")
"""The steps that make a person a maker of the case."""

WRONG_EXITS = (ExitReason.OBJECTION_UPHELD, ExitReason.LISTED_IN_ERROR, ExitReason.BASIS_CHANGED)
_OF_A_PERSON = Q(execution__entry__subject_kind=SubjectKind.NATURAL_PERSON) | Q(
    execution__hit__matched_as=MatchedAs.RELATED_PERSON
)


def _flaw() -> Case:
    corrected = Change.objects.filter(
        entry=OuterRef("execution__entry"),
        version__gt=OuterRef("entry_version"),
        publication__kind=PublicationKind.CORRECTION,
    )
    return Case(
        When(execution__entry__state=EntryState.PURGED, then=Value(CaseFlaw.DELETED)),
        When(execution__cancelled_at__isnull=False, then=Value(CaseFlaw.CANCELLED)),
        When(execution__entry__exit_reason__in=WRONG_EXITS, then=Value(CaseFlaw.WRONG)),
        When(execution__entry__state=EntryState.STAYED, then=Value(CaseFlaw.STAYED)),
        When(Exists(corrected), then=Value(CaseFlaw.CORRECTED)),
        default=Value(""),
    )


class CaseReportQuerySet(models.QuerySet["CaseReport"]):
    def visible_to(self, actor: Actor) -> "CaseReportQuerySet":
        """One's own unit's; to the coordinator whatever was reported; all to the audit.

        Others read a case in the bulletin that circulates it, nowhere else.
        """
        if actor.is_system or actor.may(Act.SEE_AUDIT):
            return self
        own = Q(unit__in=actor.units)
        return self.filter(own | Q(reported_at__isnull=False)) if actor.may(Act.CIRCULATE_CASES) else self.filter(own)

    def of_unit(self, actor: Actor) -> "CaseReportQuerySet":
        return self.filter(unit=actor.unit) if actor.unit else self.none()

    def with_flaw(self) -> "CaseReportQuerySet":
        """Each with `flaw`, a CaseFlaw or empty. Derived: nothing has to run for a case to be taken back."""
        return self.annotate(flaw=_flaw())

    def sound(self) -> "CaseReportQuerySet":
        return self.annotate(flaw=_flaw()).filter(flaw="")

    def flawed(self) -> "CaseReportQuerySet":
        return self.annotate(flaw=_flaw()).exclude(flaw="")

    def of_organisations(self) -> "CaseReportQuerySet":
        return self.exclude(_OF_A_PERSON)

    def open_to_the_public(self) -> "CaseReportQuerySet":
        """Of organisations whose entry any passer-by may see today (SD art. 20, art. 38), and without a flaw."""
        return self.sound().of_organisations().filter(execution__entry__in=Entry.objects.public())


@history.track()
class CaseReport(models.Model):
    """案例: a typical case of joint reward or sanction, made from an execution and reported (P §五(三)).

    Organisations are named in it, natural persons are not. `entry_version` is the state of the entry on which the
    text rests.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="cases", verbose_name=_("unit"), db_index=False)
    execution = models.ForeignKey(Execution, models.PROTECT, related_name="cases", verbose_name=_("execution"))
    entry_version = models.PositiveIntegerField(_("version of the entry"))
    title = models.CharField(_("title"), max_length=200)
    findings = models.TextField(_("what was found"), blank=True)
    response = models.TextField(_("measures and their basis"), blank=True)
    effect = models.TextField(_("what it led to"), blank=True)
    state = models.CharField(_("state"), max_length=11, choices=CaseState, default=CaseState.DRAFT)
    bulletin = models.ForeignKey(Bulletin, models.PROTECT, null=True, related_name="cases", verbose_name=_("bulletin"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("made by"),
        db_index=False,
    )
    made_by_client = models.ForeignKey(
        ApiClient, models.PROTECT, null=True, related_name="+", verbose_name=_("API client"), db_index=False
    )
    made_at = models.DateTimeField(_("made at"))
    reported_at = models.DateTimeField(_("reported at"), null=True)
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("adopted by"),
        db_index=False,
    )
    adopted_at = models.DateTimeField(_("adopted at"), null=True)

    objects = CaseReportQuerySet.as_manager()
    flaw: str
    """Of rows read `with_flaw`."""

    classified = Classified(
        internal="id unit execution entry_version state bulletin made_by made_by_client made_at reported_at "
        "adopted_by adopted_at",
        personal="title findings response effect",
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("typical case")
        verbose_name_plural = _("typical cases")
        indexes = [models.Index(fields=["unit", "-id"], name="case_by_unit")]
        constraints = [
            models.UniqueConstraint(
                fields=["execution"],
                condition=~Q(state=CaseState.WITHDRAWN),
                name="execution_gives_one_case_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(made_by__isnull=False, made_by_client=None) | Q(made_by=None, made_by_client__isnull=False),
                name="case_is_by_a_person_or_a_client",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[CaseState.REPORTED, *WAS_ADOPTED]) | Q(reported_at__isnull=False),
                name="case_reported_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=WAS_ADOPTED, adopted_at__isnull=False, adopted_by__isnull=False)
                | ~Q(state__in=WAS_ADOPTED) & Q(adopted_at=None, adopted_by=None, bulletin=None),
                name="case_adopted_has_a_person_and_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=CaseState.IN_BULLETIN) | Q(bulletin__isnull=False),
                name="case_circulated_stands_in_a_bulletin",
            ),
            models.CheckConstraint(
                condition=Q(adopted_by=None) | Q(made_by=None) | ~Q(adopted_by=F("made_by")),
                name="case_is_adopted_by_another_person",  # rule 4
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="adopted_text_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.adopted_at IS NOT NULL AND (OLD.title, OLD.findings, OLD.response, OLD.effect) "
                    "IS DISTINCT FROM (NEW.title, NEW.findings, NEW.response, NEW.effect)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"#{self.pk}"

    @property
    def entry(self) -> Entry:
        assert self.execution.entry is not None, "a case is made of an execution against one party"
        return self.execution.entry

    @property
    def is_of_a_person(self) -> bool:
        """Of a natural person, listed himself or found as a related person of a listed organisation."""
        hit = self.execution.hit
        is_related = hit is not None and hit.matched_as == MatchedAs.RELATED_PERSON
        return is_related or self.entry.subject_kind == SubjectKind.NATURAL_PERSON

    @property
    def party(self) -> str:
        """The organisation by its name as at listing, a person masked."""
        name = self.entry.subject_name
        return mask_name(name) if self.is_of_a_person else name

    @property
    def makers(self) -> set[int | None]:
        """Who wrote or reported it: they may not adopt it (rule 4)."""
        return {self.made_by_id, *self.moves.filter(name__in=WRITING).values_list("by_id", flat=True)}


class CaseReportMove(MoveRecord):
    of = models.ForeignKey(CaseReport, models.PROTECT, related_name="moves")

    classified = Classified(internal="id of name from_state to_state by by_client unit at reason")

    class Meta(MoveRecord.Meta):
        verbose_name = _("step of a typical case")
        verbose_name_plural = _("steps of typical cases")
