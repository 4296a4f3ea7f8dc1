from marketplace.kernel import outbox
from marketplace.kernel.mail import Mail, send_once, was_sent
from marketplace.kernel.models import OutboxMessage


@outbox.handler("mail")
def send_mail(message: OutboxMessage) -> None:
    """Sends a letter that was rendered when it was decided: payload to, subject, text, html, headers."""
    if not was_sent(message):
        send_once(message, Mail(**message.payload))
