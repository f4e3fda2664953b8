import secrets

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


def random_path(document: "KeptDocument", file_name: str) -> str:
    """Never the name the file came with; `file_name` only gives the extension that the content called for."""
    return f"{document.folder}/{secrets.token_hex(16)}.{file_name.rpartition('.')[2]}"


class KeptDocument(models.Model):
    """A document handed in, made harmless before it was kept (`accounts.files`). Never replaced.

    A concrete class adds the foreign key to what it belongs to (PROTECT), the folder and `download_stem`.
    """

    folder: str

    file = models.FileField(_("file"), upload_to=random_path)
    content_type = models.CharField(_("kind of file"), max_length=20)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    added_at = models.DateTimeField(_("added at"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("added by")
    )

    class Meta:
        abstract = True
        ordering = ["id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return self.download_name

    @property
    def download_stem(self) -> str:
        """What names it to whoever takes it home, before its own number."""
        raise NotImplementedError

    @property
    def download_name(self) -> str:
        return f"{self.download_stem}-{self.pk}.{str(self.file).rpartition('.')[2]}"
