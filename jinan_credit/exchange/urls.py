from django.urls import path

from jinan_credit.exchange.views import push, rejected

urlpatterns = [
    path("push/", push.push, name="push"),
    path("push/units/<slug:code>/", push.push_of_unit, name="push_of_unit"),
    path("push/address/", push.endpoint_form, name="push_address"),
    path("push/rotate/", push.rotate, name="push_rotate"),
    path("push/move/", push.move, name="push_move"),
    path("push/rewind/", push.rewind, name="push_rewind"),
    path("push/rejected/", rejected.rejected, name="push_rejected"),
    path("push/rejected/<int:pk>/again/", rejected.send_again, name="push_rejected_again"),
    path("push/rejected/<int:pk>/settle/", rejected.settle, name="push_rejected_settle"),
]
