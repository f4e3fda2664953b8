from django.urls import path

from lists.views import nominations, notices

urlpatterns = [
    path("publications/<int:pk>/notices/", notices.notices_print, name="notices_print"),
    path("notices/", notices.notices, name="notices"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
    path("nominations/", nominations.nominations, name="nominations"),
    path("nominations/new/", nominations.nomination_new, name="nomination_new"),
    path("nominations/<int:pk>/", nominations.nomination, name="nomination"),
    path("nominations/<int:pk>/accept/", nominations.nomination_accept, name="nomination_accept"),
    path("nominations/<int:pk>/document/", nominations.nomination_document, name="nomination_document"),
]
