"""Free loopback ports that nothing hands out by itself."""

import random
import socket

from qinglian.errors import PortTaken

# Below 32768, where Linux starts to hand out ports of its own accord: a client that probes a port
# in that range can connect to itself and so take the port away from the server it waits for.
PORT_MIN, PORT_MAX = 20_000, 32_700
ATTEMPTS_MAX = 200  # the range holds 12,700 ports; 200 misses in a row mean a machine without free ports

_random = random.SystemRandom()


def is_free(port: int) -> bool:
    """Say whether a server could listen on this loopback port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def accepts(port: int, *, host: str = "127.0.0.1", timeout_s: float = 1.0) -> bool:
    """Say whether somebody answers on this port."""
    try:
        with socket.create_connection((host, port), timeout=timeout_s):
            return True
    except OSError:
        return False


def free_port(taken: set[int]) -> int:
    """Choose a free port at random that is not among those already given away.

    Raises: PortTaken, when no free port was found.
    """
    for _ in range(ATTEMPTS_MAX):
        port = _random.randint(PORT_MIN, PORT_MAX)
        if port not in taken and is_free(port):
            return port
    raise PortTaken(f"No free loopback port between {PORT_MIN} and {PORT_MAX} after {ATTEMPTS_MAX} tries.")
