/*
 * relay NAME NAME DELAY_MS: makes two TUN devices, says "ready", and carries packets between them until its standard input
 * ends, each one late by DELAY_MS and none closer behind another than a link of 1 Gbit/s has them. In C because at 45,000
 * packets a second whatever has more to do for one, Python or Node, is what limits the path.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

/* More than either side's SCTP may have on the way: 80 MB. What does not fit waits in its TUN device. */
#define SLOTS 65536u
#define MAX_PACKET 2048
/* Read at once before what is due goes out. */
#define BATCH 256
/* It wakes up no more often than this: a batch for each packet would cost as much as all else. */
#define TICK_NS 300000
#define NS_PER_BYTE 8

struct packet {
  int64_t due;
  int length;
  char bytes[MAX_PACKET];
};

struct way {
  int source, target;
  uint32_t head, tail;
  int64_t last;
  struct packet *packets;
};

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int make_tun(const char *name) {
  struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
  int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  if (device < 0 || ioctl(device, TUNSETIFF, &request) < 0) fail(name);
  return device;
}

static void take(struct way *way, int64_t delay) {
  int64_t due = now() + delay;
  for (int count = 0; count < BATCH && way->tail - way->head < SLOTS; count++) {
    struct packet *packet = &way->packets[way->tail % SLOTS];
    packet->length = read(way->source, packet->bytes, MAX_PACKET);
    if (packet->length <= 0) return;
    way->last += (int64_t)packet->length * NS_PER_BYTE;
    if (way->last < due) way->last = due;
    packet->due = way->last;
    way->tail++;
  }
}

static void give(struct way *way, int64_t time) {
  for (; way->head != way->tail && way->packets[way->head % SLOTS].due <= time; way->head++) {
    struct packet *packet = &way->packets[way->head % SLOTS];
    /* The other end is not up, or has no room: lost, as packets are. */
    if (write(way->target, packet->bytes, packet->length) < 0) continue;
  }
}

int main(int count, char **words) {
  if (count != 4) return fputs("relay NAME NAME DELAY_MS\n", stderr), 2;
  int a = make_tun(words[1]), b = make_tun(words[2]);
  int64_t delay = (int64_t)(atof(words[3]) * 1e6);
  struct way ways[2] = {{.source = a, .target = b}, {.source = b, .target = a}};
  for (int i = 0; i < 2; i++) {
    ways[i].packets = calloc(SLOTS, sizeof(struct packet));
    if (ways[i].packets == NULL) fail("memory");
  }
  /* A network does not wait for the processes at its ends: neither may what stands for it. */
  struct sched_param priority = {.sched_priority = 1};
  if (sched_setscheduler(0, SCHED_FIFO, &priority) < 0) fail("SCHED_FIFO");
  puts("ready");
  fflush(stdout);
  struct pollfd watched[3] = {{a, POLLIN, 0}, {b, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
  for (;;) {
    int64_t due = INT64_MAX, time = now();
    for (int i = 0; i < 2; i++) {
      if (ways[i].head == ways[i].tail) continue;
      int64_t next = ways[i].packets[ways[i].head % SLOTS].due;
      if (next < due) due = next;
    }
    int64_t wait = due <= time ? 0 : due - time > TICK_NS ? due - time : TICK_NS;
    struct timespec until = {.tv_sec = wait / 1000000000LL, .tv_nsec = wait % 1000000000LL};
    if (ppoll(watched, 3, due == INT64_MAX ? NULL : &until, NULL) < 0) fail("ppoll");
    if (watched[2].revents != 0) return 0;
    for (int i = 0; i < 2; i++) {
      if (watched[i].revents != 0) take(&ways[i], delay);
      give(&ways[i], now());
    }
  }
}
