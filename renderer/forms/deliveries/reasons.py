"""Why a lead was not delivered, in the owner's words.

The log keeps what happened to the code, in English, for whoever runs the channel; it stands in brackets behind.
"""

import re

from renderer.themes.text.words import Words

# By what the log says, the first that fits (renderer/forms/deliveries, renderer/outbound).
_REASONS = (
    (r"tier", "tier"),
    (r"marked as spam", "spam"),
    (r"lead is gone|site is gone", "gone"),
    (r"names no webhook|no number to tell|nobody is to be", "nobody"),
    (r"webhook is disabled", "disabled"),
    (r"limits us", "limited"),
    (r"connection to the mail server", "unreachable"),
    (r"certificate has expired", "expired"),
    (r"certificate is for another name", "misnamed"),
    (r"certificate", "untrusted"),
    (r"address is not a public one|public addresses", "private"),
    (r"not answer in time|time|connection|TLS|lookup|resolve", "unreachable"),
    (r"no mail server|let us in|template|parameter|keyring|kind of message|test account|our own", "set_up"),
    (r"no recipient|cannot be written to|cannot be reached|24 hours", "recipient"),
    (r"refused|status|answered|did not take", "refused"),
)


def reason_of(said: str, words: Words) -> str:
    return words["reason_" + next((key for pattern, key in _REASONS if re.search(pattern, said)), "other")]
