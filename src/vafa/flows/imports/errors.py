"""Why a file, or a row of it, is not taken."""

from __future__ import annotations

from vafa.core.errors import DomainError


class FileError(DomainError):
    """The whole file cannot be used; nothing was read into the club."""

    code = "file_error"
    status = 422


class FileMissing(FileError):
    code = "file_missing"
    fa = "فایل «{path}» پیدا نشد یا خواندنی نیست."
    en = "The file “{path}” was not found or cannot be read."


class EmptyFile(FileError):
    code = "empty_file"
    fa = "فایل خالی است: هیچ سطری در آن نیست."
    en = "The file is empty: it has no rows."


class CannotWrite(FileError):
    code = "cannot_write"
    fa = "سطرهای ردشده را نمی‌توان در «{path}» نوشت؛ جای دیگری را با ‎--refused‎ بگویید."
    en = "The refused rows cannot be written to “{path}”: name another place with --refused."


class UnknownFormat(FileError):
    code = "unknown_format"
    fa = "قالب فایل شناخته نشد. فایل باید CSV، CSV.gz، XLSX یا Parquet باشد."
    en = "The format was not recognised. The file must be CSV, CSV.gz, XLSX or Parquet."


class BrokenFile(FileError):
    code = "broken_file"
    fa = "فایل {format} خراب است و خوانده نمی‌شود."
    en = "The {format} file is damaged and cannot be read."


class FileTooLarge(FileError):
    code = "file_too_large"
    fa = "فایل پس از باز شدن بیش از {limit} مگابایت می‌شود و خوانده نمی‌شود. آن را به چند فایل کوچک‌تر تقسیم کنید."
    en = (
        "Unpacked, the file is larger than {limit} MB and is not read. Split it into smaller files."
    )


class HasMacros(FileError):
    code = "has_macros"
    fa = "این فایل ماکرو (برنامه) دارد و پذیرفته نمی‌شود. آن را با قالب XLSX یا CSV ذخیره کنید."
    en = "This file contains macros (a program) and is not taken. Save it as XLSX or CSV."


class TooManyColumns(FileError):
    code = "too_many_columns"
    fa = "فایل بیش از {limit} ستون دارد. ستون‌های اضافه را پاک کنید."
    en = "The file has more than {limit} columns. Remove those that are not needed."


class TooManyCells(FileError):
    code = "too_many_cells"
    fa = "برگهٔ فایل بیش از {limit} خانه دارد. آن را به صورت CSV ذخیره کنید."
    en = "The sheet has more than {limit} cells. Save it as CSV."


class UnknownEncoding(FileError):
    code = "unknown_encoding"
    fa = "متن فایل با «{encoding}» خوانده نمی‌شود."
    en = "The text of the file cannot be read as “{encoding}”."


class UnknownSheet(FileError):
    code = "unknown_sheet"
    fa = "برگه‌ای به نام «{sheet}» در فایل نیست. برگه‌ها: {sheets}."
    en = "The file has no sheet “{sheet}”. Its sheets are: {sheets}."


class UnknownField(FileError):
    code = "unknown_field"
    fa = "«{field}» از فیلدهای این فایل نیست. فیلدها: {fields}."
    en = "“{field}” is not a field of such a file. The fields are: {fields}."


class UnknownColumn(FileError):
    code = "unknown_column"
    fa = "فایل ستونی به نام «{column}» ندارد. ستون‌های فایل: {columns}."
    en = "The file has no column “{column}”. Its columns are: {columns}."


class RepeatedColumn(FileError):
    code = "repeated_column"
    fa = "بیش از یک ستون «{column}» نام دارد؛ نام یکی را عوض کنید."
    en = "More than one column is called “{column}”; rename one of them."


class NoDateColumn(FileError):
    code = "no_date_column"
    fa = "ستون تاریخ شناخته نشد؛ آن را با ‎--map date=ستون‎ بگویید. ستون‌های فایل: {columns}."
    en = "No column of dates was recognised: name it with --map date=COLUMN. Columns: {columns}."


class NoAmountColumn(FileError):
    code = "no_amount_column"
    fa = (
        "ستون مبلغ شناخته نشد؛ آن را با ‎--map total=ستون‎ (مبلغ کل خرید)، ‎--map amount=ستون‎ (مبلغ سطر)"
        " یا ‎--map price=ستون‎ (قیمت واحد) بگویید. ستون‌های فایل: {columns}."
    )
    en = (
        "No column of amounts was recognised: name it with --map total=COLUMN (of the bill),"
        " --map amount=COLUMN (of a line) or --map price=COLUMN (of a unit). Columns: {columns}."
    )


class NoColumnFor(FileError):
    code = "no_column_for"
    fa = "هیچ ستونی برای «{field}» شناخته نشد؛ آن را با ‎--map {field}=ستون‎ بگویید. ستون‌های فایل: {columns}."
    en = "No column was recognised for “{field}”: name it with --map {field}=COLUMN. Columns: {columns}."


class NoDates(FileError):
    code = "no_dates"
    fa = "در ستون «{column}» تاریخی با سال چهاررقمی پیدا نشد (نمونه: «{sample}»)."
    en = "No date with a four-digit year was found in the column “{column}” (such as “{sample}”)."


class MixedCalendars(FileError):
    code = "mixed_calendars"
    fa = (
        "در ستون «{column}» هم تاریخ شمسی هست و هم میلادی؛ یکی را با ‎--calendar‎ انتخاب کنید"
        " تا سطرهای دیگر رد شوند."
    )
    en = (
        "The column “{column}” has dates of both calendars: choose one with --calendar,"
        " and the other rows will be refused."
    )


class UnclearDayOrder(FileError):
    code = "unclear_day_order"
    fa = (
        "در ستون «{column}» روشن نیست روز اول آمده یا ماه (نمونه: «{sample}»)؛"
        " با ‎--day-order dmy‎ یا ‎mdy‎ بگویید."
    )
    en = (
        "In the column “{column}” it is not clear whether the day or the month comes first"
        " (such as “{sample}”): say --day-order dmy or mdy."
    )


class UnitNeeded(FileError):
    code = "unit_needed"
    fa = "بگویید مبلغ‌های فایل به چه واحدی است: ‎--unit {units}‎"
    en = "Say in which unit the amounts of the file are: --unit {units}"


class BranchNeeded(FileError):
    code = "branch_needed"
    fa = "باشگاه چند شعبه دارد؛ شعبه را با ‎--branch‎ بگویید: {branches}"
    en = "The club has several branches: name one with --branch: {branches}"


class NotUndoable(DomainError):
    code = "import_not_undoable"
    status = 409
    fa = "این فایل چیزی به باشگاه نیاورده یا پیش‌تر برگردانده شده است."
    en = "This file has brought nothing into the club, or was undone before."


class ImportNotReady(DomainError):
    code = "import_not_ready"
    status = 409
    fa = "این فایل اکنون در دست کار است یا کارش تمام شده است."
    en = "This file is being worked on at this moment, or is done with."


class RowError(DomainError):
    """One row, or the receipt it belongs to, is not taken."""

    code = "row_error"
    status = 422


class MissingValue(RowError):
    code = "missing_value"
    fa = "ستون «{column}» خالی است."
    en = "The column “{column}” is empty."


class ValueTooLong(RowError):
    code = "value_too_long"
    fa = "مقدار ستون «{column}» از {limit} نویسه بلندتر است."
    en = "The value of “{column}” is longer than {limit} characters."


class WrongCellCount(RowError):
    code = "wrong_cell_count"
    fa = "این سطر {found} خانه دارد و سرستون‌ها {expected} تا هستند."
    en = "This row has {found} cells, the header has {expected}."


class UnknownWord(RowError):
    code = "unknown_word"
    fa = "«{value}» در ستون «{column}» شناخته نشد."
    en = "“{value}” is not known in the column “{column}”."


class NobodyNamed(RowError):
    code = "nobody_named"
    fa = "این سطر نه شمارهٔ موبایل دارد و نه شمارهٔ مشتری."
    en = "This row has neither a mobile number nor a customer number."


class TwoPeople(RowError):
    code = "two_people"
    fa = "موبایل این سطر از یک عضو است و شمارهٔ مشتری از عضوی دیگر."
    en = "The mobile of this row belongs to one member and the customer number to another."


class NothingToGive(RowError):
    code = "nothing_to_give"
    fa = "این سطر نه امتیازی دارد و نه اعتباری."
    en = "This row has neither points nor credit."


class NotWhole(RowError):
    code = "not_whole"
    fa = "«{value}» عدد درستی برای امتیاز نیست: عدد صحیح مثبت بنویسید."
    en = "“{value}” is no number of points: write a positive whole number."


class RunOutAlready(RowError):
    code = "run_out_already"
    fa = "مهلت این مانده در {day} گذشته است."
    en = "This balance ran out on {day}."


class EndsBeforeItBegins(RowError):
    code = "ends_before_it_begins"
    fa = "تاریخ انقضا پیش از تاریخ کسب است."
    en = "It would run out before it was earned."


class CodeTwice(RowError):
    code = "code_twice"
    fa = "این کد در سطر {line} هم آمده است."
    en = "This code stands in row {line} already."


class CodeKnown(RowError):
    code = "code_known"
    fa = "این کد از پیش در باشگاه هست."
    en = "The club has this code already."


class BrokenRow(RowError):
    code = "broken_row"
    fa = "این سطر خوانده نمی‌شود (شاید گیومه‌ای بسته نشده است)."
    en = "This row cannot be read (perhaps a quotation mark is not closed)."


class DamagedText(RowError):
    code = "damaged_text"
    fa = "نویسه‌ای از این سطر خراب شده است (�)."
    en = "A character of this row is damaged (�)."


class InvalidDate(RowError):
    code = "invalid_date"
    fa = "«{value}» تاریخ درستی نیست."
    en = "“{value}” is not a valid date."


class OtherCalendar(RowError):
    code = "other_calendar"
    fa = "تاریخ «{value}» به تقویم انتخاب‌شده نیست."
    en = "The date “{value}” is not in the chosen calendar."


class InvalidTime(RowError):
    code = "invalid_time"
    fa = "«{value}» ساعت درستی نیست."
    en = "“{value}” is not a valid time."


class DatesDisagree(RowError):
    code = "dates_disagree"
    fa = "دو تاریخ این سطر یکی نیستند: «{date}» و «{time}»."
    en = "The two dates of this row are not the same day: “{date}” and “{time}”."


class InvalidQuantity(RowError):
    code = "invalid_quantity"
    fa = "«{value}» تعداد درستی نیست."
    en = "“{value}” is not a valid quantity."


class NegativeAmount(RowError):
    code = "negative_amount"
    fa = "مبلغ یا تعداد منفی است و این سطر خرید نیست. رسید مرجوعی باید با «{prefix}» شروع شود."
    en = (
        "The amount or quantity is negative: no sale."
        " Receipts of cancellations begin with “{prefix}”."
    )


class TooManyLines(RowError):
    code = "too_many_lines"
    fa = "این رسید {found} سطر دارد؛ بیشترین تعداد {limit} است."
    en = "This receipt has {found} lines; at most {limit} are taken."


class NothingSold(RowError):
    code = "nothing_sold"
    fa = "مبلغ این خرید صفر است."
    en = "The amount of this purchase is zero."


class NegativePrice(RowError):
    code = "negative_price"
    fa = "قیمت واحد منفی است."
    en = "The unit price is negative."


class Adjustment(RowError):
    code = "adjustment"
    fa = "این سطر اصلاح حساب است (مطالبات سوخت‌شده)، نه خرید."
    en = "This row is an adjustment of bad debt, not a sale."


class MixedReceipt(RowError):
    code = "mixed_receipt"
    fa = "سطرهای این رسید در «{what}» با هم نمی‌خوانند."
    en = "The rows of this receipt differ in “{what}”."


class SiblingRefused(RowError):
    code = "sibling_refused"
    fa = "سطر دیگری از همین رسید رد شد (سطر {line})."
    en = "Another row of this receipt was refused (row {line})."
