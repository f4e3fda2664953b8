from allauth.account import views as sign_in
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from django.urls import path
from django.views.generic import RedirectView

from jinan_credit.accounts.views import (
    access_review,
    gallery,
    home,
    messages,
    permissions,
    policy_reports,
    second_factor,
    sessions,
    single_sign_on,
)

urlpatterns = [
    path("accounts/login/", sign_in.login, name="account_login"),
    path("accounts/logout/", single_sign_on.sign_out, name="account_logout"),
    path("accounts/inactive/", sign_in.account_inactive, name="account_inactive"),
    path("accounts/password/change/", sign_in.password_change, name="account_change_password"),
    path("accounts/sso/", single_sign_on.begin, name="sso_begin"),
    path("accounts/sso/callback/", single_sign_on.finish, name="sso_finish"),
    path("accounts/confirm/", sign_in.reauthenticate, name="account_reauthenticate"),
    path("accounts/confirm/code/", factors.reauthenticate, name="mfa_reauthenticate"),
    path("accounts/confirm/key/", keys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("accounts/login/code/", factors.authenticate, name="mfa_authenticate"),
    path("accounts/second-factor/", factors.index, name="mfa_index"),
    path("accounts/second-factor/app/add/", second_factor.add_app, name="mfa_activate_totp"),
    path("accounts/second-factor/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("accounts/second-factor/keys/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path("accounts/second-factor/keys/add/", keys.add_webauthn, name="mfa_add_webauthn"),
    path("accounts/second-factor/keys/<int:pk>/edit/", keys.edit_webauthn, name="mfa_edit_webauthn"),
    path("accounts/second-factor/keys/<int:pk>/remove/", second_factor.remove_key, name="mfa_remove_webauthn"),
    path("accounts/second-factor/codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "accounts/second-factor/codes/new/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"
    ),
    path("admin/login/", home.admin_door),
    path("workbench/", home.workbench, name="workbench"),
    path("my-account/", home.my_account, name="my_account"),
    path("messages/", messages.message_list, name="messages"),
    path("messages/read/", messages.messages_read, name="messages_read"),
    path("messages/kinds/", messages.message_kinds, name="message_kinds"),
    path("messages/ways/", messages.message_ways, name="message_ways"),
    path("messages/ways/test/", messages.message_test, name="message_test"),
    path("messages/<int:pk>/open/", messages.message_open, name="message_open"),
    path("my-account/sessions/", sessions.session_list, name="sessions"),
    path("my-account/sessions/end-others/", sessions.end_others, name="sessions_end_others"),
    path("my-account/sessions/<int:pk>/end/", sessions.end_session, name="session_end"),
    path("access-review/", access_review.access_review, name="access_review"),
    path("access-review/export/", access_review.access_export, name="access_export"),
    path("session/left/", sessions.session_left, name="session_left"),
    path("session/stay/", sessions.session_stay, name="session_stay"),
    path("session/unsent/", sessions.unsent_form, name="unsent_form"),
    path("permissions/", permissions.permissions, name="permissions"),
    path("components/", gallery.gallery, name="components"),
    path("policy-reports/", policy_reports.policy_report, name="policy_report"),
    path("text-size/", home.text_size, name="text_size"),
]
