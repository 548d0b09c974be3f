"""`make referrers`: Matomo's lists of search engines, networks and assistants (YAML) → matomo.json beside this file.

    python data/referrers/gather.py FOLDER

where FOLDER holds its searchengine-and-social-list. The form is that of referrers.json.
"""

import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml

HERE = Path(__file__).parent
LISTS = {"social": "Socials.yml", "ai": "AIAssistants.yml", "search": "SearchEngines.yml"}


def gather(lists: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Of every host its medium and name: `lists` are the parsed files by medium, each names and their hosts; search
    engines have theirs in groups. Pages below a host and apps are left out: no referrer we keep says them apart."""
    found: dict[str, dict[str, str]] = {}
    for medium in LISTS:
        for name, listed in lists[medium].items():
            for entry in listed:
                for host in entry["urls"] if isinstance(entry, dict) else [entry]:
                    host = host.strip().lower()
                    if "/" not in host and not host.startswith("com.") and "." in host:
                        found.setdefault(host, {"medium": medium, "source": unquote(str(name))})
    return dict(sorted(found.items()))


def main(folder: str) -> None:
    lists = {medium: yaml.safe_load(Path(folder, name).read_text("utf-8")) for medium, name in LISTS.items()}
    (HERE / "matomo.json").write_text(json.dumps(gather(lists), ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
