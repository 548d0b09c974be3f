"""What an owner decides of a form: what it says around its questions, and who hears of what is sent.

Written into `form_templates` as generators write it (docs/content.md), live at once. Deliberately not here: questions,
which are a generator's, and leads (`inbox`).
"""
