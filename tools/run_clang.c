#define _GNU_SOURCE /* pipe2 */
#include "tools/run_clang.h"

#include "frontend/response_file.h"
#include "runtime/base/temporary.h"
#include "tools/commands.h"
#include "tools/say.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Becomes clang, unless it cannot; errno says why. */
static void become(char **argument, bool is_cxx)
{
    execvp(argument[0], argument);
    if (errno == E2BIG) return;
    argument[0] = is_cxx ? "/usr/lib/llvm-19/bin/clang++" : "/usr/lib/llvm-19/bin/clang";
    execv(argument[0], argument);
}

int clang_run_and_wait(char **argument, bool is_cxx)
{
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) _exit(clang_run(argument, is_cxx));
    int status;
    if (child < 0 || waitpid(child, &status, 0) != child) return EXIT_INTERNAL;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* What is too long for a command line, or has become so by what we add and by response files that we looked into, goes through
   a file. */
static int run_by_response_file(char **argument, bool is_cxx)
{
    Err err = {0};
    Text path = {0}, list = {0}, at_path = {0};
    response_file_print(&list, argument + 1);
    Status status = temporary_file(&path, &err);
    if (status == OK)
        status = text_write_file(text_get(&path), text_get(&list), list.length, &err);
    text_add(&at_path, "@%s", text_get(&path));
    char *short_list[] = {argument[0], at_path.data, NULL};
    const int code =
        status == OK ? clang_run_and_wait(short_list, is_cxx) : say_error(status, &err, NULL);
    if (path.length) unlink(text_get(&path));
    text_release(&path);
    text_release(&at_path);
    text_release(&list);
    return code;
}

int clang_run(char **argument, bool is_cxx)
{
    become(argument, is_cxx);
    if (errno == E2BIG) return run_by_response_file(argument, is_cxx);
    Err err = {0};
    return say_error(fail(&err, ERR_SYSTEM, "cannot run clang-19 (%s); the package clang-19 has it",
                          strerror(errno)),
                     &err, NULL);
}

int clang_read(Text *out, char **argument, bool is_cxx, const char *input)
{
    int to[2], from[2];
    fflush(NULL);
    if (pipe2(to, O_CLOEXEC) != 0) return EXIT_INTERNAL;
    if (pipe2(from, O_CLOEXEC) != 0) {
        close(to[0]);
        close(to[1]);
        return EXIT_INTERNAL;
    }
    /* No more than a pipe holds, and with both of its ends open here: it does not wait. */
    const bool is_written = write(to[1], input, strlen(input)) >= 0;
    close(to[1]);
    const pid_t child = fork();
    if (child == 0) {
        if (dup2(to[0], STDIN_FILENO) < 0 || dup2(from[1], STDOUT_FILENO) < 0) _exit(EXIT_INTERNAL);
        _exit(clang_run(argument, is_cxx));
    }
    close(to[0]);
    close(from[1]);
    char buffer[4096];
    for (ssize_t got; (got = read(from[0], buffer, sizeof buffer)) != 0;)
        if (got > 0)
            text_add_bytes(out, buffer, (size_t)got);
        else if (errno != EINTR)
            break;
    close(from[0]);
    int status;
    if (child < 0 || waitpid(child, &status, 0) != child || !is_written) return EXIT_INTERNAL;
    return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_INTERNAL;
}
