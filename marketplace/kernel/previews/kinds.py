"""What kind of preview a file can have, by its ending. Whether it holds what it promises shows when it is opened."""

from __future__ import annotations

from pathlib import PurePath

IMAGE, PDF, TEXT, TABLE, DOCUMENT, AUDIO, VIDEO, NONE = (
    "image", "pdf", "text", "table", "document", "audio", "video", "",
)  # fmt: skip
# What is shown in public: a picture in several sizes, a video and a PDF without what their makers did not mean to
# show, each with such a picture. Asked for by those who show it.
RENDITIONS, FILM, SHEET = "renditions", "film", "sheet"

_ENDINGS = {
    IMAGE: "png jpg jpeg webp gif tif tiff bmp avif",
    PDF: "pdf",
    TABLE: "csv tsv xlsx xlsm xls xlsb ods",
    DOCUMENT: "docx",
    AUDIO: "mp3 m4a wav ogg oga opus flac aac",
    VIDEO: "mp4 m4v webm mov ogv",
    TEXT: "txt md markdown log json jsonl xml yaml yml toml ini html htm css js ts jsx tsx py php rb go rs java c h "
    "cpp cs sql sh srt vtt tex rst svg",
}
_KIND_OF = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings.split()}

PLAYED = frozenset({AUDIO, VIDEO})  # by the browser itself, nothing is made
MADE = frozenset({IMAGE, PDF, TEXT, TABLE, DOCUMENT})
# Shown so fully that the original can wait for the acceptance, where the seller chose that.
LOCKABLE = frozenset({IMAGE, PDF, TEXT, TABLE})
WATERMARKED = frozenset({IMAGE, PDF})


def kind_of(name: str) -> str:
    return _KIND_OF.get(PurePath(name).suffix[1:].lower(), NONE)
