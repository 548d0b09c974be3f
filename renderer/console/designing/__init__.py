"""What an owner decides of a site's looks: theme, colours, order, how it is found. It all goes into the draft.

`desk.py` opens the draft and saves steps; everything else is pure: columns of a draft in, columns that change out.
"""
