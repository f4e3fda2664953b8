from django.urls import path

from lists.api import import_views, views

urlpatterns = [
    path("entries/", views.Entries.as_view(), name="api_entries"),
    path("entries/<uuid:pk>/", views.EntryDetail.as_view(), name="api_entry"),
    path("imports/", import_views.Imports.as_view(), name="api_imports"),
    path("imports/<int:pk>/", import_views.ImportDetail.as_view(), name="api_import"),
    path("imports/<int:pk>/confirm/", import_views.ImportConfirmation.as_view(), name="api_import_confirm"),
    path("imports/<int:pk>/cancel/", import_views.ImportCancellation.as_view(), name="api_import_cancel"),
    path("imports/<int:pk>/errors/", import_views.ImportErrors.as_view(), name="api_import_errors"),
]
