"""Colours of the covers: calm grounds, warm paper, one vivid accent. Every category keeps to its own family."""

from typing import NamedTuple


class Palette(NamedTuple):
    """ground: behind everything; paper: sheets and windows; ink: dark shapes; accent: the one that calls; second: its
    quiet partner; soft: lines and small things on paper."""

    ground: str
    paper: str
    ink: str
    accent: str
    second: str
    soft: str

    @property
    def dark(self) -> bool:
        """Whether light shapes are needed to be seen on the ground."""
        return sum(int(self.ground[place : place + 2], 16) for place in (1, 3, 5)) < 330

    @property
    def strong(self) -> str:
        """The colour that stands out most on the ground."""
        return self.paper if self.dark else self.ink


CREAM = "#f7f1e5"

PALETTES: dict[str, tuple[Palette, ...]] = {
    "design": (
        Palette("#f1c9a9", "#f7ead8", "#1f3d34", "#d9572b", "#e9a15b", "#dba67d"),
        Palette("#efc4cd", "#f8ebe6", "#2c2a4a", "#a8324e", "#e58a7b", "#d99aa8"),
        Palette("#e7ddc8", CREAM, "#27403a", "#d9572b", "#dba63c", "#c3b696"),
        Palette("#d2664b", "#f6e3cf", "#2b2238", "#f2b84b", "#8f3340", "#e49a80"),
        Palette("#f3d6b3", CREAM, "#3a2d5c", "#5b4bb5", "#e2774f", "#dcb58a"),
        Palette("#26423b", "#f3e6cf", "#14241f", "#e7764a", "#e3b55a", "#5f7f74"),
    ),
    "writing": (
        Palette("#dde5d3", "#f6f1e5", "#3c5342", "#d9a23a", "#9db08f", "#93a08f"),
        Palette("#d6d7e5", "#f6f1e5", "#3d3a63", "#e2a03c", "#8c86b3", "#968fb4"),
        Palette("#ecdcc3", "#fbf6ea", "#4a3b2a", "#c4572f", "#cda875", "#bfae93"),
        Palette("#c9d9d3", "#f7f2e6", "#24504a", "#e07b4a", "#7fa79b", "#8fa9a2"),
        Palette("#3d5546", "#f3eddd", "#24352b", "#e0ac47", "#7d9a82", "#9aa894"),
    ),
    "translation": (
        Palette("#d9d3ea", "#f7f2ea", "#3b2f66", "#e2694a", "#8f7fc4", "#a89fc6"),
        Palette("#f0d7cf", "#faf3ea", "#5a2b3f", "#c63f52", "#3f7f86", "#cfa59b"),
        Palette("#cfe0e6", "#f6f3ea", "#1f4a5c", "#e58a3c", "#5f9bb0", "#94b2bd"),
        Palette("#45386b", "#f4ecdf", "#2a2146", "#f0a255", "#8d7cc0", "#a79cc4"),
        Palette("#e8dfc9", "#fbf7ec", "#2f4c45", "#d4582f", "#6aa08c", "#b9b195"),
    ),
    "data-entry": (
        Palette("#ead9b8", "#fbf5e6", "#4b3f22", "#2f6f5b", "#c9963b", "#c5b389"),
        Palette("#dfe3cb", "#f8f4e6", "#3e4a26", "#cf6a35", "#8fa05a", "#a9b08a"),
        Palette("#e6d2c2", "#faf2e8", "#54352a", "#b7472f", "#c98f6a", "#c3a48f"),
        Palette("#cfdcd6", "#f6f3e8", "#2b4640", "#d88a2f", "#6f9a8c", "#95ada4"),
        Palette("#55603a", "#f3eed9", "#333b20", "#e6b450", "#9aa873", "#a8ad8c"),
    ),
    "spreadsheets": (
        Palette("#cddbea", "#f5f1e6", "#2f5180", "#dd8467", "#7d9ac0", "#94a9c4"),
        Palette("#f2dcae", "#faf3e2", "#8a5c12", "#3c7a63", "#cf9f45", "#cdb079"),
        Palette("#d3e2d6", "#f7f3e6", "#23563f", "#e0793f", "#6ba386", "#93b3a0"),
        Palette("#2f4a6b", "#f1ebdc", "#1c2f47", "#f0a35e", "#7f9cc0", "#8ea2bb"),
        Palette("#e3dcef", "#f8f4ec", "#46366e", "#d8643f", "#9a86c6", "#b0a4c9"),
    ),
    "social-media": (
        Palette("#f6cdbf", "#fdf3ea", "#5b2333", "#e0503c", "#f09a6a", "#dba398"),
        Palette("#f3c9d6", "#fcf0ee", "#4d2550", "#d23f74", "#8e5fb0", "#d49bb0"),
        Palette("#fae0b4", "#fdf6e6", "#6b3a14", "#ee7a2e", "#d94f6a", "#dcb985"),
        Palette("#d5dff2", "#f6f3ee", "#2c3f73", "#ef6f55", "#6f8ad0", "#a0b0d3"),
        Palette("#d9506a", "#fbe9dd", "#571a33", "#ffc857", "#f29a8e", "#eaa3a3"),
    ),
    "seo": (
        Palette("#cfe3ee", "#f6f3ea", "#1d4b66", "#e5772f", "#5b9dc0", "#97b8c8"),
        Palette("#f5e5b2", "#fbf6e4", "#574a12", "#d9562c", "#b7a038", "#cfc083"),
        Palette("#cfe6d6", "#f6f4e8", "#1c5540", "#e3a12f", "#5aa37f", "#93bda6"),
        Palette("#1f5d55", "#f2ecda", "#123b36", "#f2b24a", "#5fa396", "#83aaa2"),
        Palette("#e6dbd0", "#faf5ec", "#3d3f5c", "#4c63c9", "#e08a5a", "#bdb0a5"),
    ),
    "audio-video": (
        Palette("#c8e4df", "#f3efe2", "#145f5b", "#ef8f5b", "#5ca8a0", "#8dbcb5"),
        Palette("#14504d", "#eee9d8", "#0c3533", "#f29a5f", "#5fb0a4", "#4f8a83"),
        Palette("#e7d5e3", "#f8f1ea", "#4a2353", "#e2563f", "#a06aa8", "#b998b8"),
        Palette("#f0d9c0", "#faf2e4", "#3a2a24", "#c8432f", "#2f7f7a", "#c9a98a"),
        Palette("#2d2a4a", "#f0e9dc", "#1a1830", "#ff8f6b", "#7a74c0", "#6e6a9a"),
    ),
    "virtual-assistance": (
        Palette("#f4e3b5", "#fcf7e7", "#5a4513", "#d8592f", "#c79b2e", "#d0bb80"),
        Palette("#d8e6cf", "#f8f5e8", "#33522c", "#e28a2f", "#7fa86a", "#a3ba95"),
        Palette("#f3d9d2", "#fcf4ee", "#5e3036", "#b83b52", "#e0957a", "#d2aaa3"),
        Palette("#cfdfe8", "#f6f4ec", "#28485e", "#e2a32f", "#6d9cb8", "#9ab4c2"),
        Palette("#35596b", "#f4efe0", "#1f3946", "#f2b950", "#7fa7b8", "#94b0bb"),
    ),
    "testing": (
        Palette("#e1d9ee", "#f8f4ee", "#3f2d63", "#5f9e4a", "#9b83c9", "#b3a6c9"),
        Palette("#e4ecc4", "#f9f7e6", "#3f4f14", "#d3522d", "#9db445", "#b4bf86"),
        Palette("#cfe2e0", "#f5f3e8", "#1f4b50", "#de5f3d", "#5a9a98", "#95b6b4"),
        Palette("#3a2f57", "#f1ebdf", "#231c38", "#a8cf6a", "#8e7cc4", "#887fa6"),
        Palette("#f1dcc6", "#fbf4e9", "#4e3323", "#2f7d6b", "#dd8a4a", "#cfb094"),
    ),
    "web-fixes": (
        Palette("#d7d9e6", "#f5f1e6", "#2d4558", "#e2683a", "#7c8fa6", "#8a949e"),
        Palette("#c9dde0", "#f4f1e6", "#1e4a55", "#e7913a", "#5c97a3", "#8fb0b6"),
        Palette("#2d4558", "#f1ecdf", "#1a2b38", "#f08a5f", "#7f9fb8", "#8497a6"),
        Palette("#ecd8cf", "#faf3ec", "#46313c", "#c4452f", "#5a7f9a", "#c2a69d"),
        Palette("#dce4d0", "#f7f4e7", "#37492f", "#d9722f", "#7f9d6c", "#a3b094"),
    ),
    "ai-data": (
        Palette("#cbd6ee", "#f4f1ea", "#27386b", "#f0784a", "#7088c8", "#9aa9cf"),
        Palette("#f4d3bd", "#fcf2e8", "#4f2a4a", "#7a4fb0", "#e58a5a", "#d6ab93"),
        Palette("#d5e6e2", "#f5f4ea", "#1f4f52", "#d64f6a", "#5da39c", "#97bab5"),
        Palette("#33264f", "#f0e9e0", "#1f1633", "#ffb35c", "#8a74cc", "#7d72a0"),
        Palette("#ece4b8", "#faf7e6", "#45451a", "#3f6fc4", "#b3a540", "#c5be86"),
    ),
}
