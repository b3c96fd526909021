"""The till, at ``/till/``."""

from __future__ import annotations

from django.urls import path

from vafa.web.till.views import (
    again,
    bills,
    confirmation,
    fees,
    members,
    offline,
    purchases,
    reconciliation,
    rewards,
    session,
    shift,
)

app_name = "till"
urlpatterns = [
    path("", members.home, name="home"),
    path("login/", session.login, name="login"),
    path("login/code/", session.second_step, name="second-step"),
    path("login/again/", again.again, name="again"),
    path("logout/", session.logout, name="logout"),
    path("branches/", session.branches, name="branches"),
    path("alive/", offline.alive, name="alive"),
    path("sw.js", offline.worker, name="worker"),
    path("offline/", offline.page, name="offline"),
    path("snapshot/", offline.snapshot, name="snapshot"),
    path("shift/", shift.shift, name="shift"),
    path("without-a-line/", reconciliation.reconciliation, name="reconciliation"),
    path("without-a-line/<int:number>/settle/", reconciliation.settle, name="settle"),
    path("sync/", offline.sync, name="sync"),
    path("member/", members.find, name="find"),
    path("member/enrol/", members.enrol, name="enrol"),
    path("member/<int:member_id>/redeem/<int:reward_id>/", rewards.redeem, name="redeem"),
    path("member/<int:member_id>/hand-over/", rewards.give, name="hand-over"),
    path("member/<int:member_id>/give-up/", rewards.give_up, name="give-up"),
    path("member/<int:member_id>/confirm/", confirmation.take_code, name="confirm"),
    path("member/<int:member_id>/confirm/send/", confirmation.send_code, name="confirm-send"),
    path("member/<int:member_id>/visit/", members.visit, name="visit"),
    path("member/<int:member_id>/fee/", fees.take_fee, name="fee"),
    path("products/", bills.products, name="products"),
    path("bill/preview/", bills.preview, name="preview"),
    path("bill/leave/", bills.leave, name="leave"),
    path("bill/", bills.record, name="record"),
    path("purchases/", purchases.recent, name="recent"),
    path("purchases/<int:purchase_id>/", purchases.purchase, name="purchase"),
    path(
        "purchases/<int:purchase_id>/return/preview/",
        purchases.preview_back,
        name="return-preview",
    ),
    path("purchases/<int:purchase_id>/return/", purchases.take_back, name="return"),
]
