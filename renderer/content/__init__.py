"""Rows of content that more than one room reads: posts, and forms. Every row is one that visitors may see."""
