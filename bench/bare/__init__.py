"""A Django project with nothing in it but what is measured against: a page of 24 cards, and an order in 3 requests."""
