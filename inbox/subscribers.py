from django.utils.translation import gettext_lazy as _

from accounts import api as accounts
from accounts.contracts import PersonLeft
from inbox import leaving
from inbox.selectors import unread
from inbox.web.writing import profile_block, profile_button
from marketplace.kernel.events import subscribe

accounts.register_unread_counter(unread)
accounts.register_profile_panel(profile_button, position=5)
accounts.register_profile_panel(profile_block, position=210)
accounts.register_settings_section(_("Mail"), "inbox:mail_settings", position=30)
accounts.register_settings_section(_("Messages"), "inbox:own", position=32)
accounts.register_chapter("messages", leaving.messages_of)
accounts.register_chapter("notices", leaving.notices_of)
accounts.register_chapter("quick_replies", leaving.own_words_of)
accounts.register_chapter("blocked", leaving.blocked_by)


@subscribe(PersonLeft)
def person_left(event: PersonLeft) -> None:
    leaving.let_go(event.user_id)
