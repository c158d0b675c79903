// For LD_PRELOAD: every bind() may take a port that an earlier connection had. curl does not ask for that
// by itself, and a host behind a NAT gateway meets it without having asked.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/socket.h>

int bind(int descriptor, const struct sockaddr* address, socklen_t size) {
  int (*next)(int, const struct sockaddr*, socklen_t);
  *(void**)&next = dlsym(RTLD_NEXT, "bind");
  const int on = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  return next(descriptor, address, size);
}
