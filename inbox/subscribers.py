from django.utils.translation import gettext_lazy as _

from accounts import api as accounts
from inbox.selectors import unread

accounts.register_unread_counter(unread)
accounts.register_settings_section(_("Mail"), "inbox:mail_settings", position=30)
