"""What allauth's pages of the second factor leave open here."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from jinan_credit.accounts.second_factors import remember_first_code


class AddAppView(ActivateTOTPView):
    """The code with which the app is set up is used by that."""

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        remember_first_code(Authenticator.objects.get(user=self.request.user, type=Authenticator.Type.TOTP))
        return answer


class RemoveKeyView(RemoveWebAuthnView):
    """The last factor of a person who needs one stays."""

    def form_valid(self, form: Any) -> HttpResponse:
        key: Authenticator = self.get_object()
        if not get_adapter().can_delete_authenticator(key):
            messages.error(self.request, _("Your role needs a second factor. Add another one before you remove this."))
            return redirect("mfa_index")
        return super().form_valid(form)


add_app = AddAppView.as_view()
remove_key = RemoveKeyView.as_view()
