"""Patterns drawn where other sites have photographs: batik, weaving, tile, water, contour lines.

A drawing is a pure function of motif, site and item: seeded, so that no two items look alike and none changes between
visits. Its colours are classes, which the theme fills from the tokens, so it follows light and dark. At most 3 KB each.
"""

from renderer.themes.motifs.draw import MOTIFS, Figure, draw_motif, figure, kin, named_motif

__all__ = ["MOTIFS", "Figure", "draw_motif", "figure", "kin", "named_motif"]
