/* command_times ROUNDS COMMAND [ARGUMENT ...] -- COMMAND ...: milliseconds of processor time, system's included, of each command, the least of ROUNDS
   turns; the commands take turns, so that what else the machine does falls on all. What they print is dropped. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void become(char **command)
{
    const int nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, 1);
    dup2(nowhere, 2);
    execvp(command[0], command);
    _exit(127);
}

static double seconds(struct timeval t) { return (double)t.tv_sec + 1e-6 * (double)t.tv_usec; }

static double time_of(char **command)
{
    const pid_t child = fork();
    if (child == 0) become(command);
    int status;
    struct rusage used;
    if (child < 0 || wait4(child, &status, 0, &used) != child || status != 0) {
        fprintf(stderr, "command_times: %s fails\n", command[0]);
        exit(1);
    }
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

int main(int argc, char **argv)
{
    enum { COMMANDS_MAX = 8 };
    char **command[COMMANDS_MAX];
    double least[COMMANDS_MAX];
    int n = 0;
    if (argc < 3) return 2;
    for (int i = 1; i < argc; i++) {
        if (i > 1 && strcmp(argv[i], "--") != 0) continue;
        if (n == COMMANDS_MAX || i + 1 == argc) return 2;
        if (i > 1) argv[i] = NULL;
        least[n] = 1e9;
        command[n++] = &argv[i + 1];
    }
    for (int round = 0; round < atoi(argv[1]); round++)
        for (int k = 0; k < n; k++) {
            const double time = time_of(command[k]);
            if (time < least[k]) least[k] = time;
        }
    for (int k = 0; k < n; k++) printf("%s%.1f", k ? " " : "", least[k] * 1e3);
    printf("\n");
    return 0;
}
