"""Plain text as paragraphs: a blank line ends one, a line feed breaks a line."""

from renderer.themes.text.typography import polish

_MOST_GROOMED = 2_000


def paragraphs(text: str) -> str:
    """HTML, every character of the text escaped; empty when there is none."""
    drawn = []
    blocks = text.replace("\r\n", "\n").split("\n\n")
    for block in blocks:
        if block := block.strip():
            # Nobody's text has so many paragraphs: it is shown, but not groomed.
            groomed = polish(block) if len(blocks) <= _MOST_GROOMED else block
            escaped = groomed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            drawn.append(f"<p>{escaped}</p>".replace("\n", "<br>"))
    return "".join(drawn)
