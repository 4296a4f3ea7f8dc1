"""How much of a file is opened and shown. What lies beyond is named as left out, or there is no preview."""

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 20
WALL_SECONDS = 45  # of the process, reading from a slow disk included
WRITTEN_BYTES = 40_000_000
FILM_BYTES = 60_000_000  # of a video that is packed anew

PIXELS = 60_000_000  # of a picture as it is stored: 7,700 × 7,700
SHOWN_PIXELS = 1600  # of the longer side
PAGE_WIDTH, PAGE_HEIGHT = 1100, 1600  # of a page, in pixels
PAGES = 20
TEXT_BYTES = 200_000
ROWS, COLUMNS, SHEETS, CELL_CHARACTERS = 200, 30, 10, 500
UNPACKED_BYTES = 150_000_000  # of everything in a spreadsheet or a document
DOCUMENT_BYTES = 12_000_000  # of a document's text with its marks
HTML_CHARACTERS = 400_000
RESULT_BYTES = 6_000_000
