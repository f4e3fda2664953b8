from django.urls import path

from jinan_credit.upkeep.views import health, system

urlpatterns = [
    path("-/live", health.live, name="live"),
    path("-/ready", health.ready, name="ready"),
    path("system/", system.system, name="system"),
]
