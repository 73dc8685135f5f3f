/* approxcc: the table of subcommands. What is no subcommand is the compiler driver's. */
#include "frontend/functions.h"
#include "runtime/emit/targets.h"
#include "tools/commands.h"
#include "tools/say.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int cmd_version(int argc, char **argv)
{
    printf("approxcc %s\n", APPROX_VERSION);
    return EXIT_OK;
}

static int cmd_functions(int argc, char **argv)
{
    for (int i = 0; function_name(i); i++) puts(function_name(i));
    return EXIT_OK;
}

static int cmd_targets(int argc, char **argv)
{
    for (const Target *t = TARGETS; t->name; t++)
        printf("%-12s %d x f32, %s%s\n", t->name, t->lanes, t->has_fma ? "fma" : "no fma",
               t == target_native() ? " (native)" : "");
    return EXIT_OK;
}

static int cmd_help(int argc, char **argv);

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help; /* NULL: another spelling */
} COMMANDS[] = {
    {"synth", cmd_synth,
     "synth NAME | 'EXPR' | FILE.fpcore [options] -o OUT   find a program and write it"},
    {"verify", cmd_verify,
     "verify FILE.approx | FILE.fpcore                      judge a program again from nothing"},
    {"show", cmd_show,
     "show FILE.approx --as text|c|llvm|fpcore|json         a program in another form"},
    {"report", cmd_report,
     "report FILE.approx | FILE.json ... -o OUT.html        a page about programs, with plots"},
    {"bench", cmd_bench,
     "bench FILE.approx ... | --calibrate                   what programs take on this machine"},
    {"libm", cmd_libm,
     "libm [NAME ...] --target T -o DIR                     a library in the place of libm and libmvec"},
    {"catalogue", cmd_catalogue,
     "catalogue list|show|add|remove|export|import|merge    what is known, and the user's store"},
    {"--version", cmd_version, "--version"},
    {"--help", cmd_help, "--help"},
    {"-h", cmd_help, NULL},
    {"help", cmd_help, NULL},
    {"--print-functions", cmd_functions,
     "--print-functions                                     the functions that have names"},
    {"--print-targets", cmd_targets,
     "--print-targets                                       the processors that code is made for"},
};
enum { N_COMMANDS = sizeof COMMANDS / sizeof *COMMANDS };

static int cmd_help(int argc, char **argv)
{
    puts("approxcc finds the fastest program for a function on a domain within an error bound.\n");
    for (int i = 0; i < N_COMMANDS; i++)
        if (COMMANDS[i].help) printf("  approxcc %s\n", COMMANDS[i].help);
    puts(
        "  approxcc [anything clang takes]                                the C compiler driver\n\n"
        "'approxcc synth --help' and so on list the options. Exit codes: 0 done, 1 error, 2 "
        "usage,\n"
        "3 no program meets the bound within the budget, 130 interrupted.");
    return EXIT_OK;
}

/* A word that is neither option nor file but near a subcommand is a typing error. */
static const char *mistyped(const char *word)
{
    const char *names[N_COMMANDS + 1];
    for (int i = 0; i < N_COMMANDS; i++) names[i] = COMMANDS[i].name;
    names[N_COMMANDS] = NULL;
    if (strncmp(word, "--", 2) != 0 && (*word == '-' || access(word, F_OK) == 0)) return NULL;
    return text_nearest(word, names);
}

/* What was printed must have arrived: a full disk behind standard output is an error too. */
static int flushed(int code)
{
    Err err = {0};
    if (fflush(stdout) == 0 && !ferror(stdout)) return code;
    if (code != EXIT_OK) return code;
    return say_error(fail(&err, ERR_SYSTEM, "cannot write to standard output"), &err, NULL);
}

int main(int argc, char **argv)
{
    Err err = {0};
    if (argc < 2) {
        cmd_help(argc, argv);
        return EXIT_USAGE;
    }
    for (int i = 0; i < N_COMMANDS; i++)
        if (strcmp(COMMANDS[i].name, argv[1]) == 0)
            return flushed(COMMANDS[i].run(argc - 1, argv + 1));
    const char *nearest = mistyped(argv[1]);
    if (nearest) {
        fail(&err, ERR_INPUT, "unknown subcommand '%s'; did you mean '%s'?", argv[1], nearest);
        say_error(ERR_INPUT, &err, NULL);
        return EXIT_USAGE;
    }
    return cmd_cc(argc, argv);
}
