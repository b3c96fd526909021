"""The panel, at ``/panel/``."""

from __future__ import annotations

from django.urls import path

from vafa.web.panel.views import (
    dashboard,
    export,
    house,
    member,
    members,
    points,
    program,
    purchases,
    rewards,
    rules,
    session,
    shop,
)

app_name = "panel"
urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("login/", session.login, name="login"),
    path("logout/", session.logout, name="logout"),
    path("members/", members.members, name="members"),
    path("members/export.csv", export.members, name="members-export"),
    path("members/<int:member_id>/", member.member, name="member"),
    path("members/<int:member_id>/history/", member.member_history, name="member-history"),
    path("members/<int:member_id>/edit/", member.edit, name="member-edit"),
    path("members/<int:member_id>/active/", member.activate, name="member-active"),
    path("purchases/", purchases.purchases, name="purchases"),
    path("purchases/export.csv", export.purchases, name="purchases-export"),
    path("purchases/<int:purchase_id>/", purchases.purchase, name="purchase"),
    path("returns/", purchases.returns, name="returns"),
    path("points/", points.points, name="points"),
    path("program/", program.live, name="program"),
    path("program/revisions/", program.revisions, name="revisions"),
    path("program/revisions/<int:number>/", program.revision, name="revision"),
    path("program/draft/", program.draft, name="draft"),
    path("program/draft/publish/", program.publish, name="publish"),
    path("program/draft/discard/", program.discard, name="discard"),
    path("program/draft/rules/new/<slug:kind>/", rules.new_rule, name="new-rule"),
    path("program/draft/rules/<slug:rule_id>/", rules.edit_rule, name="edit-rule"),
    path("program/draft/rules/<slug:rule_id>/switch/", rules.switch_rule, name="switch-rule"),
    path("program/draft/rules/<slug:rule_id>/remove/", rules.remove_rule, name="remove-rule"),
    path("program/draft/tiers/new/", rules.new_tier, name="new-tier"),
    path("program/draft/tiers/<slug:code>/", rules.edit_tier, name="edit-tier"),
    path("program/draft/tiers/<slug:code>/remove/", rules.remove_tier, name="remove-tier"),
    path("program/draft/terms/", rules.edit_terms, name="edit-terms"),
    path("rewards/", rewards.rewards, name="rewards"),
    path("rewards/new/", rewards.new_reward, name="new-reward"),
    path("rewards/<int:reward_id>/", rewards.edit_reward, name="edit-reward"),
    path("products/", shop.products, name="products"),
    path("branches/", shop.branches, name="branches"),
    path("staff/", house.staff, name="staff"),
    path("staff/new/", house.new_staff, name="new-staff"),
    path("staff/<int:staff_id>/active/", house.activate, name="staff-active"),
    path("keys/", house.keys, name="keys"),
    path("keys/new/", house.new_key, name="new-key"),
    path("keys/<int:key_id>/revoke/", house.revoke_key, name="revoke-key"),
]
