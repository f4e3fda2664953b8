from django.urls import path

from jinan_credit.accounts.views import home

urlpatterns = [
    path("workbench/", home.workbench, name="workbench"),
    path("my-account/", home.my_account, name="my_account"),
    path("text-size/", home.text_size, name="text_size"),
]
