"""Who is a person and who a program, by the user agent."""

import json
from pathlib import Path

import pytest
from ua_parser import Domain

from renderer.views.agents import browsers_and_systems, read_agent
from renderer.views.bots import LIST, bot_kind

LISTED = json.loads(LIST.read_text("utf-8"))
# Samples of the list that are people to us, by review, and why.
REVIEWED: dict[str, str] = {}
HUMANS = [
    line
    for line in (Path(__file__).parent / "human_agents.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]

# uap-core's cases that its later patterns, which the program has, read otherwise, and as what.
READ_ANEW = {
    "Mozilla/5.0 (X11; Linux x86_64; Quest 2) AppleWebKit/537.36 (KHTML, like Gecko) OculusBrowser/26.2.0.0.10 "
    "SamsungBrowser/4.0 Chrome/110.0.5481.192 VR Safari/537.36": ["Oculus Browser", "26", "2", "0"],
    "Mozilla/4.0 (SerenityOS; x86_64) LibWeb+LibJS (Not KHTML, nor Gecko) LibWeb": ["Other", "", "", ""],
    "Mozilla/5.0 (X11; Linux aarch64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/52.0.2743.84 Safari/537.36 "
    "CrKey/1.22.74257": ["Chromecast Linux", "1", "22", "74257", ""],
}


def test_all_samples_of_the_list_are_bots_but_for_the_reviewed_ones() -> None:
    samples = {sample for entry in LISTED for sample in entry["instances"]}
    assert len(samples) > 2000
    assert {sample for sample in samples if bot_kind(sample) is None} == set(REVIEWED)


def test_no_browser_of_a_person_is_a_bot() -> None:
    assert len(set(HUMANS)) >= 250
    assert {agent: kind for agent in HUMANS if (kind := read_agent(agent).bot)} == {}


def test_all_of_uap_cores_cases_come_out_as_its_patterns_have_them() -> None:
    lines = (Path(__file__).parent / "uap" / "cases.tsv").read_text("utf-8").splitlines()
    assert len(lines) == 1892
    read_anew = {}
    for line in lines:
        kind, *told, agent = line.split("\t")
        found = browsers_and_systems()(agent, Domain.USER_AGENT | Domain.OS)
        part = found.user_agent if kind == "ua" else found.os
        names = ("family", "major", "minor", "patch", "patch_minor")[: len(told)]
        read = [getattr(part, name) or "" for name in names] if part else ["Other", *[""] * (len(told) - 1)]
        if read != told:
            read_anew[agent] = read
    assert read_anew == READ_ANEW


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        ("", "unnamed"),
        ("-", "unnamed"),
        ("   ", "unnamed"),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "search-engine"),
        ("Mozilla/5.0 (compatible; NobodyKnowsBot/1.0)", "crawler"),
        ("Mozilla/5.0 (compatible; Some crawler 2)", "crawler"),
        ("Mozilla/5.0 (X11) Firefox/1.0 (+https://somebody.example/)", "crawler"),
        ("curl/8.5.0", "http-library"),
        ("WhatsApp/2.23.20.0 A", "social-preview"),
        ("Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36 WhatsApp/2.24", None),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/130.0 Safari/537.36",
         "browser-automation"),
        ("Mozilla/5.0 (Linux; Android 13; CUBOT_X70) AppleWebKit/537.36 Chrome/128.0.0.0 Mobile Safari/537.36", None),
    ],
)  # fmt: skip
def test_kinds(agent: str, kind: str | None) -> None:
    assert bot_kind(agent) == kind


@pytest.mark.parametrize(
    ("program", "agents"),
    [
        (True, ["ApacheBench/2.3", "Mozilla/5.0 (pc-x86_64-linux-gnu) Siege/4.0.7", "aria2/1.36.0", "hey/0.0.1",
                "h2load nghttp2/1.52.0", "undici", "axios/1.7.2", "reqwest/0.11", "Fuzz Faster U Fool v1.1.0",
                "kube-probe/1.29", "GoogleHC/1.0", "Prometheus/2.45", "Warung/1.0 CFNetwork/1335.0.3 Darwin/21.6.0",
                "Mozilla/4.5 (compatible; HTTrack 3.0x; Windows 98)"]),
        (False, ["Lynx/2.9.0dev.12 libwww-FM/2.14 SSL-MM/1.4.1 GNUTLS/3.7.8", "w3m/0.5.3+git20230121", "Dillo/3.0.5",
                 "Links (2.28; Linux 6.1 x86_64; GNU C 12.2; text)", "ELinks/0.13.2 (textmode; Linux 6.1.0; 80x25-2)",
                 "NetSurf/3.10 (Linux; x86_64)", "edbrowse/3.8.0", "URL/Emacs Emacs/28 (X11; x86_64-pc-linux-gnu)",
                 "Nokia6300/2.0 (05.50) Profile/MIDP-2.0 Configuration/CLDC-1.1", "ZTE-F103/WAP1.0", "Mozilla/5.0"]),
    ],
)  # fmt: skip
def test_a_name_that_is_no_browsers_is_a_programs(program: bool, agents: list[str]) -> None:
    assert [agent for agent in agents if (read_agent(agent).bot is not None) is not program] == []


@pytest.mark.parametrize(
    ("agent", "browser", "system", "device"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 "
         "Mobile/15E148 Safari/604.1", "Mobile Safari", "iOS", "mobile"),
        ("Mozilla/5.0 (Linux; Android 14; SM-X200) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/127.0.0.0 "
         "Safari/537.36", "Chrome", "Android", "tablet"),
        ("Mozilla/5.0 (iPad; CPU OS 17_6 like Mac OS X) AppleWebKit/605.1.15 Version/17.6 Mobile/15E148 Safari/604.1",
         "Mobile Safari", "iOS", "tablet"),
        ("Opera/9.80 (Android; Opera Mini/7.5.33361/191.256; U; id) Presto/2.8.119 Version/11.10",
         "Opera Mini", "Android", "mobile"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0",
         "Firefox", "Windows", "desktop"),
        ("Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) AppleWebKit/537.36 (KHTML, like Gecko) 76.0.3809.146/6.0 TV "
         "Safari/537.36", "Safari", "Tizen", "desktop"),
    ],
)  # fmt: skip
def test_what_a_browser_tells(agent: str, browser: str, system: str, device: str) -> None:
    found = read_agent(agent)
    assert (found.bot, found.browser, found.os, found.device) == (None, browser, system, device)


@pytest.mark.parametrize("agent", ["\x00\udcff" * 300, "Mozilla/5.0 (" * 100_000, "é" * 1000, "A" * 8000])
def test_no_text_is_too_odd(agent: str) -> None:
    read_agent(agent)
