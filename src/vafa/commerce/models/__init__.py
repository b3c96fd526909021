from vafa.commerce.models.product import Category, Product
from vafa.commerce.models.purchase import Delivery, Purchase, PurchaseLine
from vafa.commerce.models.returns import Return, ReturnLine

__all__ = ["Category", "Delivery", "Product", "Purchase", "PurchaseLine", "Return", "ReturnLine"]
