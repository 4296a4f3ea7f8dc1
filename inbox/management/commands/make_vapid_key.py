from typing import Any

from django.core.management.base import BaseCommand

from inbox.push import keys


class Command(BaseCommand):
    help = "Makes a key for web push and prints it for the environment. A new key ends what browsers allowed before."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"VAPID_PRIVATE_KEY={keys.new_private_key()}")
