import pytest
from hypothesis import given
from hypothesis import strategies as st

from renderer.mailboxes import InvalidMailbox, normalise_mailbox, sendable_mailbox


@pytest.mark.parametrize(
    ("raw", "address", "sendable"),
    [
        (" Sari@Kopi.EXAMPLE.com ", "Sari@kopi.example.com", "Sari@kopi.example.com"),
        ("sari@bücher.de", "sari@bücher.de", "sari@xn--bcher-kva.de"),
        ("sari@xn--bcher-kva.de", "sari@bücher.de", "sari@xn--bcher-kva.de"),
        ("a.b+c@example.com", "a.b+c@example.com", "a.b+c@example.com"),
    ],
)
def test_an_address_has_one_form_and_one_to_send_to(raw: str, address: str, sendable: str) -> None:
    assert normalise_mailbox(raw) == address
    assert sendable_mailbox(raw) == sendable


def test_a_name_beyond_ascii_is_an_address_that_not_every_server_takes() -> None:
    assert normalise_mailbox("säri@example.com") == "säri@example.com"
    with pytest.raises(InvalidMailbox, match="ASCII"):
        sendable_mailbox("säri@example.com")


@pytest.mark.parametrize(
    "raw",
    [
        *(
            "",
            "sari",
            "sari@",
            "@example.com",
            "a b@example.com",
            "a@b@example.com",
            "sari@localhost",
            "sari@[127.0.0.1]",
        ),
        *(
            "a\n@example.com",
            "a@example.com\r\nBcc: b@example.com",
            "\ud800@example.com",
            "a@\ud800.com",
            "a@" + "b" * 300 + ".com",
        ),
        *("x" * 245 + "@example.com", '"quoted text"@example.com', "Sari <sari@example.com>"),
    ],
)
def test_what_mail_could_not_reach_is_refused(raw: str) -> None:
    for read in (normalise_mailbox, sendable_mailbox):
        with pytest.raises(InvalidMailbox):
            read(raw)


@given(st.one_of(st.text(), st.from_regex(r"[^@\s]{1,20}@[^@\s]{1,20}\.[a-z]{2,5}", fullmatch=True)))
def test_whatever_is_typed_is_an_address_or_refused(raw: str) -> None:
    try:
        address = normalise_mailbox(raw)
    except InvalidMailbox:
        return
    assert normalise_mailbox(address) == address
    assert len(raw.strip()) <= 254
