"""A seller's clients: who ordered what, private notes, and the way to another offer."""
