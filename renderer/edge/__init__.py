"""From socket to site: host names, the client's address, which site answers.

Deliberately knows nothing of pages: what a site shows is the business of the rooms above.
"""
