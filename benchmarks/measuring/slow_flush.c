/* A disk whose flush takes two milliseconds more, as many real ones do: preloaded by benchmarks/audit.py. */
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int after_a_wait(long call, int file)
{
    struct timespec two_milliseconds = {0, 2000000};
    nanosleep(&two_milliseconds, 0);
    return (int)syscall(call, file);
}

int fdatasync(int file) { return after_a_wait(SYS_fdatasync, file); }
int fsync(int file) { return after_a_wait(SYS_fsync, file); }
