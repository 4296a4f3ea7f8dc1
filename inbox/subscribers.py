from accounts import api as accounts
from inbox.selectors import unread

accounts.register_unread_counter(unread)
