"""How a site is found and shared: its addresses, who may index it, titles and descriptions, and the JSON-LD graph.

Pure. Everything here is made from what pages show, never from a raw row, so that nothing is claimed to machines that
visitors do not see.
"""
