/* Processes that are born and die without pause, so that PIDs are given again and again.
 *   storm strangers COUNTS N     N breeders of processes that no signal may reach
 *   storm prey COUNTS N CGROUP   N breeders of processes that live for a moment in that control group
 *
 * COUNTS is a file of two numbers of eight bytes, shared by all: how many were born, and how many were reached that must
 * not be. Everybody blocks all signals and looks at what waits for it before it ends; how it ended is looked at as well.
 * It all ends when standard input does.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static _Atomic unsigned long *counts;

/* Whether a signal waits; that one of our own children has ended is none of these. */
static int reached(void) {
    sigset_t pending;
    sigpending(&pending);
    for (int s = 1; s < 65; s++)
        if (s != SIGCHLD && sigismember(&pending, s) == 1) return 1;
    return 0;
}

static void breed(const char *procs) {
    for (unsigned turn = 0;; turn++) {
        pid_t pid = fork();
        if (pid < 0) continue;
        if (pid == 0) {
            if (!procs) {
                if (turn % 8 == 0) usleep(300);
                _exit(reached() ? 99 : 0);
            }
            int fd = open(procs, O_WRONLY);
            int entered = fd >= 0 && write(fd, "0", 1) == 1;
            if (!entered) _exit(reached() ? 99 : 0);
            /* From here on it is prey. What came before it entered was not for it. */
            sigset_t none;
            sigemptyset(&none);
            sigprocmask(SIG_SETMASK, &none, 0);
            usleep(turn % 4 == 0 ? 5000 : 200);
            _exit(0);
        }
        counts[0]++;
        int status;
        if (waitpid(pid, &status, 0) == pid && (procs ? WIFEXITED(status) && WEXITSTATUS(status) == 99 : status != 0)) counts[1]++;
        if (reached()) {
            counts[1]++;
            _exit(1);
        }
    }
}

int main(int argc, char **argv) {
    if (argc < 4) return 2;
    int file = open(argv[2], O_RDWR);
    counts = mmap(0, 16, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (counts == MAP_FAILED) return 1;
    char procs[PATH_MAX] = "";
    if (argc > 4) snprintf(procs, sizeof procs, "%s/cgroup.procs", argv[4]);
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, 0);
    for (int left = atoi(argv[3]); left > 0; left--)
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            breed(argc > 4 ? procs : 0);
        }
    struct pollfd in = {0, POLLIN, 0};
    for (;;) {
        if (poll(&in, 1, 10) > 0) return 0;
        /* A breeder ends only if it was reached. SIGKILL leaves it no time to say so. */
        int status;
        if (waitpid(-1, &status, WNOHANG) > 0 && !WIFEXITED(status)) counts[1]++;
        if (reached()) { counts[1]++; return 1; }
    }
}
