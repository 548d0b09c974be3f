"""`python -m renderer.media.worker ORDER`: an upload on standard input, its files on standard output.

A process of its own for each, because decoders are where hostile bytes do harm: this one has no secrets in its memory,
no environment, may write no file, and ends when it takes more memory or time than a picture needs.

Output: one line of JSON ({"refused": why}, or size and the names and lengths of the files), then the files.
"""

import json
import os
import resource
import sys

MEMORY = 1_400_000_000
CPU_SECONDS = 25


def main() -> int:
    os.nice(10)
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    from renderer.media.drawing import Order, Refused, draw

    given = json.loads(sys.argv[1])
    order = Order(tuple(given["steps"]), tuple(given["fallback_steps"]), given["tallest"])
    try:
        drawn = draw(sys.stdin.buffer.read(), order)
    except Refused as refused:
        sys.stdout.buffer.write(json.dumps({"refused": refused.why}).encode() + b"\n")
        return 0
    except MemoryError:
        sys.stdout.buffer.write(b'{"refused": "too_hard"}\n')
        return 0
    head = {
        "width": drawn.width,
        "height": drawn.height,
        "fallback": drawn.fallback,
        "files": [(name, len(body)) for name, body in drawn.files],
    }
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n")
    for _, body in drawn.files:
        sys.stdout.buffer.write(body)
    return 0


if __name__ == "__main__":
    sys.exit(main())
