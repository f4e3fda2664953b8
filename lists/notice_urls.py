from django.urls import path

from lists.views import notices

urlpatterns = [
    path("publications/<int:pk>/notices/", notices.notices_print, name="notices_print"),
    path("notices/", notices.notices, name="notices"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
]
