from django.utils.translation import gettext_lazy as _

from accounts import api as accounts
from inbox.selectors import unread
from inbox.web.writing import profile_button

accounts.register_unread_counter(unread)
accounts.register_profile_panel(profile_button, position=5)
accounts.register_settings_section(_("Mail"), "inbox:mail_settings", position=30)
