#include "frontend/driver_input.h"

#include <stddef.h>
#include <string.h>

bool driver_option_has_value(const char *argument)
{
    static const char *const OPTIONS[] = {
        "-o",
        "-I",
        "-D",
        "-U",
        "-include",
        "-imacros",
        "-x",
        "-L",
        "-l",
        "-MF",
        "-MT",
        "-MQ",
        "-MJ",
        "-isystem",
        "-iquote",
        "-idirafter",
        "-isysroot",
        "-iprefix",
        "-iwithprefix",
        "-iwithprefixbefore",
        "-cxx-isystem",
        "-ivfsoverlay",
        "-F",
        "-framework",
        "-Xclang",
        "-mllvm",
        "-Xlinker",
        "-Xassembler",
        "-Xpreprocessor",
        "-Xanalyzer",
        "-target",
        "-arch",
        "-T",
        "-u",
        "-z",
        "-e",
        "-A",
        "-G",
        "--param",
        "-dumpdir",
        "-dependency-file",
        "-working-directory",
        "-rpath",
        "--config",
        "-install_name",
        "-Xopenmp-target",
        "-Xcuda-ptxas",
    };
    for (size_t i = 0; i < sizeof OPTIONS / sizeof *OPTIONS; i++)
        if (strcmp(argument, OPTIONS[i]) == 0) return true;
    return false;
}

/* Files that clang compiles; what has another extension it hands to the linker (assembly and headers aside). */
static bool is_source(const char *file)
{
    static const char *const EXTENSIONS[] = {
        ".c",  ".i",  ".ii",  ".cc",   ".cp",  ".cpp", ".cxx", ".c++", ".C",      ".CPP",    ".m",
        ".mm", ".mi", ".mii", ".cppm", ".ixx", ".ccm", ".ll",  ".bc",  ".fpcore", ".approx",
    };
    const char *const dot = strrchr(file, '.');
    for (size_t i = 0; dot && i < sizeof EXTENSIONS / sizeof *EXTENSIONS; i++)
        if (strcmp(dot, EXTENSIONS[i]) == 0) return true;
    return false;
}

/* The last stage is one before the compiler's middle end. */
static bool stops_early(const char *argument)
{
    static const char *const OPTIONS[] = {"-E",           "-M",        "-MM",      "-fsyntax-only",
                                          "--preprocess", "--analyze", "-emit-ast"};
    for (size_t i = 0; i < sizeof OPTIONS / sizeof *OPTIONS; i++)
        if (strcmp(argument, OPTIONS[i]) == 0) return true;
    return false;
}

DriverWork driver_work(char *const *argument, int n)
{
    bool has_source = false, has_input = false, has_language = false, stops = false,
         no_link = false;
    DriverWork work = {0};
    for (int i = 0; i < n; i++) {
        const char *const a = argument[i];
        if (stops_early(a)) stops = true;
        if (strcmp(a, "-c") == 0 || strcmp(a, "-S") == 0) no_link = true;
        if (strcmp(a, "-flto=thin") == 0) work.is_thin_lto = true;
        if (strncmp(a, "-flto", 5) == 0 && strcmp(a, "-flto=thin") != 0) work.is_thin_lto = false;
        if (strncmp(a, "-fuse-ld=", 9) == 0) work.uses_lld = strstr(a + 9, "lld") != NULL;
        if (strncmp(a, "-x", 2) == 0) has_language = true;
        if (driver_option_has_value(a)) {
            i++;
            continue;
        }
        if (a[0] == '-' && a[1]) continue;
        has_input = true;
        /* Standard input and response files: what is in them is not looked at. */
        if (a[0] == '-' || a[0] == '@' || has_language || is_source(a)) has_source = true;
    }
    work.compiles = has_source && !stops;
    work.links = has_input && !stops && !no_link;
    return work;
}
