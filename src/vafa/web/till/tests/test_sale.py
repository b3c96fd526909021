"""A purchase at the till: found, previewed, recorded once."""

from __future__ import annotations

from django.urls import reverse

from tests.world import World
from vafa.club.models import Card, Member
from vafa.commerce.models import Purchase
from vafa.core.text import to_persian_digits
from vafa.program.reads.revisions import live_program
from vafa.program.rules.place_terms import PlaceTerms
from vafa.program.rules.recipes import multiplier
from vafa.program.rules.rule import Between, OneOf, Text
from vafa.web.till.tests.steps import bill, find, preview, record, words


def purchases(world: World) -> list[Purchase]:
    return list(Purchase.objects.filter(club=world.record).order_by("id"))


def test_a_member_is_found_by_whatever_she_gives(world: World) -> None:
    client = world.client("cashier")
    card = Card.objects.get(member=world.member)
    assert world.member.mobile is not None
    national = "0" + world.member.mobile[3:]
    for typed in (
        national,
        to_persian_digits(national),
        world.member.mobile,
        card.number,
        " ".join(card.number[i : i + 4] for i in range(0, 16, 4)),
        f"https://club.example/c/{card.number}",
    ):
        assert "مریم رضایی" in words(find(client, typed)), typed


def test_a_number_that_is_new_offers_to_enrol_and_others_say_what_to_do(world: World) -> None:
    client = world.client("cashier")
    page = find(client, "۰۹۱۲ ۰۰۰ ۱۱ ۲۲")
    assert "عضو تازه" in words(page)
    assert "۰۹۱۲ ۰۰۰ ۱۱۲۲" in page.content.decode()
    assert "عضوی با این شماره نیست" in words(find(client, "1234"))


def test_enrolling_takes_a_mobile_and_a_name_and_gives_the_welcome_points(world: World) -> None:
    client = world.client("cashier")
    posted = {"mobile": "09120001123", "name": "سارا كریمي", "birth_date": "۱۳۷۰/۰۲/۱۴"}
    page = client.post(reverse("till:enrol"), posted, headers={"HX-Request": "true"})
    assert "سارا کریمی" in words(page)
    assert "۲۰ امتیاز هدیهٔ شماست" in words(page)
    member = Member.objects.get(club=world.record, mobile="+989120001123")
    assert member.birth_date is not None
    assert member.birth_date.isoformat() == "1991-05-04"
    assert member.branch_id == world.branch.id
    again = client.post(reverse("till:enrol"), posted, headers={"HX-Request": "true"})
    assert "پیش‌تر عضو شده" in words(again)
    assert world.balance(member).available == 20


def test_a_wrong_mobile_or_an_empty_name_is_explained_beside_the_field(world: World) -> None:
    client = world.client("cashier")
    page = words(client.post(reverse("till:enrol"), {"mobile": "02188776655", "name": ""}))
    assert "شمارهٔ موبایل نیست" in page
    assert Member.objects.filter(club=world.record).count() == 1


def test_the_preview_says_what_and_why_and_moves_nothing(world: World) -> None:
    client = world.client("cashier")
    shown = preview(client, bill(world, amount="۲۴۵٬۰۰۰"))
    assert "ثبت خرید و ۲۴ امتیاز" in words(shown)
    assert "یک امتیاز برای هر ۱۰٬۰۰۰ تومان" in words(shown)
    assert "۴۴ امتیاز" in words(shown)
    assert purchases(world) == []


def test_the_preview_says_what_a_little_more_would_bring(world: World) -> None:
    big = multiplier("big", Text(fa="خرید بزرگ"), 200)
    asks = Between(fact="total", least=10_000_000)
    rules = (
        *live_program(world.record.id).program.rules,
        big.model_copy(update={"conditions": (asks,)}),
    )
    world.change_program(rules=rules)
    client = world.client("cashier")
    page = words(preview(client, bill(world, amount="880000")))
    assert "با ۱۲۰٬۰۰۰ تومان خرید بیشتر: خرید بزرگ" in page
    assert "خرید بیشتر" not in words(preview(client, bill(world, amount="1000000")))
    assert purchases(world) == []
    world.verify()


def test_recording_says_the_points_and_the_new_balance(world: World) -> None:
    client = world.client("cashier")
    page = record(client, bill(world, amount="245000", receipt_no="۱۰۱"))
    assert page.status_code == 200
    assert "خرید ثبت شد" in words(page)
    assert "مریم رضایی اکنون ۴۴ امتیاز دارد" in words(page)
    [made] = purchases(world)
    assert (made.total, made.receipt_no, made.source) == (2_450_000, "101", "till")
    assert made.actor == world.actor("cashier").label
    assert world.balance().available == 44


def test_a_double_click_records_once(world: World) -> None:
    client = world.client("cashier")
    posted = bill(world, amount="245000")
    first, second = record(client, posted), record(client, posted)
    assert "خرید ثبت شد" in words(first)
    assert "خرید ثبت شد" in words(second)
    assert len(purchases(world)) == 1
    assert world.balance().available == 44


def test_the_key_of_a_recorded_bill_serves_no_other_bill(world: World) -> None:
    client = world.client("cashier")
    posted = bill(world, amount="245000")
    record(client, posted)
    page = record(client, {**posted, "amount": "90000"})
    assert page.status_code == 422
    assert "شاید این خرید لحظه‌ای پیش ثبت شده باشد" in words(page)
    assert 'id="bill_key"' in page.content.decode()
    assert len(purchases(world)) == 1


def test_lines_make_the_bill(world: World) -> None:
    client = world.client("cashier")
    found = client.get(reverse("till:products"), {"q": "شير"}, headers={"HX-Request": "true"})
    assert 'data-sku="milk"' in found.content.decode()
    assert 'data-price="45000"' in found.content.decode()
    posted = bill(
        world,
        line_sku=["milk", "", "cheese"],
        line_name=["شیر", "نان", "پنیر"],
        line_quantity=["۲", "1", "۰٫۵"],
        line_price=["۴۵٬۰۰۰", "10000", "120,000"],
    )
    page = record(client, posted)
    assert "خرید ثبت شد" in words(page)
    [made] = purchases(world)
    assert made.total == 900_000 + 100_000 + 600_000
    rows = list(made.lines.order_by("number").values_list("name", "quantity", "amount"))
    assert rows == [("شیر", 2000, 900_000), ("نان", 1000, 100_000), ("پنیر", 500, 600_000)]


def test_points_pay_a_part_up_to_the_limit(world: World) -> None:
    world.buy(20_000_000)
    client = world.client("cashier")
    posted = bill(world, amount="100000")
    assert "حداکثر ۱۶۶ امتیاز" in words(preview(client, posted))
    refused = record(client, {**posted, "pay_points": "200"})
    assert refused.status_code == 409
    assert "تا ۱۶۶ امتیاز" in words(refused)
    page = record(client, bill(world, amount="100000", pay_points="۱۰۰"))
    assert "خرید ثبت شد" in words(page)
    made = purchases(world)[-1]
    assert made.paid_by_points == 100 * 3_000
    assert world.balance().available == 220 - 100 + 7


def test_a_purchase_without_a_member(world: World) -> None:
    client = world.client("cashier")
    posted = bill(world, member="", amount="50000")
    assert "بدون عضو" in words(preview(client, posted))
    assert "خرید ثبت شد" in words(record(client, posted))
    assert purchases(world)[0].member_id is None


def test_what_cannot_be_read_is_said_and_nothing_moves(world: World) -> None:
    client = world.client("cashier")
    for fields, said in (
        ({"amount": "-5"}, "مبلغ خرید"),
        ({"amount": "12,5"}, "مبلغ خرید"),
        ({"amount": "99999999999999999"}, "مبلغ خرید"),
        ({"amount": "1000", "pay_points": "x"}, "پرداخت با امتیاز"),
        ({"amount": "1000", "voucher": "nonsense"}, "کد تخفیف"),
        (
            {"line_sku": ["milk"], "line_name": ["x"], "line_quantity": ["-"], "line_price": ["1"]},
            "تعداد",
        ),
    ):
        posted = bill(world, **fields)
        assert said in words(preview(client, posted)), fields
        assert record(client, posted).status_code in (409, 422), fields
    assert record(client, bill(world)).status_code == 422
    assert purchases(world) == []
    assert world.balance().available == 20


def test_a_receipt_number_twice(world: World) -> None:
    client = world.client("cashier")
    record(client, bill(world, amount="10000", receipt_no="A-1"))
    other = record(client, bill(world, amount="20000", receipt_no="A-1"))
    assert other.status_code == 409
    assert "A-1" in words(other)
    same = record(client, bill(world, amount="10000", receipt_no="A-1"))
    assert "این رسید پیش‌تر ثبت شده است" in words(same)
    assert len(purchases(world)) == 1


def test_a_branch_shows_and_takes_its_own_share(world: World) -> None:
    world.buy(20_000_000)
    place = PlaceTerms(
        kind="branch", number=world.branch.id, points_share=20, least_basket=1_000_000
    )
    world.change_program(places=(place,))
    client = world.client("cashier")
    posted = bill(world, amount="100000")
    assert "حداکثر ۶۶ امتیاز" in words(preview(client, posted))
    refused = record(client, {**posted, "pay_points": "67"})
    assert refused.status_code == 409
    assert "در این شعبه روی این خرید تا ۶۶ امتیاز" in words(refused)
    small = bill(world, amount="99999", pay_points="1")
    page = words(preview(client, small))
    assert "برای خریدهای ۱۰۰٬۰۰۰ تومان به بالا" in page and "حداکثر ۰" in page
    page = words(record(client, bill(world, amount="100000", pay_points="66")))
    assert "خرید ثبت شد" in page


def test_how_it_is_paid_counts_for_the_rules_and_is_kept(world: World) -> None:
    double = multiplier("cash", Text(fa="نقد", en="Cash"), 200)
    world.change_program(
        rules=(
            *live_program(world.club.id).program.rules,
            double.model_copy(update={"conditions": (OneOf(fact="payment", values=("cash",)),)}),
        )
    )
    client = world.client("cashier")
    posted = bill(world, amount="100000")
    assert "ثبت خرید و ۱۰ امتیاز" in words(preview(client, posted))
    assert "ثبت خرید و ۲۰ امتیاز" in words(preview(client, posted | {"payment": "cash"}))
    assert "شیوهٔ پرداخت نقد" in words(record(client, posted | {"payment": "cash"}))
    (bought,) = purchases(world)
    assert bought.payment == "cash"
    shown = client.get(reverse("till:purchase", args=[bought.pk]))
    assert "· نقد" in words(shown)
    silent = record(client, bill(world, amount="100000"))
    assert "شیوهٔ پرداخت نقد" not in words(silent)
    assert record(client, bill(world, amount="100000", payment="shells")).status_code == 422
