"""allauth's forms of the second factor: counted exactly, each code once, in the words of this site."""

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.rate import count_guess, forget_guesses
from jinan_credit.accounts.second_factors import factor_of_code, interval_of

CODE_INPUT = forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"})
WRONG_CODE = _("The code is wrong, or it was used already. Wait for the next one and type it.")


class _Code(forms.Form):
    code = forms.CharField(
        label=_("Verification code"),
        max_length=20,
        widget=CODE_INPUT,
        help_text=_("Six digits from your authenticator app, or one of your recovery codes."),
    )
    user: Any
    authenticator: Any

    def clean_code(self) -> str:
        count_guess(self.user.pk)
        code: str = self.cleaned_data["code"]
        factor = factor_of_code(self.user, code)
        if factor is None:
            raise forms.ValidationError(WRONG_CODE, code="wrong_code")
        forget_guesses(self.user.pk)
        factor.user = self.user
        self.authenticator = factor
        return code


class SignInCodeForm(_Code, AuthenticateForm):
    pass


class ConfirmCodeForm(_Code, ReauthenticateForm):
    pass


class FirstCodeForm(ActivateTOTPForm):
    code = forms.CharField(
        label=_("Verification code"),
        max_length=20,
        widget=CODE_INPUT,
        help_text=_("The six digits that the app shows now."),
    )

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if interval_of(self.secret, code) is None:
            raise forms.ValidationError(WRONG_CODE, code="wrong_code")
        return code


class NewKeyForm(AddWebAuthnForm):
    name = forms.CharField(
        label=_("Name of the key"), max_length=50, required=False, help_text=_("So that you tell your keys apart.")
    )


class KeyNameForm(EditWebAuthnForm):
    name = forms.CharField(label=_("Name of the key"), max_length=50)
