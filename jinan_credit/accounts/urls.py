from allauth.account import views as sign_in
from django.urls import path

from jinan_credit.accounts.views import gallery, home

urlpatterns = [
    path("accounts/login/", sign_in.login, name="account_login"),
    path("accounts/logout/", sign_in.logout, name="account_logout"),
    path("accounts/inactive/", sign_in.account_inactive, name="account_inactive"),
    path("accounts/password/change/", sign_in.password_change, name="account_change_password"),
    path("admin/login/", home.admin_door),
    path("workbench/", home.workbench, name="workbench"),
    path("my-account/", home.my_account, name="my_account"),
    path("components/", gallery.gallery, name="components"),
    path("text-size/", home.text_size, name="text_size"),
]
