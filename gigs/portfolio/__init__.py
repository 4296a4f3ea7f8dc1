"""What sellers show of their work: pieces that they upload, or made from an accepted order where its buyer says yes.

``services`` is what a seller does, ``consent`` what a buyer decides, ``preparing`` makes the files that are shown.
"""
