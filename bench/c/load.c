// The load of `parley bench relay`: clients and transceivers around a forwarder, on one thread, and what it sees of it. Half of the packets go up, half
// down. Clients are addresses of 127.64.0.0/10 on one socket; transceivers are sockets of their own, which send and take the inner protocol.
// Usage: load CORE PID PUBLIC_PORT INNER_PORT NODE_PORT NODES FLOWS SECONDS RATE BUNDLES FLOOD
//   RATE: packets a second, evenly spaced; 0: as many as come back, WINDOW in flight each way.   BUNDLES: 1: what is sent down is bundled.
//   FLOOD: first packets a second with forged routes, from addresses of 127.128.0.0/9.
// Prints one line: name=value … The processor time is that of PID, all threads, by the scheduler's own account.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { BATCH = 64, SLOT = 9216, WINDOW = 1024, MAX_NODES = 16, MTU = 1452, INNER = 13, MAX_LENGTH = 160, BUCKETS = 1 << 20 };

static struct mmsghdr in[BATCH], out[BATCH];
static struct iovec in_vectors[BATCH], out_vectors[BATCH];
static struct sockaddr_in in_names[BATCH], public_name, inner_name;
static unsigned char in_slots[BATCH][SLOT], out_slots[BATCH][SLOT];
static union { char bytes[CMSG_SPACE(sizeof(struct in_pktinfo))]; struct cmsghdr align; } infos[BATCH];
static int clients, nodes[MAX_NODES], node_count, flow_count, is_bundled;
static uint16_t client_port;
static long sent[2], received[2], lost, datagrams_up, buckets[BUCKETS], node_ns;
static unsigned next_up, next_down[MAX_NODES], next_flood, node_turn;
static int is_measuring;

static void die(const char *what) { perror(what); exit(1); }

static long clock_ns(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec * 1000000000L + t.tv_nsec;
}

static long now_ns(void) { return clock_ns(CLOCK_MONOTONIC); }

/* Lengths as they vary in voice. */
static int length_of(unsigned n) { return 60 + n * 37 % (MAX_LENGTH - 60); }

static uint32_t address_of(unsigned flow) { return htonl(0x7F400000u + flow + 1); }

static long processor_ns(int pid) {
    char path[64], line[128];
    long total = 0;
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *tasks = opendir(path);
    if (!tasks) die(path);
    for (struct dirent *task; (task = readdir(tasks));) {
        if (task->d_name[0] == '.') continue;
        char file[400];
        snprintf(file, sizeof file, "/proc/%d/task/%s/schedstat", pid, task->d_name);
        FILE *f = fopen(file, "r");
        if (f && fgets(line, sizeof line, f)) total += atol(line);
        if (f) fclose(f);
    }
    closedir(tasks);
    return total;
}

static int open_socket(uint32_t ip, uint16_t port) {
    int s = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), size = 16 << 20;
    if (setsockopt(s, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size)) setsockopt(s, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    if (setsockopt(s, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size)) setsockopt(s, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    struct sockaddr_in name = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = ip };
    if (bind(s, (void *)&name, sizeof name)) die("bind");
    return s;
}

static void fill(unsigned char *packet, unsigned flow, long when) {
    packet[0] = 0x80, packet[1] = 111;
    packet[12] = flow % node_count;
    memcpy(packet + 16, &when, sizeof when);
}

/* A message from one of the many addresses of the clients' socket. (ip(7), IP_PKTINFO) */
static void from_client(int i, uint32_t source, int length) {
    out_vectors[i].iov_len = length;
    out[i].msg_hdr.msg_name = &public_name;
    struct cmsghdr *c = &infos[i].align;
    c->cmsg_level = IPPROTO_IP, c->cmsg_type = IP_PKTINFO, c->cmsg_len = CMSG_LEN(sizeof(struct in_pktinfo));
    *(struct in_pktinfo *)CMSG_DATA(c) = (struct in_pktinfo){ .ipi_spec_dst.s_addr = source };
    out[i].msg_hdr.msg_control = &infos[i], out[i].msg_hdr.msg_controllen = sizeof infos[i];
}

static int send_batch(int socket, int count) {
    int done = 0;
    while (done < count) {
        int n = sendmmsg(socket, out + done, count - done, 0);
        if (n <= 0) break;
        done += n;
    }
    return done;
}

static void send_up(int count) {
    long when = now_ns();
    for (int i = 0; i < count; i++, next_up++) {
        unsigned flow = next_up % flow_count;
        fill(out_slots[i], flow, when);
        from_client(i, address_of(flow), length_of(next_up));
    }
    sent[0] += send_batch(clients, count);
}

static void send_flood(int count) {
    static const char ufrag[] = "EAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g";
    for (int i = 0; i < count; i++, next_flood++) {
        unsigned char *p = out_slots[i];
        memset(p, 0, 132);
        p[1] = 1, p[3] = 112;
        memcpy(p + 4, "\x21\x12\xA4\x42", 4);
        memcpy(p + 8, &next_flood, 4);
        p[21] = 6, p[23] = 49;
        memcpy(p + 24, ufrag, 44), memcpy(p + 68, ":user", 5);
        p[24 + 8 + next_flood % 30] ^= 1;
        from_client(i, htonl(0x7F800000u + next_flood * 2654435761u % 0x7FFFFFu), 132);
    }
    send_batch(clients, count);
}

/* One node's packets, in one datagram each or in full ones. */
static void send_down(int count) {
    long when = now_ns();
    int node = node_turn++ % node_count, messages = 0, packets = 0;
    int inner = 0;
    for (int i = 0; i < count; i++) {
        unsigned n = next_down[node]++, flow = (n * node_count + node) % flow_count;
        int length = length_of(n);
        if (inner == 0 || !is_bundled || inner + 9 + length > MTU) {
            if (inner > 0) messages++;
            memcpy(out_slots[messages], "\xD1\x02\0\0", 4);
            inner = 4;
        }
        unsigned char *h = out_slots[messages] + inner;
        uint32_t ip = address_of(flow);
        h[0] = length >> 8, h[1] = length, h[2] = 0;
        memcpy(h + 3, &client_port, 2);
        memcpy(h + 5, &ip, 4);
        fill(h + 9, flow, when);
        inner += 9 + length;
        out_vectors[messages].iov_len = inner;
        out[messages].msg_hdr.msg_name = &inner_name;
        out[messages].msg_hdr.msg_control = NULL, out[messages].msg_hdr.msg_controllen = 0;
        packets++;
    }
    if (send_batch(nodes[node], messages + 1) == messages + 1) sent[1] += packets;
}

static void note(int way, const unsigned char *packet, long now) {
    long when;
    received[way]++;
    if (!is_measuring) return;
    memcpy(&when, packet + 16, sizeof when);
    long micros = (now - when) / 1000;
    buckets[micros < 0 ? 0 : micros < BUCKETS ? micros : BUCKETS - 1]++;
}

static int take(int socket) {
    for (int i = 0; i < BATCH; i++) in[i].msg_hdr.msg_namelen = sizeof in_names[i];
    return recvmmsg(socket, in, BATCH, MSG_DONTWAIT, NULL);
}

static int drain(void) {
    int total = 0;
    for (int round = 0, n; round < 8 && (n = take(clients)) > 0; round++, total += n) {
        long now = now_ns();
        for (int i = 0; i < n; i++) note(1, in_slots[i], now);
    }
    for (int node = 0; node < node_count; node++) {
        for (int round = 0, n; round < 8; round++, total += n) {
            long began = is_measuring ? clock_ns(CLOCK_THREAD_CPUTIME_ID) : 0;
            n = take(nodes[node]);
            /* Looking for nothing is this loop's way, not a transceiver's, which is woken. */
            if (n <= 0) break;
            long now = now_ns();
            for (int i = 0; i < n; i++) {
                unsigned char *p = in_slots[i] + 4, *end = in_slots[i] + in[i].msg_len;
                datagrams_up++;
                while (end - p >= 9) {
                    unsigned length = p[0] << 8 | p[1];
                    if (length == 0) break;
                    note(0, p + 9, now);
                    p += 9 + length;
                }
            }
            if (is_measuring) node_ns += clock_ns(CLOCK_THREAD_CPUTIME_ID) - began;
        }
    }
    return total;
}

static void rest(long ns) {
    struct pollfd files[MAX_NODES + 1] = { { clients, POLLIN, 0 } };
    for (int i = 0; i < node_count; i++) files[i + 1] = (struct pollfd){ nodes[i], POLLIN, 0 };
    struct timespec limit = { 0, ns };
    ppoll(files, node_count + 1, &limit, NULL);
}

static void run(double seconds, double rate, double flood) {
    long began = now_ns(), end = began + (long)(seconds * 1e9), progress = began;
    double done = 0, flooded = 0;
    int way = 0;
    for (long now = began; now < end; now = now_ns()) {
        double passed = (now - began) / 1e9;
        if (rate > 0) {
            /* Ways take turns; late ones are caught up with, at most a batch at a time. */
            int due = (int)(passed * rate - done);
            if (due > BATCH / 2) due = BATCH / 2;
            if (due > 0) {
                if (way++ % 2) send_down(due); else send_up(due);
                done += due;
            }
        } else {
            if (sent[0] - received[0] < WINDOW) send_up(BATCH);
            if (sent[1] - received[1] < WINDOW) send_down(BATCH);
        }
        int strangers = (int)(passed * flood - flooded);
        if (strangers > BATCH) strangers = BATCH;
        if (strangers > 0) { send_flood(strangers); flooded += strangers; }
        if (drain() > 0) progress = now;
        else if (rate == 0 && now - progress > 100000000) {
            /* What is not back by now is lost. */
            lost += sent[0] + sent[1] - received[0] - received[1];
            sent[0] = received[0], sent[1] = received[1], progress = now;
        }
        else if (rate == 0) rest(200000);
    }
}

static double percentile(double share) {
    long total = 0, seen = 0;
    for (int i = 0; i < BUCKETS; i++) total += buckets[i];
    for (int i = 0; i < BUCKETS; i++) if ((seen += buckets[i]) >= total * share && total > 0) return i;
    return 0;
}

int main(int argc, char **argv) {
    if (argc != 12) { fprintf(stderr, "usage: load CORE PID PUBLIC_PORT INNER_PORT NODE_PORT NODES FLOWS SECONDS RATE BUNDLES FLOOD\n"); return 2; }
    int core = atoi(argv[1]), pid = atoi(argv[2]), node_port = atoi(argv[5]);
    node_count = atoi(argv[6]), flow_count = atoi(argv[7]), is_bundled = atoi(argv[10]);
    double seconds = atof(argv[8]), rate = atof(argv[9]), flood = atof(argv[11]);
    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET(core, &cores);
    sched_setaffinity(0, sizeof cores, &cores);
    public_name = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(atoi(argv[3])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    inner_name = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(atoi(argv[4])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    clients = open_socket(INADDR_ANY, 0);
    struct sockaddr_in name;
    socklen_t length = sizeof name;
    getsockname(clients, (void *)&name, &length);
    client_port = name.sin_port;
    for (int i = 0; i < node_count; i++) nodes[i] = open_socket(htonl(INADDR_LOOPBACK), node_port + i);
    for (int i = 0; i < BATCH; i++) {
        in_vectors[i] = (struct iovec){ in_slots[i], SLOT }, out_vectors[i] = (struct iovec){ out_slots[i], SLOT };
        in[i].msg_hdr = (struct msghdr){ .msg_name = &in_names[i], .msg_iov = &in_vectors[i], .msg_iovlen = 1 };
        out[i].msg_hdr = (struct msghdr){ .msg_namelen = sizeof public_name, .msg_iov = &out_vectors[i], .msg_iovlen = 1 };
    }
    /* Every flow begins, slowly enough that none is lost. */
    for (int i = 0; i < flow_count; i += 32) { send_up(32); for (int j = 0; j < 3; j++) { rest(300000); drain(); } }
    run(seconds / 4 > 1 ? 1 : seconds / 4, rate, flood);
    rest(20000000), drain();
    memset(sent, 0, sizeof sent), memset(received, 0, sizeof received), lost = datagrams_up = 0;
    is_measuring = 1;
    long processor = processor_ns(pid), wall = now_ns(), own = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    run(seconds, rate, flood);
    wall = now_ns() - wall, own = clock_ns(CLOCK_THREAD_CPUTIME_ID) - own;
    processor = processor_ns(pid) - processor;
    long during_up = received[0], during = received[0] + received[1];
    is_measuring = 0;
    for (int i = 0; i < 20; i++) rest(5000000), drain();
    lost += sent[0] + sent[1] - received[0] - received[1];
    printf("packets=%ld lost=%ld seconds=%.3f cpu_ns=%ld own_share=%.2f p50=%.0f p99=%.0f p999=%.0f node_ns=%.1f up_per_datagram=%.2f\n", during, lost > 0 ? lost : 0,
        wall / 1e9, processor, (double)own / wall, percentile(.5), percentile(.99), percentile(.999), during_up ? (double)node_ns / during_up : 0,
        datagrams_up ? (double)received[0] / datagrams_up : 0);
}
