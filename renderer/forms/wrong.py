"""An answer that is wrong."""

from renderer.themes.forms import Fault


class Wrong(Exception):
    """`fault` says why, to the visitor."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.fault = Fault(key, values)
