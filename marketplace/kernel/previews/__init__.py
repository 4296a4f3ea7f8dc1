"""What can be shown of a file from a stranger without opening it.

``kinds`` says what there is for a file, ``making`` keeps the queue, ``worker`` is the process that opens one file
with hard limits on time and memory and knows neither Django nor a secret; ``readers`` are its parts.
"""
