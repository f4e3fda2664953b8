from allauth.mfa.models import Authenticator
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts import history
from jinan_credit.kernel.classification import Classified


@history.track(gone=True, exclude=["data", "last_used_at"])
class SecondFactor(Authenticator):
    """A row of allauth.mfa: who set it up or took it off says its history, which holds no secret."""

    classified = Classified(internal="id user type data created_at last_used_at")

    class Meta:
        proxy = True
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")
