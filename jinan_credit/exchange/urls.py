from django.urls import path

from jinan_credit.exchange import views

urlpatterns = [
    path("push/", views.push, name="push"),
    path("push/units/<slug:code>/", views.push_of_unit, name="push_of_unit"),
    path("push/address/", views.endpoint_form, name="push_address"),
    path("push/rotate/", views.rotate, name="push_rotate"),
    path("push/move/", views.move, name="push_move"),
]
