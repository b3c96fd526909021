"""Where the user guide speaks of each page: one table, from which every page's help link leads.

A new page gets its name into the line of the section that tells of it (tests/test_guide.py asks).
"""

from __future__ import annotations

from typing import Final

# Chapter and section of docs/guide, and the names of the addresses that they are about.
_ABOUT: Final = {
    "first-day#begin": "panel:login panel:second-step till:login till:second-step",
    "first-day#rewards": "panel:rewards panel:new-reward panel:edit-reward",
    "setup#steps": "panel:setup panel:setup-step",
    "setup#readiness": "panel:readiness",
    "setup#done": "panel:setup-done",
    "setup#posters": "panel:posters",
    "setup#branches": "panel:branches panel:new-branch panel:edit-branch panel:merchants "
    "panel:new-merchant panel:edit-merchant",
    "setup#products": "panel:products panel:new-product panel:edit-product panel:product-brand "
    "panel:categories panel:new-category panel:edit-category",
    "till#open": "till:branches till:again",
    "till#sale": "till:home till:products",
    "till#member": "till:find",
    "till#returns": "till:recent till:purchase",
    "till#shift": "till:shift",
    "till#offline": "till:offline till:reconciliation panel:reconciliation",
    "members#find": "panel:members panel:search",
    "members#page": "panel:member panel:member-timeline panel:member-segments panel:member-history "
    "panel:member-edit panel:member-attributes panel:member-cards",
    "members#correct": "panel:adjust panel:reverse panel:revive panel:adjustments",
    "members#number": "panel:change-number panel:number-changes",
    "members#merge": "panel:merge panel:household",
    "members#segments": "panel:segments panel:new-segment panel:segment panel:segment-count "
    "panel:edit-segment",
    "members#bulk": "panel:members-bulk",
    "members#joining": "panel:joining panel:joining-terms panel:new-joining-code "
    "panel:edit-joining-code panel:joining-requests panel:terms panel:terms-version",
    "members#details": "panel:profile-fields panel:attributes panel:new-attribute "
    "panel:edit-attribute",
    "members#fee": "panel:fee panel:pay-fee panel:give-back-fee",
    "members#leave": "panel:erase-member panel:member-data",
    "rules#draft": "panel:program panel:draft panel:revisions panel:revision panel:presets "
    "panel:preset",
    "rules#rule": "panel:new-rule panel:edit-rule panel:edit-group",
    "rules#try": "panel:backtests panel:backtest",
    "rules#publish": "panel:plan-publishing",
    "rules#worth": "panel:edit-terms panel:edit-part",
    "rules#tiers": "panel:new-tier panel:edit-tier",
    "rules#budgets": "panel:new-budget panel:edit-budget",
    "rules#places": "panel:places panel:edit-place panel:my-branch",
    "rules#occasions": "panel:happenings panel:referrals panel:new-occasion panel:edit-occasion "
    "panel:new-event panel:edit-event panel:new-badge panel:edit-badge panel:new-challenge "
    "panel:edit-challenge",
    "rules#codes": "panel:series-list panel:new-series panel:series",
    "rules#draws": "panel:draws panel:new-draw panel:draw panel:edit-draw panel:draw-now "
    "panel:cancel-draw panel:replace-winner",
    "messages#sent": "panel:messages",
    "messages#sms": "panel:sms",
    "messages#email": "panel:email",
    "messages#quiet": "panel:quiet",
    "messages#consents": "panel:consents panel:new-consent panel:edit-consent",
    "portal#enter": "portal:login portal:enter portal:code portal:join portal:waiting",
    "portal#home": "portal:home portal:offers portal:messages",
    "portal#card": "portal:card portal:offline",
    "portal#rewards": "portal:rewards portal:reward portal:voucher portal:draws",
    "portal#history": "portal:history portal:purchase portal:orders portal:order portal:proof",
    "portal#friends": "portal:gift portal:invite portal:household portal:household-invitation",
    "portal#profile": "portal:profile portal:number portal:number-code portal:devices "
    "portal:terms portal:consents",
    "portal#leave": "portal:leave",
    "invoices#purchases": "panel:purchases panel:purchase",
    "invoices#returns": "panel:returns panel:issue-return-document",
    "invoices#orders": "panel:orders panel:new-order panel:order panel:edit-order",
    "invoices#invoice": "panel:invoices panel:invoice panel:issue-invoice",
    "invoices#sellers": "panel:sellers panel:edit-seller",
    "imports#file": "panel:imports panel:new-import",
    "imports#run": "panel:import",
    "imports#undo": "panel:undo-import",
    "imports#long": "panel:tasks panel:task",
    "reports#overview": "panel:dashboard",
    "reports#choose": "panel:reports panel:report",
    "reports#saved": "panel:save-report panel:schedule-report panel:leave-report",
    "staff#add": "panel:staff panel:new-staff panel:edit-staff",
    "staff#roles": "panel:new-role panel:edit-role",
    "staff#account": "panel:security panel:set-factor panel:renew-codes panel:end-factor "
    "panel:password",
    "staff#keys": "panel:keys panel:new-key panel:key-made",
    "staff#audit": "panel:audit",
    "month-end#debt": "panel:points",
    "month-end#check": "panel:ledger",
}
_CONTENTS: Final = ("", "")
# Where web/site shows it.
_AT: Final = "/guide/"
PLACES: Final = {
    page: tuple(place.split("#")) for place, pages in _ABOUT.items() for page in pages.split()
}


def help_address(page: str, lang: str) -> str:
    """The address of the guide, in ``lang``, at the section about ``page`` (a name such as
    "panel:members"); the contents where it has none."""
    chapter, section = PLACES.get(page, _CONTENTS)
    return f"{_AT}{lang}/{chapter}/#{section}" if chapter else f"{_AT}{lang}/"
