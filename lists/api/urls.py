from django.urls import path

from lists.api import views

urlpatterns = [
    path("entries/", views.Entries.as_view(), name="api_entries"),
    path("entries/<uuid:pk>/", views.EntryDetail.as_view(), name="api_entry"),
    path("imports/", views.Imports.as_view(), name="api_imports"),
    path("imports/<int:pk>/", views.ImportDetail.as_view(), name="api_import"),
    path("imports/<int:pk>/confirm/", views.ImportConfirmation.as_view(), name="api_import_confirm"),
]
