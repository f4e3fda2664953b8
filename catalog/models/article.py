from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.enums import ArticleKind
from jinan_credit.accounts import history
from jinan_credit.kernel import clock
from jinan_credit.kernel.classification import Classified
from jinan_credit.kernel.identifiers import tells_citizen_number


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self, on: date | None = None) -> "ArticleQuerySet":
        """On the public site on a day; the last day counts."""
        day = on or clock.today()
        return self.filter(Q(published_to=None) | Q(published_to__gte=day), published_from__lte=day)


@history.track(gone=True)
class Article(models.Model):
    """诚信故事、政策法规: a plain text of the public site (P §二(二)6, §五(二))."""

    kind = models.CharField(_("kind"), max_length=10, choices=ArticleKind)
    title = models.CharField(_("title"), max_length=200)
    source = models.CharField(_("source"), max_length=200, help_text=_("Who issued or wrote it."))
    document_number = models.CharField(_("document number"), max_length=100, blank=True)
    text = models.TextField(
        _("text"), help_text=_("Plain text; a blank line begins a paragraph. Stories name no natural person.")
    )
    published_from = models.DateField(_("published from"))
    published_to = models.DateField(
        _("published to"), null=True, blank=True, help_text=_("The last day, which counts.")
    )

    objects = ArticleQuerySet.as_manager()

    classified = Classified(public="id kind title source document_number text published_from published_to")

    class Meta:
        ordering = ["-published_from", "-id"]
        verbose_name = _("story or policy text")
        verbose_name_plural = _("stories and policy texts")
        constraints = [
            models.CheckConstraint(
                condition=Q(published_to=None) | Q(published_to__gte=F("published_from")),
                name="article_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        for name in ("title", "source", "text"):
            if tells_citizen_number(getattr(self, name)):
                told = _("This is shown to everybody: leave the citizen number out.")
                raise ValidationError({name: told})
