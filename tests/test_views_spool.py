"""Events on disk: framed, rotated, adopted; nothing is half written, and damage costs what it hit."""

import errno
import json
import os
import struct
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renderer.views.event import Uncounted
from renderer.views.records import decode, encode
from renderer.views.rows import add_up, count_of, pack_rows
from renderer.views.spool import PIECE_BYTES, Spool, SpoolFull
from tests.views import all_views, make_texts, make_view, rows_of, told

SITE = uuid4()
ROOM = 1 << 24


def records(*paths: str) -> list[bytes]:
    """A record for each view, as if one had come after the other."""
    return [encode([make_view(SITE, page_path=path)])[0] for path in paths]


def paths_in(spool: Spool) -> list[str | None]:
    return [view.page_path for piece in spool.pieces() for _, view in all_views(decode(piece.read_bytes()))]


def test_what_is_encoded_is_decoded() -> None:
    view = make_view(SITE, page_path="/é/\ufffd😀", at=1795866007.516016, city="Jakarta")
    counted = Uncounted(str(SITE), "2026-11-28", "seo")
    batch = decode(b"".join(encode([view, counted, view])))
    assert [found for _, found in all_views(batch)] == [told(view), told(view)]
    assert batch.uncounted == [counted]
    assert len({one for one, _ in all_views(batch)}) == 2
    assert (batch.damaged, batch.torn) == ([], False)


def test_ids_are_uuids_of_version_7_in_the_order_of_time() -> None:
    sent = b"".join(b"".join(encode([make_view(SITE, at=at)] * 300)) for at in (1.0, 2.5, 1e9))
    found = [UUID(one) for one, _ in all_views(decode(sent))]
    assert {one.version for one in found} == {7}
    assert {one.variant for one in found} == {"specified in RFC 4122"}
    times = [one.int >> 80 for one in found]
    assert times == sorted(times)
    assert len({*found}) == 900


@given(cut=st.integers(min_value=0))
def test_a_torn_end_costs_the_record_it_tore(cut: int) -> None:
    whole = records("/1", "/2", "/3")
    data = b"".join(whole)
    cut %= len(data) + 1
    batch = decode(data[:cut])
    complete = sum(cut >= sum(map(len, whole[: number + 1])) for number in range(3))
    assert [view.page_path for _, view in all_views(batch)] == ["/1", "/2", "/3"][:complete]
    assert batch.torn == (cut not in (0, len(whole[0]), len(whole[0] + whole[1]), len(data)))


@given(place=st.integers(min_value=0), noise=st.binary(min_size=1, max_size=30))
def test_damage_never_raises_and_never_makes_up_a_view(place: int, noise: bytes) -> None:
    whole = b"".join(records("/1", "/2", "/3"))
    place %= len(whole)
    batch = decode(whole[:place] + noise + whole[place + len(noise) :])
    assert {view.page_path for _, view in all_views(batch)} <= {"/1", "/2", "/3"}


def test_a_damaged_record_is_set_aside_and_those_behind_it_are_read() -> None:
    one, two, three = records("/1", "/2", "/3")
    batch = decode(one + two[:-3] + b"xxx" + three)
    assert [view.page_path for _, view in all_views(batch)] == ["/1", "/3"]
    assert len(batch.damaged) == 1
    # Where a length is none that anybody wrote, all behind it is.
    batch = decode(one + b"\xff\xff\xff\x7f" + two[4:] + three)
    assert [view.page_path for _, view in all_views(batch)] == ["/1"]
    assert (len(batch.damaged), batch.torn) == (1, False)


def test_spools_of_older_releases_are_read() -> None:
    """There each view was a record: a row, or JSON where it made none."""
    row, event = pack_rows(1, 2, [make_view(SITE, page_path="/row")]), make_texts(SITE, page_path="/json")
    bodies = [row, json.dumps(["v", str(UUID(int=3)), *event]).encode(), row[:40]]
    data = b"".join(struct.pack("<II", len(body), crc32(body)) + body for body in bodies)
    batch = decode(data + b"".join(records("/new")))
    assert {view.page_path for _, view in all_views(batch)} == {"/row", "/json", "/new"}
    assert [UUID(one).int for one, view in all_views(batch) if view.page_path == "/row"] == [1 << 64 | 2]
    assert batch.damaged == [row[:40]]


def test_a_block_says_what_each_site_has_and_none_is_longer_than_is_read() -> None:
    other = uuid4()
    sent = [make_view(site, at=float(at), page_path="é" * 500, referrer="é" * 500)
            for at, site in enumerate([SITE, other, SITE] * 100)]  # fmt: skip
    written = encode(sent)
    assert 1 < len(written) < 30
    batch = decode(b"".join(written))
    assert [view for _, view in all_views(batch)] == [told(one) for one in sent]
    total = add_up(count for block in batch.blocks for count in block.counts)
    assert total == add_up(map(count_of, rows_of(batch)))
    assert {(site, views) for site, views, _ in total.values()} == {(SITE.bytes, 200), (other.bytes, 100)}


@given(block=st.binary(max_size=100))
def test_bytes_that_are_no_block_are_told_from_one(block: bytes) -> None:
    body = b"\0\0" + block
    batch = decode(struct.pack("<II", len(body), crc32(body)) + body)
    assert len(batch.damaged) + len(batch.blocks) == 1


def test_pieces_are_closed_at_their_size_and_come_back_in_order(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "views", ROOM)
    written = [f"/{number}" for number in range(12_000)]
    for start in range(0, 12_000, 400):
        spool.append(records(*written[start : start + 400]))
    spool.rotate()
    assert len(spool.pieces()) == -(-sum(len(one) for one in records(*written)) // PIECE_BYTES)
    assert paths_in(spool) == written
    spool.close()


def test_only_its_user_may_look_into_a_spool(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "views", ROOM)
    spool.append(records("/"))
    for path in [tmp_path / "views", *(tmp_path / "views").rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path
    spool.close()


def test_a_full_spool_refuses_whole_batches_and_takes_more_once_there_is_room(tmp_path: Path) -> None:
    batch = records(*["/" + "x" * 400] * 100)
    spool = Spool(tmp_path / "views", 2 * len(b"".join(batch)) + 10)
    spool.append(batch)
    spool.append(batch)
    with pytest.raises(SpoolFull):
        spool.append(batch)
    with pytest.raises(SpoolFull):
        spool.put(uuid4(), batch)
    spool.rotate()
    assert len(paths_in(spool)) == 200
    for piece in spool.pieces():
        spool.remove(piece)
    spool.put(uuid4(), batch)
    assert len(paths_in(spool)) == 100
    spool.close()


def test_a_write_that_fails_halfway_leaves_no_half_record(tmp_path: Path, monkeypatch: Any) -> None:
    spool = Spool(tmp_path / "views", ROOM)
    spool.append(records("/1"))
    write = os.write

    def full(file: int, data: Any) -> int:
        monkeypatch.setattr(os, "write", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left")))
        return write(file, data[:20])

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space"):
        spool.append(records("/2"))
    monkeypatch.undo()
    spool.append(records("/3"))
    spool.rotate()
    assert paths_in(spool) == ["/1", "/3"]
    spool.close()


def test_a_living_workers_spool_is_left_alone_and_a_given_up_one_adopted_once(tmp_path: Path) -> None:
    root = tmp_path / "views"
    one, two, three = (Spool(root, ROOM) for _ in range(3))
    one.append(records("/1"))
    two.append(records("/2"))
    assert two.adopt() == 0
    one.close()
    assert (two.adopt(), three.adopt()) == (1, 0)
    two.rotate()
    assert sorted(map(str, paths_in(two))) == ["/1", "/2"]  # written in one tick of the file system's clock, maybe
    two.close()
    assert three.adopt() == 2
    assert sorted(map(str, paths_in(three))) == ["/1", "/2"]


def test_an_emptied_spool_leaves_no_folder(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "views", ROOM)
    spool.append(records("/1"))
    spool.rotate()
    for piece in spool.pieces():
        spool.remove(piece)
    spool.close()
    assert list((tmp_path / "views").iterdir()) == []


def test_a_folder_whose_worker_was_killed_before_it_had_a_name_is_cleared(tmp_path: Path) -> None:
    spool, unnamed = Spool(tmp_path, ROOM), [tmp_path / ".7-old", tmp_path / ".8-new"]
    for folder in unnamed:
        folder.mkdir()
    os.utime(unnamed[0], (1, 1))
    spool.adopt()
    assert [folder.exists() for folder in unnamed] == [False, True]
    spool.close()


def test_strange_files_in_a_spool_are_passed_over(tmp_path: Path) -> None:
    root = tmp_path / "views"
    spool = Spool(root, ROOM)
    spool.append(records("/1"))
    for strange in (root / "x", root / "quarantine"):
        strange.mkdir()
        (strange / "odd.piece").write_bytes(b"x")
    (root / "file").touch()
    (spool.open() / "notes.piece").write_bytes(b"hello")
    dead = Spool(root, ROOM)
    dead.append(records("/2"))
    for folder in (spool.open(), dead.open()):
        (folder / f"{uuid4()}.piece").mkdir()
        (folder / f"{uuid4()}.piece").symlink_to(root / "nowhere")
        os.mkfifo(folder / f"{uuid4()}.open")
    dead.close()
    assert spool.adopt() == 1
    spool.rotate()
    assert sorted(paths_in(spool)) == ["/1", "/2"]
    spool.close()
