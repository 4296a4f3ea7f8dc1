from accounts import api as accounts
from inbox import collecting, mailing
from inbox.models import Notification
from inbox.push import sending
from marketplace.kernel import clock, mail, outbox
from marketplace.kernel.models import OutboxMessage

__all__ = ["collecting", "send_notice", "sending"]


@outbox.handler("notice-mail")
def send_notice(message: OutboxMessage) -> None:
    """Sends a notice on its ways, unless its reader left since it was written."""
    if mail.was_sent(message):
        return
    recipient_id, key = message.payload["recipient_id"], message.payload["key"]
    notice = Notification.objects.filter(recipient_id=recipient_id, key=key).first()
    if notice is None or not accounts.is_active(recipient_id):
        mail.note_sent(message)
        return
    mailing.send(message, notice, clock.now())
