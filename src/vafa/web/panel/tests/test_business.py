"""Merchants, branches, categories and products are made and changed in the panel."""

from __future__ import annotations

from django.urls import reverse

from tests.world import World
from vafa.club.models import Branch, Merchant
from vafa.commerce.models import Category, Product


def test_a_second_business_opens_a_branch(world: World) -> None:
    manager = world.client("manager")
    manager.post(reverse("panel:new-merchant"), {"name": "کافهٔ روبه‌رو"})
    merchant = Merchant.objects.get(club=world.record, name="کافهٔ روبه‌رو")
    fields = {"name": "میدان", "code": "square", "kind": "store", "city": "شیراز"}
    manager.post(reverse("panel:new-branch"), {**fields, "merchant": merchant.pk})
    branch = Branch.objects.get(club=world.record, code="square")
    assert (branch.merchant, branch.city, branch.is_active) == (merchant, "شیراز", True)

    assert world.buy(1_000_000, branch="square").status == "recorded"
    address = reverse("panel:edit-branch", args=[branch.pk])
    manager.post(address, {**fields, "merchant": merchant.pk})
    assert world.buy(1_000_000, branch="square").status == "refused"
    world.verify()


def test_a_code_is_taken_once_and_what_was_typed_stays(world: World) -> None:
    owner = world.client("owner")
    fields = {"name": "تازه", "code": "main", "kind": "store", "merchant": world.branch.merchant_id}
    refused = owner.post(reverse("panel:new-branch"), fields)
    assert refused.status_code == 422 and "تازه" in refused.content.decode()
    sku = owner.post(reverse("panel:new-product"), {"name": "شیر دوم", "sku": "milk"})
    category = owner.post(reverse("panel:new-category"), {"name": "لبنیات", "code": "dairy"})
    assert (sku.status_code, category.status_code) == (422, 422)
    assert Branch.objects.filter(club=world.record).count() == 2
    assert Product.objects.filter(club=world.record).count() == 3


def test_the_last_open_branch_stays_open(world: World) -> None:
    owner = world.client("owner")
    for branch in (world.other_branch, world.branch):
        fields = {"name": branch.name, "kind": "store", "merchant": branch.merchant_id}
        answer = owner.post(reverse("panel:edit-branch", args=[branch.pk]), fields)
    assert answer.status_code == 422
    open_ones = Branch.objects.filter(club=world.record, is_active=True)
    assert list(open_ones) == [world.branch]


def test_a_product_is_made_priced_and_taken_off_sale(world: World) -> None:
    manager = world.client("manager")
    manager.post(reverse("panel:new-category"), {"name": "نان", "code": "bread"})
    category = Category.objects.get(club=world.record, code="bread")
    fields = {"name": "نان سنگک", "brand": "", "price": "۲۵٬۰۰۰", "category": category.pk}
    manager.post(reverse("panel:new-product"), {**fields, "sku": "sangak"})
    made = Product.objects.get(club=world.record, sku="sangak")
    assert (made.price, made.category, made.is_active) == (250_000, category, True)

    manager.post(reverse("panel:edit-product", args=[made.pk]), {**fields, "price": "30000"})
    made.refresh_from_db()
    assert (made.price, made.is_active) == (300_000, False)
    manager.post(reverse("panel:edit-category", args=[category.pk]), {"name": "نان و شیرینی"})
    category.refresh_from_db()
    assert category.name == "نان و شیرینی"


def test_of_another_club_nothing_is_seen_or_chosen(world: World, other_world: World) -> None:
    owner = world.client("owner")
    foreign = other_world.branch
    assert owner.get(reverse("panel:edit-branch", args=[foreign.pk])).status_code == 404
    fields = {"name": "نو", "code": "new", "kind": "store", "merchant": foreign.merchant_id}
    assert owner.post(reverse("panel:new-branch"), fields).status_code == 422
    milk = other_world.products["milk"]
    product = {"name": "نو", "sku": "new", "category": milk.category_id}
    assert owner.post(reverse("panel:new-product"), product).status_code == 422
    accountant = world.client("accountant")
    assert accountant.get(reverse("panel:new-product")).status_code == 403
    assert not Branch.objects.filter(club=world.record, code="new").exists()
