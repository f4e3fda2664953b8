from django.urls import path

from jinan_credit.exchange.views import metrics, push

urlpatterns = [
    path("metrics", metrics.metrics, name="metrics"),
    path("push/", push.push, name="push"),
    path("push/units/<slug:code>/", push.push_of_unit, name="push_of_unit"),
    path("push/address/", push.endpoint_form, name="push_address"),
    path("push/rotate/", push.rotate, name="push_rotate"),
    path("push/move/", push.move, name="push_move"),
]
