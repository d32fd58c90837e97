/* describe FILE: writes into FILE what this process finds around it, a line each, and exits.
 *
 *   env NAME=VALUE      each variable
 *   cgroup PATH         of the v2 hierarchy
 *   directory PATH      the working directory
 *   user UID UID UID    real, effective, saved; `group` likewise; `groups GID ...` the supplementary ones
 *   umask OCTAL         and `nice LEVEL`, `files SOFT HARD` (RLIMIT_NOFILE)
 *   input TEXT          all of standard input, newlines as `\n`
 *   open N ...          its descriptors
 *   ignored N ...       the signals that it ignores; `blocked N ...` those that wait
 *   leader yes          whether it leads a session
 *   self PID            itself
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    int open_descriptors[16], count = 0;
    for (int fd = 0; fd < 16; fd++)
        if (fcntl(fd, F_GETFD) >= 0) open_descriptors[count++] = fd;
    mode_t mask = umask(0);
    FILE *out = fopen(argv[1], "w");
    if (!out) return 1;
    for (char **e = environ; *e; e++) fprintf(out, "env %s\n", *e);

    char line[4096];
    FILE *in = fopen("/proc/self/cgroup", "r");
    while (in && fgets(line, sizeof line, in))
        if (!strncmp(line, "0::", 3)) fprintf(out, "cgroup %s", line + 3);
    fprintf(out, "directory %s\n", getcwd(line, sizeof line) ? line : "?");

    uid_t u[3];
    gid_t g[3], groups[64];
    getresuid(u, u + 1, u + 2);
    getresgid(g, g + 1, g + 2);
    fprintf(out, "user %u %u %u\ngroup %u %u %u\ngroups", u[0], u[1], u[2], g[0], g[1], g[2]);
    int many = getgroups(64, groups);
    for (int i = 0; i < many; i++) fprintf(out, " %u", groups[i]);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    fprintf(out, "\numask %03o\nnice %d\nfiles %lu %lu\ninput ", mask, getpriority(PRIO_PROCESS, 0), files.rlim_cur, files.rlim_max);
    for (int c; (c = getchar()) != EOF;) c == '\n' ? fputs("\\n", out) : fputc(c, out);

    fputs("\nopen", out);
    for (int i = 0; i < count; i++) fprintf(out, " %d", open_descriptors[i]);
    fputs("\nignored", out);
    for (int s = 1; s < 32; s++) {
        struct sigaction action;
        if (!sigaction(s, 0, &action) && action.sa_handler == SIG_IGN) fprintf(out, " %d", s);
    }
    sigset_t blocked;
    sigprocmask(SIG_SETMASK, 0, &blocked);
    fputs("\nblocked", out);
    for (int s = 1; s < 32; s++)
        if (sigismember(&blocked, s) == 1) fprintf(out, " %d", s);
    fprintf(out, "\nleader %s\nself %d\n", getsid(0) == getpid() ? "yes" : "no", getpid());
    return fclose(out) ? 1 : 0;
}
