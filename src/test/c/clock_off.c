/* Preloaded into a process, puts its wall clock off by CLOCK_OFF_SECONDS. Other clocks stay as they are. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *now) {
    int result = (int) syscall(SYS_clock_gettime, clock, now);
    const char *seconds = getenv("CLOCK_OFF_SECONDS");
    if (result == 0 && clock == CLOCK_REALTIME && seconds != NULL) {
        now->tv_sec += atol(seconds);
    }
    return result;
}
