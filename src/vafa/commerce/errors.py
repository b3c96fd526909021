from __future__ import annotations

from vafa.core.errors import DomainError


class InvalidAmount(DomainError):
    code = "invalid_amount"
    status = 422
    fa = "مبلغ باید از صفر بیشتر و حداکثر {limit} باشد."
    en = "The amount must be above zero and at most {limit}."


class WrongCurrency(DomainError):
    code = "wrong_currency"
    status = 422
    fa = "واحد پول این باشگاه {currency} است."
    en = "This club's currency is {currency}."


class InTheFuture(DomainError):
    code = "in_the_future"
    status = 422
    fa = "زمان خرید در آینده است."
    en = "The time lies in the future."


class TooLongAgo(DomainError):
    code = "too_long_ago"
    status = 422
    fa = "تاریخ پیش از سال ۱۹۹۰ میلادی (۱۳۶۸) پذیرفته نمی‌شود."
    en = "Dates before 1990 are not accepted."


class LinesDoNotAddUp(DomainError):
    code = "lines_do_not_add_up"
    status = 422
    fa = "جمع سطرها {lines} است و مبلغ کل {total}."
    en = "The lines add up to {lines}, the total says {total}."


class BankCardNumber(DomainError):
    """``payment_card`` is the whole number of a bank card."""

    code = "bank_card_number"
    status = 422
    fa = (
        "این شمارهٔ کامل کارت بانکی است و ذخیره نمی‌شود. به جای آن اثر کارت یا شمارهٔ پوشیده‌ای را "
        "که کارت‌خوان می‌دهد بفرستید."
    )
    en = (
        "This is the whole number of a bank card, which is not kept. Send the fingerprint or the "
        "masked number that the terminal gives instead."
    )


class VagueBankCard(DomainError):
    code = "vague_bank_card"
    status = 422
    fa = "مشخصهٔ کارت بانکی باید {least} تا {most} نویسه باشد تا کارت‌ها از هم شناخته شوند."
    en = "What tells bank cards apart must have {least} to {most} characters."


class ReceiptReused(DomainError):
    """The branch has a purchase of that receipt number with other contents."""

    code = "receipt_reused"
    status = 409
    final = True
    fa = "در این شعبه خرید دیگری با شمارهٔ رسید «{receipt_no}» ثبت شده است."
    en = "This branch has another purchase with the receipt number “{receipt_no}”."


class UnknownPurchase(DomainError):
    code = "unknown_purchase"
    status = 404
    fa = "خریدی با این مشخصه پیدا نشد."
    en = "No such purchase was found."


class ReturnTooLarge(DomainError):
    """``left``: the amount that may still come back, in the smallest currency unit."""

    code = "return_too_large"
    status = 409
    final = True
    fa = "بیش از آنچه مانده نمی‌توان برگرداند (مانده: {left})."
    en = "More was to be returned than is left ({left})."


class AlreadyDelivered(DomainError):
    code = "already_delivered"
    status = 409
    final = True
    fa = "تحویل این خرید پیش‌تر ثبت شده است."
    en = "The delivery of this purchase was reported already."


class ReturnedBeforeBought(DomainError):
    """The return is dated before its purchase."""

    code = "returned_before_bought"
    status = 422
    fa = "زمان مرجوعی پیش از زمان خرید است."
    en = "The return is dated before the purchase."


class UnknownProduct(DomainError):
    code = "unknown_product"
    status = 404
    fa = "چنین کالایی نیست."
    en = "There is no such product."


class UnknownCategory(DomainError):
    code = "unknown_category"
    status = 404
    fa = "چنین دسته‌ای نیست."
    en = "There is no such category."


class SkuTaken(DomainError):
    code = "sku_taken"
    status = 409
    fa = "کالای دیگری با همین کد هست."
    en = "Another product has this code."


class CategoryCodeTaken(DomainError):
    code = "category_code_taken"
    status = 409
    fa = "دستهٔ دیگری با همین کد هست."
    en = "Another category has this code."


class UnknownOrder(DomainError):
    code = "unknown_order"
    status = 404
    fa = "چنین سفارشی نیست."
    en = "There is no such order."


class OrderMovedOn(DomainError):
    """The order is in a state from which that cannot be done."""

    code = "order_moved_on"
    status = 409
    fa = "وضعیت این سفارش عوض شده است. صفحه را دوباره باز کنید."
    en = "This order has moved on. Open the page again."


class EmptyOrder(DomainError):
    code = "empty_order"
    status = 422
    fa = "این سفارش هنوز سطری ندارد. نخست کالایی اضافه کنید."
    en = "This order has no line yet. Add something first."


class TooManyOrderLines(DomainError):
    code = "too_many_order_lines"
    status = 422
    fa = "یک سفارش حداکثر {limit} سطر دارد."
    en = "An order has at most {limit} lines."


class UnknownDocument(DomainError):
    code = "unknown_document"
    status = 404
    fa = "چنین فاکتوری نیست."
    en = "There is no such invoice."


class NoInvoiceYet(DomainError):
    """The purchase has no invoice, which the document of a return must name."""

    code = "no_invoice_yet"
    status = 409
    fa = "برای این خرید هنوز فاکتوری صادر نشده است. نخست فاکتور را صادر کنید."
    en = "This purchase has no invoice yet. Issue that first."


class UnknownReturn(DomainError):
    code = "unknown_return"
    status = 404
    fa = "چنین مرجوعی نیست."
    en = "There is no such return."
