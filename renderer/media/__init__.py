"""Pictures that owners upload: judged by their content, drawn anew, kept in a store, counted against a tier's room.

Stands below the rooms, because several need it: `pages` serves the files on the site's own origin, the console lists
and changes them, `sites` takes them along and erases them. Deliberately not here: HTTP, and whose site it is (the
caller has both). Nothing is imported here, so that the process that draws (`worker.py`) starts with Pillow alone.
"""
