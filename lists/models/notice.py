import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts import history
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel.classification import Classified
from lists.enums import NoticeKind
from lists.models.credit_list import CreditList
from lists.models.entry import Entry
from lists.models.publication import Publication

CODE_LENGTH = 16


class NoticeWording(models.Model):
    """What the notices of one act have in common, as it was when they were issued: list, rules, measures, remedies.

    Kept once for up to 100,000 notices. `form` names the letter's template; a changed letter is another form.
    """

    publication = models.ForeignKey(
        Publication, models.PROTECT, null=True, related_name="notice_wordings", verbose_name=_("publication")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=NoticeKind)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("issuing unit"))
    unit_name = models.CharField(_("issuing unit's name"), max_length=200)
    credit_list = models.ForeignKey(CreditList, models.PROTECT, related_name="+", verbose_name=_("list"))
    form = models.PositiveSmallIntegerField(_("form of the letter"), default=1)
    content = models.JSONField(_("content"))

    classified = Classified(
        public="unit unit_name", internal="id publication kind credit_list form", personal="content"
    )

    class Meta:
        verbose_name = _("wording of notices")
        verbose_name_plural = _("wordings of notices")
        constraints = [
            models.UniqueConstraint(fields=["publication", "unit"], name="publication_words_its_notices_once_a_unit")
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.credit_list}"

    @property
    def issuer(self) -> str:
        """The unit's full name as it was; the short one when the purge has emptied the rest."""
        return str(self.content.get("unit") or self.unit_name)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, actor: Actor) -> "NoticeQuerySet":
        """One's own unit's notices; all for oversight."""
        if actor.is_system or actor.may(Act.OVERSEE):
            return self
        return self.filter(unit__in=actor.units)


@history.track(new=False, exclude=["content"])
class Notice(models.Model):
    """告知书: a document served on the listed party, as it was issued. What it said is never changed.

    `content` is what concerns this party alone, `wording` the rest. The purge empties `content`: the number stays.
    A letter of a case (`case_number`: its receipt number) is served on who applied; without `entry` where none fits.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=NoticeKind)
    entry = models.ForeignKey(
        Entry, models.PROTECT, null=True, related_name="notices", verbose_name=_("entry"), db_index=False
    )
    case_number = models.CharField(_("receipt number of the case"), max_length=20, blank=True, db_default="")
    version = models.PositiveIntegerField(_("version of the entry"), default=0)
    publication = models.ForeignKey(
        Publication,
        models.PROTECT,
        null=True,
        related_name="notices",
        verbose_name=_("publication"),
        db_index=False,
    )
    wording = models.ForeignKey(
        NoticeWording, models.PROTECT, related_name="notices", verbose_name=_("wording"), db_index=False
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="notices", verbose_name=_("issuing unit"), db_index=False
    )
    year = models.PositiveSmallIntegerField(_("year"))
    serial = models.PositiveIntegerField(_("serial"))
    issued_on = models.DateField(_("issued on"))
    content = models.JSONField(_("content"))
    verification_code = models.CharField(_("verification code"), max_length=CODE_LENGTH)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("made by"),
        db_index=False,
    )
    served_on = models.DateField(_("served on"), null=True)
    served_how = models.CharField(_("how it was served"), max_length=200, blank=True, db_default="")
    served_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("service recorded by"),
        db_index=False,
    )

    objects = NoticeQuerySet.as_manager()

    classified = Classified(
        public="unit year serial issued_on verification_code",
        internal="id kind entry case_number version publication wording made_by served_on served_how served_by",
        personal="content",
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [
            models.Index(fields=["wording", "serial"], name="notice_by_wording"),
            models.Index(fields=["case_number"], condition=~Q(case_number=""), name="notice_of_a_case"),
            # Few are served of the many that are issued: the list of those need not walk over the others.
            models.Index(fields=["unit", "-id"], condition=Q(served_on__isnull=False), name="notice_served"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "serial"], name="notice_number_is_unique"),
            models.UniqueConstraint(fields=["verification_code"], name="notice_code_confirms_one"),
            models.UniqueConstraint(fields=["entry", "publication"], name="publication_gives_one_notice_an_entry"),
            models.CheckConstraint(
                condition=Q(entry__isnull=False) | ~Q(case_number=""), name="notice_is_of_an_entry_or_a_case"
            ),
            models.CheckConstraint(
                condition=Q(served_on=None, served_by=None, served_how="")
                | Q(served_on__isnull=False, served_by__isnull=False) & ~Q(served_how=""),
                name="notice_service_has_a_person_a_day_and_a_way",
            ),
            models.CheckConstraint(
                condition=Q(served_on=None) | Q(served_on__gte=F("issued_on")), name="notice_is_served_after_its_issue"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="says_what_it_said",
                fields=[
                    "kind",
                    "entry",
                    "case_number",
                    "version",
                    "publication",
                    "wording",
                    "unit",
                    "year",
                    "serial",
                    "issued_on",
                    "verification_code",
                    "made_by",
                ],
            ),
            pgtrigger.Protect(
                name="content_is_only_emptied",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.content IS DISTINCT FROM NEW.content AND NEW.content <> '{}'::jsonb"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """某局信告〔2026〕12号, with the unit's name as it was. Needs `wording`."""
        return f"{self.wording.unit_name}信告〔{self.year}〕{self.serial}号"

    @property
    def code_in_groups(self) -> str:
        """The verification code as it is printed: four characters a group."""
        code = self.verification_code
        return "-".join(code[start : start + 4] for start in range(0, CODE_LENGTH, 4))


class NoticeSerial(models.Model):
    """The last number that a unit gave in a year; its row lock makes the numbers gapless."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    classified = Classified(internal="id unit year last")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "year"], name="notice_serial_counts_a_unit_and_year")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.year}: {self.last}"
