import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import RuleProfile
from jinan_credit.accounts import history
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import MoveRecord, Unit
from jinan_credit.kernel import clock
from jinan_credit.kernel.classification import Classified
from lists.enums import CreditPromiseKind, CreditPromiseState, SubjectKind
from lists.models.subject import Subject
from lists.rules import kept_since

JUDGED = (CreditPromiseState.KEPT, CreditPromiseState.BROKEN)


class CreditPromiseQuerySet(models.QuerySet["CreditPromise"]):
    def visible_to(self, actor: Actor) -> "CreditPromiseQuerySet":
        """Those that one's unit entered; the coordinator sees all."""
        if actor.is_system or actor.may(Act.OVERSEE):
            return self
        return self.filter(unit__in=actor.units)

    def to_judge(self) -> "CreditPromiseQuerySet":
        """The time promised for is over, and nobody has said yet whether the promise was kept."""
        return self.filter(state=CreditPromiseState.GIVEN, valid_until__lt=clock.today())

    def public(self) -> "CreditPromiseQuerySet":
        """What any passer-by may see: promises that hold, and for the disclosure limit those kept or broken."""
        today = clock.today()
        since = kept_since(today, RuleProfile.objects.for_case("disclosure", today)["limit_years"])
        holds = Q(state=CreditPromiseState.GIVEN, valid_until__gte=today)
        judged = Q(state__in=JUDGED, decided_at__gte=clock.start_of(since))
        shown = self.filter(holds | judged)
        return shown.exclude(subject_kind__in=[SubjectKind.NATURAL_PERSON, SubjectKind.ANONYMOUS])


@history.track()
class CreditPromise(models.Model):
    """信用承诺: what an organisation promises the public, entered by a unit or its association (P §二(二)1).

    `subject_name` is the name as at the promise: a rename never rewrites it.
    """

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="credit_promises", verbose_name=_("subject"))
    subject_kind = models.CharField(_("kind of subject"), max_length=20, choices=SubjectKind)
    subject_name = models.CharField(_("name as at the promise"), max_length=200)
    kind = models.CharField(_("kind of promise"), max_length=15, choices=CreditPromiseKind)
    matter = models.CharField(_("matter"), max_length=200)
    text = models.TextField(_("text of the promise"))
    promised_on = models.DateField(_("promised on"))
    valid_until = models.DateField(_("valid until"))
    state = models.CharField(_("state"), max_length=10, choices=CreditPromiseState, default=CreditPromiseState.GIVEN)
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="credit_promises", verbose_name=_("entered by the unit")
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("a promise", "entered by"),
    )
    entered_at = models.DateTimeField(_("entered at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)

    objects = CreditPromiseQuerySet.as_manager()

    classified = Classified(
        public="id subject_kind kind matter text promised_on valid_until state unit",
        internal="entered_by entered_at decided_by decided_at",
        personal="subject subject_name",
    )

    class Meta:
        ordering = ["-promised_on", "-id"]
        verbose_name = _("public credit promise")
        verbose_name_plural = _("public credit promises")
        constraints = [
            models.CheckConstraint(
                condition=~Q(subject_kind=SubjectKind.NATURAL_PERSON),
                name="natural_person_gives_no_public_promise",  # rule 7
            ),
            models.CheckConstraint(
                condition=Q(state=CreditPromiseState.GIVEN, decided_by=None, decided_at=None)
                | ~Q(state=CreditPromiseState.GIVEN) & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="public_promise_decided_has_a_person_and_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=JUDGED) | ~Q(decided_by=F("entered_by")),
                name="public_promise_is_judged_by_another_person",  # rule 4
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("promised_on")), name="public_promise_ends_after_it_is_given"
            ),
            models.UniqueConstraint(
                fields=["subject", "kind", "matter", "promised_on"],
                condition=~Q(state=CreditPromiseState.WITHDRAWN) & ~Q(subject_kind=SubjectKind.ANONYMOUS),
                name="public_promise_is_entered_once",
            ),
        ]
        indexes = [models.Index(fields=["-promised_on", "-id"], name="promise_by_day")]
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.subject_name}: {self.matter}"

    @property
    def is_to_judge(self) -> bool:
        return self.state == CreditPromiseState.GIVEN and self.valid_until < clock.today()


class CreditPromiseMove(MoveRecord):
    of = models.ForeignKey(CreditPromise, models.PROTECT, related_name="moves")

    classified = Classified(internal="id of name from_state to_state by by_client unit at reason")

    class Meta(MoveRecord.Meta):
        verbose_name = _("step of a public credit promise")
        verbose_name_plural = _("steps of public credit promises")
