from accounts.leaving import own
from accounts.leaving.registry import register_chapter

register_chapter("account", own.account_of)
register_chapter("sign-in", own.sign_ins_of)
register_chapter("suspensions", own.suspensions_of)
