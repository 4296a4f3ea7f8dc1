"""Every address of the site in every role: who may read what, and what every answer must be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import get_resolver, reverse

from tests.security.conftest import ROLES, Market, addresses
from tests.security.pages import wrongs

# "in": to the sign-in page; "on": to another page. Columns as in ROLES. An order's sides are buyer and seller; the
# moderator sees an order's page through the dispute alone.
EXPECTED = """
pages:home                       200 200 200 200 200
pages:desk                        in 200 200 200  on
pages:spending_csv                in 200 200 200 200
pages:checklist                   in 200  on 200  on
pages:close_checklist            405 405 405 405 405
pages:protection                 200 200 200 200 200
pages:fees                       200 200 200 200 200
pages:about_money                200 200 200 200 200
pages:set_theme                  405 405 405 405 405
pages:healthz                    200 200 200 200 200
pages:public_file                404 404 404 404 404
pages:robots                     200 200 200 200 200
pages:selling                    200 200 200 200 200
pages:help                       200 200 200 200 200
pages:help_article               200 200 200 200 200
pages:terms                      200 200 200 200 200
pages:privacy                    200 200 200 200 200
pages:imprint                    200 200 200 200 200
pages:legal_version              404 404 404 404 404
pages:sitemap_index              200 200 200 200 200
pages:sitemap                    200 200 200 200 200
setup:overview                   404 404 404 404 404
setup:look                       404 404 404 404 404
setup:preview                    404 404 404 404 404
setup:act                        405 405 405 405 405
setup:start                      404 404 404 404 404
setup:stylesheet                 404 404 404 404 404
gigs:categories                  200 200 200 200 200
gigs:category                    200 200 200 200 200
gigs:search                      200 200 200 200 200
gigs:suggest                     200 200 200 200 200
gigs:ask_several                  in 200 200 200 200
gigs:detail                      200 200 200 200 200
gigs:detail/paused               200 200 200 200 200
gigs:detail/draft                404 404 404 200 404
gigs:why                         200 200 200 200 200
gigs:why/draft                   404 404 404 404 404
gigs:quote                       200 200 200 200 200
gigs:quote/draft                 404 404 404 200 404
gigs:ask                          in 200 200 403 200
gigs:ask/draft                    in 404 404 403 404
gigs:order                       200 200 200  on 200
gigs:order/draft                 404 404 404  on 404
gigs:saved                        in 200 200 200 200
gigs:saved_ids                   403 200 200 200 200
gigs:save_gig                     in 200 200 200 200
gigs:save_gig/draft               in 404 404 404 404
gigs:save_seller                  in 200 200 403 200
gigs:saved_new                    in 200 200 200 200
gigs:saved_list                   in 404 200 404 404
gigs:saved_edit                   in 404 200 404 404
gigs:saved_act                    in 405 405 405 405
gigs:saved_searches               in 200 200 200 200
gigs:saved_search_new             in 200 200 200 200
gigs:saved_search_edit            in 404 200 404 404
gigs:saved_search_open            in 404  on 404 404
gigs:saved_search_delete          in 405 405 405 405
gigs:saved_shared                200 200 200 200 200
gigs:saved_shared/private        404 404 404 404 404
gigs:viewed                      200 200 200 200 200
gigs:similar                     200 200 200 200 200
gigs:similar/draft               404 404 404 404 404
gigs:mine                         in 200  on 200  on
gigs:first                        on 200 200  on 200
gigs:new                          in 200  on 200  on
gigs:price                        in 200 200 200 200
gigs:edit                         in 404 404 200 404
gigs:edit_step                    in 404 404 200 404
gigs:preview                      in 404 404 200 404
gigs:look                         in 404 404 200 404
gigs:room                         in  on  on  on  on
gigs:gallery                      in 404 404 200 404
gigs:gallery_progress             in 404 404 200 404
gigs:gallery_remove               in 405 405 405 405
gigs:guidance                     in 200 200 200 200
gigs:floor                        in 200 200 200 200
gigs:dismiss_hint                 in 405 405 405 405
gigs:place                        in 404 404 200 404
gigs:statistics                   in 404 404 200 404
gigs:statistics_csv               in 404 404 200 404
gigs:insights                     in 200  on 200  on
gigs:insights_csv                 in 200 200 200 200
gigs:estimate                    200 200 200 200 200
gigs:in_demand                    in 200 200 200 200
gigs:act                          in 405 405 405 405
gigs:duplicate                    in 405 405 405 405
gigs:versions                     in 404 404 200 404
gigs:version                      in 404 404 200 404
gigs:version_restore              in 405 405 405 405
gigs:export                       in 200 200 200 200
gigs:import_start                 in 200  on 200  on
gigs:import_template              in 200 200 200 200
gigs:import                       in 404 404 200 404
gigs:import_confirm               in 405 405 405 405
gigs:import_cancel                in 405 405 405 405
gigs:import_report                in 404 404 200 404
orders:list                       in 200 200 200 200
orders:file/answer                in 404 200 200 404
orders:file/delivery              in 404 200 200 404
orders:file/evidence              in 404 200 200 200
orders:file/message               in 404 404 404 404
orders:detail/pending             in 404 200 200 404
orders:detail/waiting             in 404 200 200 404
orders:detail/delivered           in 404 200 200 404
orders:detail/disputed            in 404 200 200 404
orders:detail/completed           in 404 200 200 404
orders:trouble/pending            in 404 200 200 404
orders:trouble/waiting            in 404 200 200 404
orders:trouble/delivered          in 404 200 200 404
orders:trouble/disputed           in 404 200 200 404
orders:trouble/completed          in 404 200 200 404
orders:pay                        in 405 405 405 405
orders:message                    in 405 405 405 405
orders:act/pending/save           in 404 200  on 404
orders:act/waiting/save           in 404 200  on 404
orders:act/waiting/submit         in 404 200  on 404
orders:act/waiting/start          in 404  on  on 404
orders:act/waiting/cancel         in 404  on  on 404
orders:act/delivered/accept       in 404  on  on 404
orders:act/delivered/extend_review in 404 on  on 404
orders:act/delivered/request_revision in 404 200 on 404
orders:act/delivered/open_dispute in 404 200 200 404
orders:act/delivered/place        in 404 404 404 404
orders:act/disputed/answer_dispute in 404 on  on 404
orders:act/disputed/withdraw      in 404  on  on 404
orders:act/disputed/offer         in 404 200 200 404
orders:act/disputed/appeal        in 404  on  on 404
orders:act/disputed/cancel_held   in 404  on  on 404
orders:act/disputed/answer_question in 404 on on 404
orders:act/disputed/tell_bank     in 404  on  on 404
orders:act/disputed/waive         in 404  on  on 404
orders:act/disputed/decide        in 404 404 404 404
orders:act/completed/review       in 404 200 200 404
orders:act/completed/claim        in 404 200  on 404
orders:change_answer              in 404 200  on 404
orders:settle_answer              in 405 405 405 405
orders:reputation                200 200 200 200 200
orders:reviews                   200 200 200 200 200
orders:clients                    in 200 200 200 200
orders:client                     in 404 404 200 404
orders:client_write               in 405 405 405 405
orders:to_review                  in 200 200 200 200
orders:reply                      in 404 404 200 404
orders:remove_review              in 403 403 403 200
orders:calendar                   in 200 200 200 200
orders:renew_calendar             in 405 405 405 405
orders:calendar_feed             200 200 200 200 200
orders:moderation                 in 403 403 403 200
orders:dispute                    in 403 403 403 200
orders:next_case                  in 405 405 405 405
orders:claim_case                 in 405 405 405 405
orders:release_case               in 405 405 405 405
orders:note_case                  in 405 405 405 405
orders:ask_question               in 405 405 405 405
orders:guide                     200 200 200 200 200
orders:dispute/none               in 403 403 403 404
orders:split_preview              in 403 403 403 200
orders:confirm_decision           in 405 405 405 405
payments:webhooks                405 405 405 405 405
payments:connect_webhooks        405 405 405 405 405
payments:owed                    in 200 200 200 200
payments:try_card_again          in 405 405 405 405
payments:to_bank                 in 404 404 404 404
payments:v2_webhooks             405 405 405 405 405
payments:earnings                 in 200 200 200 200
payments:calendar                 in 200 200 200 200
payments:forecast                 in 200 200 200 200
payments:forecast_csv             in 200 200 200 200
payments:goal                     in 200 200 200 200
payments:pockets                  in 200 200 200 200
payments:add_pocket               in 200 200 200 200
payments:change_pocket            in 404 200 200 200
payments:remove_pocket            in 405 200 405 200
payments:hours                    in 200 200 200 200
payments:order_time               in 404 200 200 200
payments:typical_time             in 404 200 200 200
payments:rest_rotation            in 405 200 405 200
payments:onboarding               in 405 200 405 200
payments:onboarding_return        in  on 200  on 200
payments:provider                 in 405 200 405 200
payments:replace_account          in  on 200  on 200
payments:payouts                  in 200 200 200 200
payments:pay_out_now              in 405 200 405 200
payments:plan                     in 200 200 200 200
payments:receipts                 in 200 200 200 200
payments:statements               in 200 200 200 200
payments:invoices                 in 200 200 200 200
payments:statement_pdf            in 404 404 200 404
payments:statement_csv            in 404 404 200 404
payments:document                 in 404 200 200 404
payments:tax_details              in 200 200 200 200
payments:staff_documents          in 404 404 404 404
payments:staff_document           in 404 404 404 404
payments:ledger_export            in 404 404 404 404
money:desk                        in 404 404 404 404
money:desk_done                   in 404 404 404 404
money:checks                      in 404 404 404 404
money:ledger                      in 404 404 404 404
money:find                        in 404 404 404 404
money:reference                   in 404 404 404 404
money:account                     in 404 404 404 404
money:person                      in 404 404 404 404
money:operations                  in 404 404 404 404
money:operation                   in 404 404 404 404
money:operation_retry             in 404 404 404 404
money:operation_look              in 404 404 404 404
money:stripe_object               in 404 404 404 404
money:webhooks                    in 404 404 404 404
money:webhook                     in 404 404 404 404
money:webhook_replay              in 404 404 404 404
money:reconciliation              in 404 404 404 404
money:begin_reconciliation        in 404 404 404 404
money:close_difference            in 404 404 404 404
money:brakes                      in 404 404 404 404
money:brake_pull                  in 404 404 404 404
money:brake_lift                  in 404 404 404 404
money:deeds                       in 404 404 404 404
money:deed_new                    in 404 404 404 404
money:deed                        in 404 404 404 404
money:deed_confirm                in 404 404 404 404
money:deed_decline                in 404 404 404 404
money:chargeback                  in 404 404 404 404
money:chargeback_send             in 404 404 404 404
money:reissue                     in 404 404 404 404
payments:staff_payouts            in 404 404 404 404
payments:retry_payout             in 404 404 404 404
pages:margins                     in 404 404 404 404
gigs:offer_new                    in 404  on 200 404
gigs:offer_counter                in 404 404 404 404
gigs:offer_decline                in 404 404 404 404
gigs:offer_withdraw               in 405 405 405 405
gigs:offer_agree                  in 405 405 405 405
gigs:offer_order                  in 404 404 404 404
orders:deliveries                 in 404 200 200 404
orders:preview                    in 404 200 200 404
orders:picture                    in 404 404 404 404
uploads:collection               405 405 405 405 405
uploads:item                     405 405 405 405 405
inbox:write                       in 200 200 403 200
gigs:report                       in 200 200 403 200
gigs:check                        in 404 404 200 404
gigs:standing                     in 404 404 200 404
gigs:withdraw                     in 405 405 405 405
gigs:staff                        in 403 403 403 200
gigs:staff_next                   in 405 405 405 405
gigs:staff_round                  in 403 403 403 200
gigs:staff_claim_round            in 405 405 405 405
gigs:portfolio                    in 200 404 200 404
gigs:piece_new                    in 200 404 200 404
gigs:piece_of_order               in 404 404 200 404
gigs:piece_edit                   in 404 404 200 404
gigs:piece_remove                 in 405 405 405 405
gigs:piece_ask                    in 405 405 405 405
gigs:certificates                 in 200 404 200 404
gigs:certificate_remove           in 405 405 405 405
gigs:asked                        in 200 200 200 200
gigs:consent                      in 404 200 404 404
gigs:works                       200 200 200 200 200
gigs:piece                       200 200 200 200 200
gigs:piece/asked                 404 404 404 404 404
gigs:share                       200 200 200 200 200
gigs:share/draft                 404 404 404 404 404
gigs:share_qr                    200 200 200 200 200
gigs:report_seller                in 200 200 403 200
gigs:share_seller                200 200 200 200 200
gigs:share_seller_qr             200 200 200 200 200
gigs:staff_look                   in 405 405 405 405
gigs:staff_concern                in 403 403 403 200
gigs:staff_claim_concern          in 405 405 405 405
inbox:list                        in 200 200 200 200
inbox:conversation                in 404 200 200 404
inbox:file                        in 404 200 200 404
inbox:notices                     in 200 200 200 200
inbox:read_all                    in 405 405 405 405
inbox:open_notice                 in 404  on 404 404
inbox:notice_settings             in 200 200 200 200
inbox:mail_again                  in 405 405 405 405
inbox:allow_device                in 405 405 405 405
inbox:remove_device               in 405 405 405 405
inbox:service_worker             200 200 200 200 200
inbox:unsubscribe                200 200 200 200 200
inbox:unsubscribe/forged         404 404 404 404 404
accounts:become_seller            on 200 200 200 200
accounts:payout_answer           200 200 200 200 200
accounts:switch_hat               in 405 405 405 405
accounts:settings                 in 200 200 200 200
accounts:set_language            405 405 405 405 405
accounts:settings_time            in 200 200 200 200
accounts:settings_access          in 200 200 200 200
accounts:settings_tokens          in 200 200 200 200
accounts:revoke_token             in 405 405 405 405
accounts:suspended                on  on  on  on  on
accounts:suspensions              in 403 403 403 200
accounts:suspension               in 403 403 403 200
accounts:lift_suspension          in 405 405 405 405
accounts:answer_suspension_appeal in 405 405 405 405
accounts:profile                 200 200 200 200 200
account_login                    200  on  on  on  on
account_logout                    on 200 200 200 200
account_inactive                 200 200 200 200 200
account_signup                   200  on  on  on  on
account_reauthenticate            in 200 200 200 200
account_email                    in 200 200 200 200
account_email_verification_sent   on  on  on  on  on
account_change_password          in 200 200 200 200
account_set_password              in  on  on  on  on
account_reset_password           200 200 200 200 200
account_confirm_login_code        on  on  on  on  on
account_reset_password_from_key_done 200 200 200 200 200
account_reset_password_from_key  200 200 200 200 200
account_reset_password_done      200 200 200 200 200
account_signup_by_passkey        200  on  on  on  on
accounts:ask_copy                 in 405 405 405 405
accounts:close                    in  on  on  on  on
accounts:copy                     in  on  on  on  on
accounts:end_other_sessions       in 405 405 405 405
accounts:end_session              in 405 405 405 405
accounts:leaving                  in 200 200 200 200
gigs:away                         in 405 405 405 405
inbox:archive                     in 405 405 405 405
inbox:block                       in 200 200 404 200
inbox:leave                      200 200 200 200 200
inbox:news                        in 404 200 200 404
inbox:own                         in 200 200 200 200
inbox:report                      in 404 200 200 404
inbox:reports                     in 404 404 404 200
inbox:staff_report                in 404 404 404 200
inbox:unread                      in 200 200 200 200
mfa_activate_totp                 in  on  on  on  on
mfa_add_webauthn                  in  on  on  on  on
mfa_authenticate                  on  on  on  on  on
mfa_deactivate_totp               in 404 404 404 404
mfa_download_recovery_codes       in 404 404 404 404
mfa_edit_webauthn                 in  on  on  on  on
mfa_generate_recovery_codes       in  on  on  on  on
mfa_index                         on  on  on  on  on
mfa_list_webauthn                 on  on  on  on  on
mfa_login_webauthn                on  on  on  on  on
mfa_reauthenticate                in  on  on  on  on
mfa_reauthenticate_webauthn       in  on  on  on  on
mfa_remove_webauthn               in  on  on  on  on
mfa_signup_webauthn               on  on  on  on  on
mfa_view_recovery_codes           in 404 404 404 404
socialaccount_connections         in 200 200 200 200
socialaccount_login_cancelled    200 200 200 200 200
socialaccount_login_error        401 401 401 401 401
socialaccount_signup              on  on  on  on  on
usersessions_list                 on  on  on  on  on
api-me                           401 401 401 401 401
api-gigs                         200 200 200 200 200
api-gig                          200 200 200 200 200
api-gig/draft                    404 404 404 404 404
api-categories                   200 200 200 200 200
api-orders                       401 401 401 401 401
api-order                        401 401 401 401 401
api-schema                       200 200 200 200 200
api-docs                         200 200 200 200 200
"""
TABLE = {line.split()[0]: line.split()[1:] for line in EXPECTED.strip().splitlines()}


def names(patterns: Any, space: str = "") -> Iterator[str]:
    for entry in patterns:
        if hasattr(entry, "url_patterns"):
            yield from names(entry.url_patterns, f"{entry.namespace}:" if entry.namespace else space)
        else:
            yield f"{space}{entry.name}"


def address(name: str, known: dict[str, dict[str, Any]]) -> str:
    return reverse(name.partition("/")[0], kwargs=known.get(name, {}))


def told(response: Any) -> str:
    if response.status_code not in {301, 302}:
        return str(response.status_code)
    return "in" if response.headers["Location"].startswith("/accounts/login/?next=") else "on"


def test_the_table_names_every_address() -> None:
    site = {name for name in names(get_resolver().url_patterns) if not name.startswith("admin:")}
    site.remove("None")  # former addresses of allauth's, which lead to the ones that it has now
    assert site == {name.partition("/")[0] for name in TABLE}


@pytest.mark.parametrize("role", ROLES)
def test_everybody_sees_what_is_theirs_and_nothing_else(market: Market, role: str) -> None:
    known, column = addresses(market), ROLES.index(role)
    different, broken = {}, {}
    for name, row in TABLE.items():
        response = market.client(role).get(address(name, known))
        if told(response) != row[column]:
            different[name] = f"{told(response)}, not {row[column]}"
        if found := wrongs(response):
            broken[name] = found
    assert different == {}
    assert broken == {}


@pytest.mark.parametrize("role", ["anonymous", "stranger", "buyer", "moderator"])
def test_the_admin_is_for_staff(market: Market, role: str) -> None:
    client = market.client(role)
    for page in ("/admin/", "/admin/orders/order/", "/admin/accounts/user/", "/admin/login/"):
        response = client.get(page, follow=False)
        assert response.status_code in {302, 403}, page


def test_forms_without_the_csrf_token_are_refused(market: Market) -> None:
    """All but those that carry another proof: a webhook's signature, an unsubscribe link's."""
    known, client = addresses(market), market.client("buyer", enforce_csrf_checks=True)
    excused = {"inbox:unsubscribe", "inbox:unsubscribe/forged"}
    excused |= {"payments:webhooks", "payments:connect_webhooks", "payments:v2_webhooks"}
    for name in TABLE:
        if name in excused or name.startswith("api-"):
            continue
        response = client.post(address(name, known), {"a": "b"})
        assert response.status_code in {403, 405}, name
        assert wrongs(response) == [], name
