/* What the tests of the Linux world need and cannot say in Rust without `unsafe`.
 * helpers bomb UID LIMIT   as that user, with at most LIMIT processes: every one forks without pause;
 *                          `stubborn` in place of `bomb`: and ignores SIGTERM
 * helpers headless         the first thread ends, another one lives on
 * helpers threaded DIR     a second thread moves itself into the threaded cgroup DIR
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static void *live(void *dir) {
    if (dir) {
        int fd = open(dir, O_WRONLY);
        if (fd < 0 || write(fd, "0", 1) != 1) _exit(1);
        close(fd);
        prctl(PR_SET_NAME, "moved");
    }
    for (;;) pause();
}

int main(int argc, char **argv) {
    if (argc == 4 && (!strcmp(argv[1], "bomb") || !strcmp(argv[1], "stubborn"))) {
        if (!strcmp(argv[1], "stubborn")) signal(SIGTERM, SIG_IGN);
        struct rlimit limit = { (rlim_t)atoi(argv[3]), (rlim_t)atoi(argv[3]) };
        if (setrlimit(RLIMIT_NPROC, &limit) || setresgid(atoi(argv[2]), atoi(argv[2]), atoi(argv[2]))
            || setresuid(atoi(argv[2]), atoi(argv[2]), atoi(argv[2]))) return 1;
        for (;;) (void)!fork();
    }
    pthread_t thread;
    if (argc == 2 && !strcmp(argv[1], "headless")) {
        if (pthread_create(&thread, 0, live, 0)) return 1;
        pthread_exit(0);
    }
    if (argc == 3 && !strcmp(argv[1], "threaded")) {
        if (pthread_create(&thread, 0, live, argv[2])) return 1;
        live(0);
    }
    return 2;
}
