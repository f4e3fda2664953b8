from django.urls import path

from jinan_credit.accounts.api.views import Token

urlpatterns = [path("token/", Token.as_view(), name="token")]
