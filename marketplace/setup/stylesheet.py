"""The few lines of CSS by which a site has colours of its own. Loaded after static/css/site.css."""

from __future__ import annotations

import hashlib

from marketplace.setup import colours
from marketplace.setup.colours import DARK, LIGHT, Theme


def text(light: str, dark: str) -> str:
    """``light`` and ``dark`` as #rrggbb; an empty one leaves that theme as it is."""
    rules = []
    if light:
        rules.append(f':root,[data-theme="artisan"]{{{declarations(light, LIGHT)}}}')
        if not dark:
            rules += _house_dark()
    if dark:
        own = declarations(dark, DARK)
        rules.append(f"@media (prefers-color-scheme:dark){{:root:not([data-theme]){{{own}}}}}")
        rules.append(f'[data-theme="artisan-dark"]{{{own}}}')
    return "\n".join(rules)


def preview(light: str, dark: str) -> str:
    """The same for two boxes of the page where the colours are chosen."""
    boxes = ((".look-light", light, LIGHT), (".look-dark", dark, DARK))
    return "\n".join(f"{box}{{{declarations(colour, theme)}}}" for box, colour, theme in boxes if colour)


def declarations(accent: str, theme: Theme) -> str:
    return (
        f"--color-primary:{accent};--color-primary-content:{colours.content_on(accent)};"
        f"--primary-soft:{colours.soft(accent, theme)}"
    )


def _house_dark() -> list[str]:
    """A light accent alone must not colour the dark theme."""
    house = "--color-primary:#7fcfa6;--color-primary-content:#0d2118;--primary-soft:#20372c"
    return [
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme]){{{house}}}}}",
        f'[data-theme="artisan-dark"]{{{house}}}',
    ]


def mark(css: str) -> str:
    """Part of its address, which changes with it."""
    return hashlib.sha256(css.encode()).hexdigest()[:12]
