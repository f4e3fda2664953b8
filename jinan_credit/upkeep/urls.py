from django.urls import path

from jinan_credit.upkeep.views import health

urlpatterns = [
    path("-/live", health.live, name="live"),
    path("-/ready", health.ready, name="ready"),
]
