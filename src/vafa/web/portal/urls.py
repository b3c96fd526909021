"""The portal at ``/portal/``; ``/portal/<slug>/`` is the door of one club among several."""

from __future__ import annotations

from django.urls import path

from vafa.web.portal.views import (
    card,
    draws,
    gift,
    history,
    home,
    household,
    invite,
    login,
    profile,
    proof,
    rewards,
)

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("login/", login.login, name="login"),
    path("code/", login.code, name="code"),
    path("code/again/", login.send_again, name="send-again"),
    path("join/", login.join, name="join"),
    path("logout/", login.logout, name="logout"),
    path("card/", card.card, name="card"),
    path("rewards/", rewards.rewards, name="rewards"),
    path("rewards/<int:reward_id>/", rewards.reward, name="reward"),
    path("vouchers/<str:code>/", rewards.voucher, name="voucher"),
    path("vouchers/<str:code>/give-up/", rewards.give_up, name="give-up"),
    path("draws/", draws.draws, name="draws"),
    path("draws/<int:draw_id>/claim/", draws.claim, name="claim-chances"),
    path("history/", history.history, name="history"),
    path("profile/", profile.profile, name="profile"),
    path("gift/", gift.gift, name="gift"),
    path("invite/", invite.invite, name="invite"),
    path("household/", household.household, name="household"),
    path("proof/", proof.proof, name="proof"),
    path("proof/statement.json", proof.statement, name="statement"),
    path("<slug:slug>/", login.enter, name="enter"),
    path("<slug:slug>/login/", login.login, name="login"),
]
