/* Processes for the benchmark of stop and kill.
 *
 *   herd COUNT           COUNT processes in all, which wait for a signal
 *   reap CGROUP ...      one of the others in that control group; it waits for all of its processes
 *   last FILE            on SIGTERM it waits 100 ms, writes the time (CLOCK_MONOTONIC, ns) to FILE and exits
 *   after FILE PROGRAM ARG...  runs PROGRAM, then prints on standard error the ns since the time in FILE
 *   peak PROGRAM ARG...  runs PROGRAM and prints its peak memory in KiB on standard error
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int file;

static void on_term(int signal) {
    (void)signal;
    struct timespec wait = {0, 100000000}, now;
    nanosleep(&wait, 0);
    clock_gettime(CLOCK_MONOTONIC, &now);
    dprintf(file, "%lld\n", now.tv_sec * 1000000000LL + now.tv_nsec);
    _exit(0);
}

int main(int argc, char **argv) {
    if (argc > 3 && !strcmp(argv[1], "reap")) {
        prctl(PR_SET_CHILD_SUBREAPER, 1);
        if (fork() == 0) {
            char procs[PATH_MAX];
            snprintf(procs, sizeof procs, "%s/cgroup.procs", argv[2]);
            int fd = open(procs, O_WRONLY | O_CLOEXEC);
            if (fd < 0 || write(fd, "0", 1) != 1) return 1;
            argv[2] = argv[0];
            execv("/proc/self/exe", argv + 2);
            return 1;
        }
        while (wait(0) > 0) {}
        return 0;
    }
    if (argc == 2) {
        for (int left = atoi(argv[1]); left > 1; left--) {
            pid_t pid = fork();
            if (pid < 0) return 1;
            if (pid == 0) for (;;) pause();
        }
        for (;;) pause();
    }
    if (argc == 3 && !strcmp(argv[1], "last")) {
        file = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC, 0644);
        signal(SIGTERM, on_term);
        for (;;) pause();
    }
    if (argc > 4 && !strcmp(argv[1], "after")) {
        pid_t pid = fork();
        if (pid == 0) { execv(argv[3], argv + 3); _exit(127); }
        int status;
        struct timespec now;
        waitpid(pid, &status, 0);
        clock_gettime(CLOCK_MONOTONIC, &now);
        long long before = 0;
        FILE *at = fopen(argv[2], "r");
        if (!at || fscanf(at, "%lld", &before) != 1) return 3;
        fprintf(stderr, "%lld\n", now.tv_sec * 1000000000LL + now.tv_nsec - before);
        return WEXITSTATUS(status);
    }
    if (argc > 3 && !strcmp(argv[1], "peak")) {
        pid_t pid = fork();
        if (pid == 0) { execv(argv[2], argv + 2); _exit(127); }
        struct rusage usage;
        int status;
        wait4(pid, &status, 0, &usage);
        fprintf(stderr, "%ld\n", usage.ru_maxrss);
        return WEXITSTATUS(status);
    }
    return 2;
}
