/* The compiler driver: what is no subcommand is clang's. For now arguments pass through
   untouched; options of ours are refused until the passes are there. */
#include "tools/commands.h"
#include "tools/say.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int cmd_cc(int argc, char **argv)
{
    Err err = {0};
    for (int i = 1; i < argc; i++)
        if (strncmp(argv[i], "-fapprox", 8) == 0 || strncmp(argv[i], "-fno-approx", 11) == 0) {
            fail(&err, ERR_UNSUPPORTED,
                 "'%s': replacing calls in C programs is not implemented yet", argv[i]);
            return say_error(ERR_UNSUPPORTED, &err, NULL);
        }
    static const char *const COMPILERS[] = {"clang-19", "/usr/lib/llvm-19/bin/clang"};
    for (int i = 0; i < 2; i++) {
        argv[0] = (char *)COMPILERS[i];
        execvp(COMPILERS[i], argv);
    }
    fail(&err, ERR_SYSTEM, "cannot run clang-19 (%s); the package clang-19 has it",
         strerror(errno));
    return say_error(ERR_SYSTEM, &err, NULL);
}
