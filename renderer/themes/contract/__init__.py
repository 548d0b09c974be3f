"""The content contract: pydantic models of the four JSON columns, and the tolerant way to read them.

What a model accepts is what a JSON Schema exported from it says; tolerance lives in `lenient`, not in the models.
"""
