from accounts import api as accounts
from inbox.letters import letter_for
from inbox.models import Notification
from inbox.selectors import mail_wanted
from marketplace.kernel import mail, outbox
from marketplace.kernel.models import OutboxMessage


@outbox.handler("notice-mail")
def send_notice(message: OutboxMessage) -> None:
    """Sends a notice as a letter, unless its reader refused the kind or left since it was written."""
    if mail.was_sent(message):
        return
    recipient_id, key = message.payload["recipient_id"], message.payload["key"]
    notice = Notification.objects.filter(recipient_id=recipient_id, key=key).first()
    if notice is None or not mail_wanted(recipient_id, notice.kind) or not accounts.is_active(recipient_id):
        mail.note_sent(message)
        return
    mail.send_once(message, letter_for(notice))
