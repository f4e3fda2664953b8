from django.urls import path

from jinan_credit.exchange.api import views

urlpatterns = [
    path("lists/", views.FollowedLists.as_view(), name="api_lists"),
    path("feed/<slug:code>/", views.Feed.as_view(), name="api_feed"),
    path("feed/<slug:code>/ack/", views.Acknowledgement.as_view(), name="api_ack"),
    path("snapshot/<slug:code>/", views.SnapshotOfList.as_view(), name="api_snapshot"),
    path("digest/<slug:code>/", views.DigestOfList.as_view(), name="api_digest"),
    path("endpoint/", views.EndpointOfUnit.as_view(), name="api_endpoint"),
    path("endpoint/rotate/", views.KeyRotation.as_view(), name="api_endpoint_rotate"),
    path("endpoint/pause/", views.Pause.as_view(), name="api_endpoint_pause"),
    path("endpoint/resume/", views.Resume.as_view(), name="api_endpoint_resume"),
    path("endpoint/rewind/", views.Rewind.as_view(), name="api_endpoint_rewind"),
]
