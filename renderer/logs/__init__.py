"""Lines of the log: how they are written, what none may hold, and which request one is for."""

from renderer.logs.lines import ACCESS, MOST_WAITING, only_offer, set_up, step_aside

__all__ = ["ACCESS", "MOST_WAITING", "only_offer", "set_up", "step_aside"]
