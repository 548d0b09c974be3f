"""Real name servers on 127.0.0.1, as wrong or as silent as a test wants them."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


class NameServer(socketserver.ThreadingUDPServer):
    """Answers TXT questions from `texts`, by lower-case name without the final dot."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.texts: dict[str, list[str]] = {}
        self.addresses: dict[str, list[str]] = {}
        self.aliases: dict[str, str] = {}
        self.mode = "answer"
        """Or: silent, broken (SERVFAIL), garbage, forged (another question's answer)."""
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        return f"127.0.0.1#{self.server_address[1]}"


class _Answer(socketserver.BaseRequestHandler):
    server: NameServer

    def handle(self) -> None:
        data, sock = self.request
        question = dns.message.from_wire(data)
        asked = question.question[0]
        name = str(asked.name).lower().rstrip(".")
        self.server.asked.append(name)
        reply = dns.message.make_response(question)
        reply.flags |= dns.flags.RA
        mode = self.server.mode
        if mode == "silent":
            return
        if mode == "garbage":
            sock.sendto(data[:2] + b"\xff" * 40, self.client_address)
            return
        if mode == "broken":
            reply.set_rcode(dns.rcode.SERVFAIL)
        else:
            self._fill(reply, asked, name)
        if mode == "forged":
            reply.id = question.id ^ 1
        sock.sendto(reply.to_wire(max_size=65_535), self.client_address)

    def _fill(self, reply: dns.message.Message, asked: Any, name: str) -> None:
        alias = self.server.aliases.get(name)
        if alias is not None:
            reply.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "CNAME", f"{alias}."))
            name = alias
        if asked.rdtype == dns.rdatatype.A:
            if name in self.server.addresses:
                reply.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "A", *self.server.addresses[name]))
            return
        texts = self.server.texts.get(name)
        if texts is None:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        elif texts:
            quoted = [" ".join(f'"{text[at : at + 255]}"' for at in range(0, len(text), 255)) for text in texts]
            reply.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "TXT", *quoted))


@contextmanager
def name_servers(count: int = 3) -> Iterator[list[NameServer]]:
    servers = [NameServer() for _ in range(count)]
    threads = [threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True) for server in servers]
    for thread in threads:
        thread.start()
    try:
        yield servers
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()
