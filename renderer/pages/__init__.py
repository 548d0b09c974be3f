"""Home and further pages of a site.

Draws what the row says and the newest posts; deliberately decides nothing about content, which is the theme engine's
business.
"""
