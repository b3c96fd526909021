from vafa.commerce.models.data_import import DataImport, ImportedRow
from vafa.commerce.models.documents import Document, DocumentSeries, SellerDetails
from vafa.commerce.models.orders import Order, OrderLine, OrderStep
from vafa.commerce.models.product import Category, Product
from vafa.commerce.models.purchase import Delivery, Purchase, PurchaseLine
from vafa.commerce.models.returns import Return, ReturnLine

__all__ = [
    "Category",
    "DataImport",
    "Delivery",
    "Document",
    "DocumentSeries",
    "ImportedRow",
    "Order",
    "OrderLine",
    "OrderStep",
    "Product",
    "Purchase",
    "PurchaseLine",
    "Return",
    "ReturnLine",
    "SellerDetails",
]
