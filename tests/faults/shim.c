/* A disk that flushes in two seconds, and a clock that is a day behind as long as the file GATEWAY_TEST_DAY_BEHIND is
   there: preloaded into the log's process alone. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int flushed(long call, int file)
{
    struct timespec two_seconds = {2, 0};
    const char *slow = getenv("GATEWAY_TEST_SLOW");
    if (slow && access(slow, F_OK) == 0)
        nanosleep(&two_seconds, 0);
    return (int)syscall(call, file);
}

int fdatasync(int file) { return flushed(SYS_fdatasync, file); }
int fsync(int file) { return flushed(SYS_fsync, file); }

int clock_gettime(clockid_t clock, struct timespec *told)
{
    int failed = (int)syscall(SYS_clock_gettime, clock, told);
    const char *behind = getenv("GATEWAY_TEST_DAY_BEHIND");
    if (!failed && clock == CLOCK_REALTIME && behind && access(behind, F_OK) == 0)
        told->tv_sec -= 86400;
    return failed;
}
