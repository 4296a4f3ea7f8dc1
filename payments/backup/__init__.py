"""The whole site as a folder, and back: the database first, then the files, and no money leaves until Stripe agrees.

| module | its part |
|---|---|
| ``making`` | writes a backup: dump, folders of files, manifest |
| ``manifest`` | what is in it, with checksums and the schema it was made with |
| ``folders`` | media and private files as archives |
| ``programs`` | PostgreSQL's own programs, and how they reach the database |
| ``restoring`` | checks everything, then puts it back |
| ``freezing`` | what a restored database holds from its first moment on |
"""
