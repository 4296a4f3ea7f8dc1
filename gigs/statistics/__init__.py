"""How often a gig is shown, opened and ordered, and what is searched for.

Pages say so by three functions, and pay one round trip to Redis for it once their answer is out; a job adds what was
counted to the rows of GigDay (``services.fold``). Orders are counted where they are written, exactly.
"""

from gigs.statistics.hooks import opened, saw_cards, searched

__all__ = ["opened", "saw_cards", "searched"]
