"""The gallery of a gig: pictures, one short video, PDFs.

``rules`` says what may be in it, ``services`` is what a seller does, ``preparing`` makes the files that are shown,
``shown`` is the document that the gig's page reads, ``tidying`` deletes what nothing shows any more.
"""
