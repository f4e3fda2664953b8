from django.urls import path

from catalog.api import items, receipts

urlpatterns = [
    path("memorandum-receipts/", receipts.ReceiptsView.as_view(), name="api_receipts"),
    path("memorandum-receipts/<int:pk>/", receipts.ReceiptView.as_view(), name="api_receipt"),
    path("memorandum-receipts/<int:pk>/confirm/", receipts.ReceiptConfirmView.as_view(), name="api_receipt_confirm"),
    path("catalogue-items/", items.ItemsView.as_view(), name="api_catalogue_items"),
    path("catalogue-items/<slug:code>/updates/", items.ItemUpdatesView.as_view(), name="api_catalogue_item_updates"),
]
