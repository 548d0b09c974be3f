"""Words, numbers and marked-up text as a visitor reads them: pure functions over untrusted values."""
