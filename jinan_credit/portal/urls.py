from django.urls import path

from jinan_credit.portal.views import bulletins, records, status, verify

urlpatterns = [
    path("", records.home, name="home"),
    path("public/entries/<uuid:pk>/", records.record, name="public_entry"),
    path("public/about/", records.about, name="about"),
    path("public/memoranda/", records.memoranda, name="public_memoranda"),
    path("public/memoranda/<slug:code>/", records.memorandum, name="public_memorandum"),
    path("public/bulletins/", bulletins.bulletins, name="public_bulletins"),
    path("public/bulletins/<int:year>/<int:serial>/", bulletins.bulletin, name="public_bulletin"),
    path("status/", status.status, name="status"),
    path("verify/", verify.verify, name="verify"),
]
