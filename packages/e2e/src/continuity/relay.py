"""relay.py MS: passes on what comes to this router for the other side of it, up to MS milliseconds later and in order.

The kernel of the test machines has no netem, and forwards nothing while this runs (see namespaces.ts).
"""

import heapq
import random
import select
import socket
import sys
import time

JITTER_S = float(sys.argv[1]) / 1000
OUTGOING = 4
NETS = (bytes([198, 18, 1]), bytes([198, 18, 2]))

tap = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
tap.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
waiting = []
last = {}
count = 0
print("ready", flush=True)

while True:
    now = time.monotonic()
    patience = max(0, waiting[0][0] - now) if waiting else None
    if select.select([tap], [], [], patience)[0]:
        packet, (_, _, kind, *_) = tap.recvfrom(65536)
        source, target = packet[12:15], packet[16:19]
        if kind != OUTGOING and source in NETS and target in NETS and source != target:
            packet = bytearray(packet)
            if packet[9] == socket.IPPROTO_UDP:
                # Left for the hardware to fill in, which there is none of; 0 is "none" (RFC 768).
                at = (packet[0] & 15) * 4 + 6
                packet[at : at + 2] = b"\0\0"
            due = max(time.monotonic() + random.random() * JITTER_S, last.get(target, 0))
            last[target] = due
            count += 1
            heapq.heappush(waiting, (due, count, bytes(packet)))
    now = time.monotonic()
    while waiting and waiting[0][0] <= now:
        packet = heapq.heappop(waiting)[2]
        try:
            raw.sendto(packet, (socket.inet_ntoa(packet[16:20]), 0))
        except OSError:
            # Nobody is there at the moment.
            pass
