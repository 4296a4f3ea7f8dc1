"""Leaving: a copy of one's data to take along, and closing the account. What other apps know they register here."""
