"""Files that arrive in pieces (tus 1.0) and wait in a place until a form takes them.

``writing`` receives the pieces, ``places`` is what forms use, ``protocol`` speaks tus over HTTP.
"""
