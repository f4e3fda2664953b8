from django.urls import path

from catalog.api import receipts

urlpatterns = [
    path("memorandum-receipts/", receipts.ReceiptsView.as_view(), name="api_receipts"),
    path("memorandum-receipts/<int:pk>/", receipts.ReceiptView.as_view(), name="api_receipt"),
    path("memorandum-receipts/<int:pk>/confirm/", receipts.ReceiptConfirmView.as_view(), name="api_receipt_confirm"),
]
