from allauth.account import views as sign_in
from django.urls import path

from jinan_credit.accounts.views import gallery, home, messages, permissions

urlpatterns = [
    path("accounts/login/", sign_in.login, name="account_login"),
    path("accounts/logout/", sign_in.logout, name="account_logout"),
    path("accounts/inactive/", sign_in.account_inactive, name="account_inactive"),
    path("accounts/password/change/", sign_in.password_change, name="account_change_password"),
    path("admin/login/", home.admin_door),
    path("workbench/", home.workbench, name="workbench"),
    path("my-account/", home.my_account, name="my_account"),
    path("messages/", messages.message_list, name="messages"),
    path("messages/read/", messages.messages_read, name="messages_read"),
    path("messages/kinds/", messages.message_kinds, name="message_kinds"),
    path("messages/ways/", messages.message_ways, name="message_ways"),
    path("messages/ways/test/", messages.message_test, name="message_test"),
    path("messages/<int:pk>/open/", messages.message_open, name="message_open"),
    path("permissions/", permissions.permissions, name="permissions"),
    path("components/", gallery.gallery, name="components"),
    path("text-size/", home.text_size, name="text_size"),
]
