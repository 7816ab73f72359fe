/*
 * An HTTP/1.1 server that answers every request exactly 20 ms after it was read, and knows its own truth.
 * GET /truth: count and quantiles of its own service times (request read to answer written) since the last GET /truth.
 *
 *     cc -O2 -o delay delay.c && ./delay PORT DELAY_US BODY_BYTES
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define MOST_CONNECTIONS 65536
#define READ_BYTES 16384
#define MOST_US 1000000

struct connection { uint32_t life; size_t length; char text[READ_BYTES]; };
struct answer { int fd; uint32_t life; int64_t read_ns; };

static struct connection *connections[MOST_CONNECTIONS];
static struct answer waiting[MOST_CONNECTIONS];
static size_t head, tail;
static uint32_t served_us[MOST_US];
static uint64_t served;
static char *page;
static size_t page_bytes;
static int64_t delay_ns;

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static uint32_t quantile_us(double ratio) {
  uint64_t rank = (uint64_t)(ratio * served + 0.9999999), seen = 0;
  for (uint32_t us = 0; us < MOST_US; us++)
    if ((seen += served_us[us]) >= rank && seen > 0) return us;
  return 0;
}

static void tell_truth(int fd) {
  char body[256], text[512];
  int length = snprintf(body, sizeof body, "{\"count\":%lu,\"p50Us\":%u,\"p90Us\":%u,\"p99Us\":%u,\"maxUs\":%u}",
                        (unsigned long)served, quantile_us(.5), quantile_us(.9), quantile_us(.99), quantile_us(1));
  int bytes = snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s", length, body);
  if (write(fd, text, bytes) < 0) perror("write");
  memset(served_us, 0, sizeof served_us);
  served = 0;
}

static void forget(int fd) {
  close(fd);
  connections[fd]->life++;
  connections[fd]->length = 0;
}

/* Takes whole requests off the connection's text; without pipelining there is at most one. */
static void take_requests(int fd) {
  struct connection *from = connections[fd];
  for (;;) {
    char *end = memmem(from->text, from->length, "\r\n\r\n", 4);
    if (end == NULL) return;
    *end = 0;
    char *field = strcasestr(from->text, "\ncontent-length:");
    size_t bytes = end + 4 - from->text + (field == NULL ? 0 : strtoul(field + 16, NULL, 10));
    *end = '\r';
    if (from->length < bytes) return;
    if (memcmp(from->text, "GET /truth", 10) == 0) tell_truth(fd);
    else waiting[tail++ % MOST_CONNECTIONS] = (struct answer){fd, from->life, now_ns()};
    memmove(from->text, from->text + bytes, from->length -= bytes);
  }
}

static void receive(int fd) {
  struct connection *from = connections[fd];
  ssize_t bytes = read(fd, from->text + from->length, READ_BYTES - from->length);
  if (bytes < 0 && errno == EAGAIN) return;
  if (bytes <= 0) { forget(fd); return; }
  from->length += bytes;
  take_requests(fd);
}

static void answer_due(void) {
  while (head < tail && waiting[head % MOST_CONNECTIONS].read_ns + delay_ns <= now_ns()) {
    struct answer *due = &waiting[head++ % MOST_CONNECTIONS];
    if (connections[due->fd]->life != due->life) continue;
    if (write(due->fd, page, page_bytes) != (ssize_t)page_bytes) { forget(due->fd); continue; }
    int64_t us = (now_ns() - due->read_ns) / 1000;
    served_us[us < MOST_US ? us : MOST_US - 1]++;
    served++;
  }
}

static void set_timer(int timer) {
  struct itimerspec when = {0};
  if (head < tail) {
    int64_t due = waiting[head % MOST_CONNECTIONS].read_ns + delay_ns;
    when.it_value = (struct timespec){due / 1000000000, due % 1000000000};
  }
  timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
}

static void accept_all(int listener, int poll) {
  for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
    int yes = 1;
    if (fd >= MOST_CONNECTIONS) { close(fd); continue; }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (connections[fd] == NULL) connections[fd] = calloc(1, sizeof **connections);
    epoll_ctl(poll, EPOLL_CTL_ADD, fd, &(struct epoll_event){.events = EPOLLIN, .data.fd = fd});
  }
}

int main(int count, char **words) {
  if (count != 4) return 2;
  signal(SIGPIPE, SIG_IGN);
  delay_ns = atoll(words[2]) * 1000;
  size_t body_bytes = strtoul(words[3], NULL, 10);
  page = malloc(body_bytes + 256);
  page_bytes = sprintf(page, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %zu\r\n\r\n", body_bytes);
  memset(page + page_bytes, ' ', body_bytes);
  memcpy(page + page_bytes, "{}", 2);
  page_bytes += body_bytes;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), yes = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons(atoi(words[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (bind(listener, (struct sockaddr *)&where, sizeof where) != 0 || listen(listener, 4096) != 0) return 1;
  int poll = epoll_create1(0), timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  epoll_ctl(poll, EPOLL_CTL_ADD, listener, &(struct epoll_event){.events = EPOLLIN, .data.fd = listener});
  epoll_ctl(poll, EPOLL_CTL_ADD, timer, &(struct epoll_event){.events = EPOLLIN, .data.fd = timer});
  for (struct epoll_event events[256];;) {
    int ready = epoll_wait(poll, events, 256, -1);
    for (int i = 0; i < ready; i++) {
      uint64_t rings;
      int fd = events[i].data.fd;
      if (fd == listener) accept_all(listener, poll);
      else if (fd == timer) { if (read(timer, &rings, sizeof rings) < 0 && errno != EAGAIN) return 1; }
      else receive(fd);
    }
    answer_due();
    set_timer(timer);
  }
}
