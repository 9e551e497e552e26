"""Carries packets between two TUN devices, each one late by the delay that is given in milliseconds.

relay.py NAME NAME DELAY_MS: makes the devices, says "ready", and runs until its standard input ends. In Python because
Node can not make a TUN device, and because at tens of thousands of packets a second it has no time for a callback each.
"""

import collections
import fcntl
import os
import select
import struct
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN_NO_PI = 0x1001
MAX_PACKET = 2048
# Read at once before what is due goes out.
BATCH = 64


def make_tun(name):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN_NO_PI))
    return device


def main():
    a, b = make_tun(sys.argv[1]), make_tun(sys.argv[2])
    delay = float(sys.argv[3]) / 1000
    # A network does not wait for the processes at its ends: neither may what stands for it.
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    ways = [(a, b, collections.deque()), (b, a, collections.deque())]
    watched = [a, b, sys.stdin.fileno()]
    print("ready", flush=True)
    while True:
        due = min((queue[0][0] for _, _, queue in ways if queue), default=None)
        wait = None if due is None else max(0, due - time.monotonic())
        readable, _, _ = select.select(watched, [], [], wait)
        if sys.stdin.fileno() in readable:
            return
        for source, target, queue in ways:
            if source in readable:
                until = time.monotonic() + delay
                try:
                    for _ in range(BATCH):
                        queue.append((until, os.read(source, MAX_PACKET)))
                except BlockingIOError:
                    pass
            now = time.monotonic()
            while queue and queue[0][0] <= now:
                packet = queue.popleft()[1]
                try:
                    os.write(target, packet)
                except OSError:
                    # The other end is not up, or has no room: lost, as packets are.
                    pass


main()
