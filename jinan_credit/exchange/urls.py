from django.urls import path

from jinan_credit.exchange.views import downloads, metrics, office, push, rejected

urlpatterns = [
    path("metrics", metrics.metrics, name="metrics"),
    path("push/", push.push, name="push"),
    path("push/units/<slug:code>/", push.push_of_unit, name="push_of_unit"),
    path("push/address/", push.endpoint_form, name="push_address"),
    path("push/rotate/", push.rotate, name="push_rotate"),
    path("push/move/", push.move, name="push_move"),
    path("push/rewind/", push.rewind, name="push_rewind"),
    path("push/rejected/", rejected.rejected, name="push_rejected"),
    path("push/rejected/<int:pk>/again/", rejected.send_again, name="push_rejected_again"),
    path("push/rejected/<int:pk>/settle/", rejected.settle, name="push_rejected_settle"),
    path("push/downloads/", downloads.downloads, name="downloads"),
    path("push/downloads/take/", downloads.downloads_take, name="downloads_take"),
    path("push/downloads/<int:pk>/", downloads.download, name="download"),
    path("push/downloads/<int:pk>/again/", downloads.download_again, name="download_again"),
    path("push/downloads/<int:pk>/confirm/", downloads.download_confirm, name="download_confirm"),
    path("push/copies/<int:pk>/deleted/", downloads.copy_deleted, name="copy_deleted"),
    path("push/stale-copies/", downloads.stale, name="stale_copies"),
    path("messages/office/", office.office_form, name="office_address"),
    path("messages/office/rotate/", office.office_rotate, name="office_rotate"),
    path("messages/office/move/", office.office_move, name="office_move"),
]
