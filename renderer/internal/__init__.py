"""The internal port: health, metrics, and which names a proxy may get certificates for.

One process of a generation answers there, beside its workers. It draws nothing and knows no visitor; whoever reaches
the port may read all of it, so it belongs on the loopback interface or a network of the machines alone.
"""

from renderer.internal.application import make_internal_app, until_loaded

__all__ = ["make_internal_app", "until_loaded"]
