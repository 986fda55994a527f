// The yardstick of `parley bench relay`: what the forwarder of Parley.Net does, without bundling, checks or expiry, as plainly as C can say it.
// Clients' packets go to a transceiver behind an inner header (src/Parley.Net/Inner/InnerLayout.cs), those of transceivers to the client that the
// header names. One thread, recvmmsg and sendmmsg, a flat table of flows, buffers allocated once.
// Usage: forwarder CORE TICK_US NODE_PORT NODES   A new flow goes to transceiver 127.0.0.1:NODE_PORT + (byte 12 of its packet) % NODES.
// Prints its public and its inner port. TICK_US: it drains both sockets that often; 0: whenever there is something.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>

enum { BATCH = 64, SLOT = 2048, HEADROOM = 16, INNER = 13, CELLS = 1 << 17, MAX_OUT = 4096 };

static struct { uint32_t ip; uint16_t port, node; } flows[CELLS];
static unsigned char slots[2][BATCH][HEADROOM + SLOT];
static struct sockaddr_in names[2][BATCH], out_names[MAX_OUT], nodes[64];
static struct iovec in_vectors[2][BATCH], out_vectors[MAX_OUT];
static struct mmsghdr in[2][BATCH], out[MAX_OUT];

static void die(const char *what) { perror(what); exit(1); }

static int open_socket(struct sockaddr_in *bound) {
    int s = socket(AF_INET, SOCK_DGRAM, 0), size = 8 << 20;
    if (setsockopt(s, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size)) setsockopt(s, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    if (setsockopt(s, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size)) setsockopt(s, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    socklen_t length = sizeof *bound;
    *bound = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    if (bind(s, (void *)bound, length) || getsockname(s, (void *)bound, &length)) die("bind");
    return s;
}

static int receive(int socket, int side) {
    for (int i = 0; i < BATCH; i++) in[side][i].msg_hdr.msg_namelen = sizeof names[side][i];
    return recvmmsg(socket, in[side], BATCH, MSG_DONTWAIT, NULL);
}

static void send_all(int socket, int count) {
    for (int sent = 0; sent < count;) {
        int n = sendmmsg(socket, out + sent, count - sent, MSG_DONTWAIT);
        sent += n > 0 ? n : 1;
    }
}

static void put(int index, const struct sockaddr_in *to, void *bytes, size_t length) {
    out_vectors[index] = (struct iovec){ bytes, length };
    out_names[index] = *to;
}

static int node_of(const struct sockaddr_in *from, const unsigned char *packet, int node_count) {
    uint64_t key = (uint64_t)from->sin_addr.s_addr << 16 | from->sin_port;
    uint32_t cell = (uint32_t)(key * 0x9E3779B97F4A7C15u >> 40) % CELLS;
    for (; flows[cell].port; cell = (cell + 1) % CELLS)
        if (flows[cell].ip == from->sin_addr.s_addr && flows[cell].port == from->sin_port) return flows[cell].node;
    flows[cell].ip = from->sin_addr.s_addr;
    flows[cell].port = from->sin_port;
    return flows[cell].node = packet[12] % node_count;
}

static int from_clients(int public, int inner, int node_count) {
    int count = receive(public, 0);
    for (int i = 0; i < count; i++) {
        struct sockaddr_in *from = &names[0][i];
        unsigned char *packet = slots[0][i] + HEADROOM, *h = packet - INNER;
        unsigned length = in[0][i].msg_len;
        memcpy(h, "\xD1\0\0\0", 4);
        h[4] = length >> 8, h[5] = length, h[6] = 0;
        memcpy(h + 7, &from->sin_port, 2);
        memcpy(h + 9, &from->sin_addr, 4);
        put(i, &nodes[node_of(from, packet, node_count)], h, INNER + length);
    }
    if (count > 0) send_all(inner, count);
    return count;
}

static int from_transceivers(int public, int inner) {
    int count = receive(inner, 1), packets = 0;
    for (int i = 0; i < count; i++) {
        unsigned char *p = slots[1][i] + HEADROOM, *end = p + in[1][i].msg_len;
        for (p += 4; end - p >= 9 && packets < MAX_OUT; packets++) {
            unsigned length = p[0] << 8 | p[1];
            struct sockaddr_in to = { .sin_family = AF_INET };
            memcpy(&to.sin_port, p + 3, 2);
            memcpy(&to.sin_addr, p + 5, 4);
            if (length == 0 || length > end - p - 9) break;
            put(packets, &to, p + 9, length);
            p += 9 + length;
        }
    }
    if (packets > 0) send_all(public, packets);
    return count;
}

int main(int argc, char **argv) {
    if (argc != 5) { fprintf(stderr, "usage: forwarder CORE TICK_US NODE_PORT NODES\n"); return 2; }
    int core = atoi(argv[1]), tick = atoi(argv[2]), node_port = atoi(argv[3]), node_count = atoi(argv[4]);
    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET(core, &cores);
    sched_setaffinity(0, sizeof cores, &cores);
    prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
    for (int i = 0; i < node_count; i++)
        nodes[i] = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(node_port + i), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    for (int side = 0; side < 2; side++)
        for (int i = 0; i < BATCH; i++) {
            in_vectors[side][i] = (struct iovec){ slots[side][i] + HEADROOM, SLOT };
            in[side][i].msg_hdr = (struct msghdr){ .msg_name = &names[side][i], .msg_iov = &in_vectors[side][i], .msg_iovlen = 1 };
        }
    for (int i = 0; i < MAX_OUT; i++)
        out[i].msg_hdr = (struct msghdr){ .msg_name = &out_names[i], .msg_namelen = sizeof out_names[i], .msg_iov = &out_vectors[i], .msg_iovlen = 1 };
    struct sockaddr_in public_name, inner_name;
    int public = open_socket(&public_name), inner = open_socket(&inner_name);
    printf("%d %d\n", ntohs(public_name.sin_port), ntohs(inner_name.sin_port));
    fflush(stdout);
    struct timespec next;
    clock_gettime(CLOCK_MONOTONIC, &next);
    for (;;) {
        int most = 0;
        for (int i = 0, n; i < 4 && (n = from_clients(public, inner, node_count)) > 0; i++) most = n > most ? n : most;
        for (int i = 0, n; i < 4 && (n = from_transceivers(public, inner)) > 0; i++) most = n > most ? n : most;
        if (most == BATCH) continue;
        if (tick == 0) {
            struct pollfd files[2] = { { public, POLLIN, 0 }, { inner, POLLIN, 0 } };
            poll(files, 2, -1);
            continue;
        }
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        next.tv_nsec += tick * 1000L;
        if (next.tv_nsec >= 1000000000L) next.tv_nsec -= 1000000000L, next.tv_sec++;
        if (next.tv_sec < now.tv_sec || (next.tv_sec == now.tv_sec && next.tv_nsec < now.tv_nsec)) next = now;
        else clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
    }
}
