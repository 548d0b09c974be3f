"""A site's blog: its addresses, posts and lists as views, drawn in the site's theme.

Pure, like the rest of the engine. What may be seen is the database's rule; nothing here decides it.
"""
