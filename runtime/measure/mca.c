#include "runtime/measure/mca.h"

#include "runtime/base/temporary.h"
#include "runtime/emit/targets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *target, *processor;
    double gigahertz; /* under vector load */
} PROCESSORS[] = {
    {"x86-64", "znver3", 3.4},    {"x86-64-v2", "znver3", 3.4},    {"x86-64-v3", "znver3", 3.4},
    {"x86-64-v4", "znver4", 3.7}, {"aarch64", "neoverse-v1", 2.6},
};

static const char *const COMMANDS[] = {"llvm-mca-19", "llvm-mca", NULL};

static const char *find_command(void)
{
    const char *path = getenv("PATH");
    char file[1000];
    for (int i = 0; COMMANDS[i] && path; i++)
        for (const char *at = path; *at;) {
            const int n = (int)strcspn(at, ":");
            snprintf(file, sizeof file, "%.*s/%s", n, at, COMMANDS[i]);
            if (n > 0 && access(file, X_OK) == 0) return COMMANDS[i];
            at += n + (at[n] == ':');
        }
    return NULL;
}

bool mca_is_there(void) { return find_command() != NULL; }

const char *mca_processor(const char *target, double *gigahertz)
{
    for (size_t i = 0; i < sizeof PROCESSORS / sizeof *PROCESSORS; i++)
        if (strcmp(PROCESSORS[i].target, target) == 0) {
            *gigahertz = PROCESSORS[i].gigahertz;
            return PROCESSORS[i].processor;
        }
    return NULL;
}

/* -- the loop of an array function -------------------------------------------------------- */

/* Lines of assembly, [first, last] being a loop: a label and a branch back to it. */
typedef struct {
    const char *first, *end;
    int n_lines;
} LoopText;

static const char *next_line(const char *line)
{
    const char *newline = strchr(line, '\n');
    return newline ? newline + 1 : line + strlen(line);
}

/* A branch to the label of `n` characters? x86 writes j..., Arm b..., cb..., tb... */
static bool is_branch_to(const char *line, const char *label, size_t n)
{
    if (line[0] != '\t' || !strchr("jbct", line[1])) return false;
    const char *end = line + strcspn(line, "\n");
    for (const char *at = line; (at = strstr(at, label)) && at < end; at += n) {
        const bool begins = at[-1] == '\t' || at[-1] == ' ';
        if (begins && (at[n] == '\n' || at[n] == ' ' || at[n] == '\t' || !at[n])) return true;
    }
    return false;
}

/* x86 writes jmp, Arm b. */
static bool is_unconditional(const char *line)
{
    return strncmp(line, "\tjmp\t", 5) == 0 || strncmp(line, "\tb\t", 3) == 0;
}

/* The loop that begins with the label at `line`, if one does. It goes on from line to line: behind an unconditional jump is other code,
   such as a rare way that comes back into the loop. */
static bool loop_at(const char *line, const char *stop, LoopText *out)
{
    char label[64];
    const size_t n = strcspn(line, ":\n");
    if (strncmp(line, ".L", 2) != 0 || line[n] != ':' || n >= sizeof label) return false;
    memcpy(label, line, n);
    label[n] = 0;
    bool is_loop = false;
    int n_lines = 0;
    for (const char *at = next_line(line); at < stop; at = next_line(at)) {
        n_lines += at[0] == '\t' && at[1] != '.';
        if (is_branch_to(at, label, n)) {
            *out = (LoopText){line, next_line(at), n_lines};
            is_loop = true;
        }
        if (is_unconditional(at)) break;
    }
    return is_loop;
}

/* The longest loop in [text, stop) that has no loop in it: the one over whole vectors. */
static bool find_loop(const char *text, const char *stop, LoopText *out)
{
    *out = (LoopText){0};
    for (const char *line = text; line < stop; line = next_line(line)) {
        LoopText loop, inner;
        if (!loop_at(line, stop, &loop)) continue;
        bool is_innermost = true;
        for (const char *at = next_line(line); at < loop.end && is_innermost; at = next_line(at))
            is_innermost = !loop_at(at, loop.end, &inner);
        if (is_innermost && loop.n_lines > out->n_lines) *out = loop;
    }
    return out->n_lines > 0;
}

/* Appends the loop of the Prog's array function as a region of its own. */
static Status add_region(Text *out, const Backend *backend, const Prog *prog, const char *target,
                         int index, Err *err)
{
    Text assembly = {0};
    const EmitUnit unit = {
        .prog = prog, .symbol = "f", .target = target, .comment = "", .want_array = true};
    Status status = backend->emit(&assembly, &unit, 1, EMIT_S, err);
    const char *begin = status == OK ? strstr(text_get(&assembly), "\nf_array:") : NULL;
    const char *stop = begin ? strstr(begin, ".size\tf_array") : NULL;
    LoopText loop = {0};
    if (status == OK && !(stop && find_loop(begin + 1, stop, &loop)))
        status = fail(err, ERR_INTERNAL, "the emitted code for %s has no loop", target);
    if (status == OK) {
        /* It looks for # also where the remarks of an assembly begin otherwise. */
        text_add(out, "# LLVM-MCA-BEGIN r%d\n", index);
        /* Labels of other regions have the same names. */
        for (const char *line = loop.first; line < loop.end; line = next_line(line))
            for (const char *at = line; at < next_line(line); at++)
                if (strncmp(at, ".L", 2) == 0) {
                    text_add(out, ".Lr%d_", index);
                    at++;
                } else
                    text_add_bytes(out, at, 1);
        text_add(out, "# LLVM-MCA-END\n");
    }
    text_release(&assembly);
    return status;
}

/* -- the simulation ------------------------------------------------------------------------- */

/* The cycles of each region for so many turns. */
static Status simulate(double *cycles, int n, const char *file, const char *target, int n_turns,
                       Err *err)
{
    char line[400];
    Text command = {0};
    double gigahertz;
    const char *processor = mca_processor(target, &gigahertz);
    text_add(&command, "%s -mtriple=%s -mcpu=%s -iterations=%d '", find_command(),
             target_find(target)->triple, processor, n_turns);
    for (const char *c = file; *c; c++) text_add(&command, *c == '\'' ? "'\\''" : "%c", *c);
    text_add(&command, "' 2>/dev/null");
    FILE *pipe = popen(command.data, "r");
    text_release(&command);
    if (!pipe) return fail(err, ERR_SYSTEM, "cannot run llvm-mca");
    int n_read = 0;
    while (fgets(line, sizeof line, pipe))
        if (n_read < n && sscanf(line, "Total Cycles: %lf", &cycles[n_read]) == 1) n_read++;
    if (pclose(pipe) == 0 && n_read == n) return OK;
    return fail(err, ERR_SYSTEM, "llvm-mca could not simulate the code for %s", target);
}

/* The code of the programs, to be simulated, in a temporary file. */
static Status write_regions(Text *path, const Prog *const *prog, int n, const char *target,
                            Err *err)
{
    const Backend *backend;
    Text text = {0};
    Status status = backend_load(&backend, err);
    for (int i = 0; i < n && status == OK; i++)
        status = add_region(&text, backend, prog[i], target, i, err);
    if (status == OK) status = temporary_file(path, err);
    if (status == OK) {
        status = text_write_file(path->data, text_get(&text), text.length, err);
        if (status != OK) unlink(path->data);
    }
    text_release(&text);
    return status;
}

Status mca_measure(Timing *out, const Prog *const *prog, int n, const char *target, Err *err)
{
    enum { TURNS = 100 };
    double gigahertz;
    const Backend *backend;
    if (!find_command() || !mca_processor(target, &gigahertz))
        return fail(err, ERR_UNSUPPORTED, "without llvm-mca nothing tells what programs take on %s",
                    target);
    Status status = backend_load(&backend, err);
    if (status != OK) return status;
    /* The last one does nothing: what a turn alone takes is no part of a latency. */
    Prog identity;
    prog_init(&identity);
    prog_add_input(&identity, prog_type(prog[0]), "x");
    const Prog **all = xcalloc((size_t)n + 1, sizeof *all);
    double *once = xcalloc((size_t)n + 1, sizeof *once),
           *often = xcalloc((size_t)n + 1, sizeof *often);
    Text path = {0};
    memcpy(all, prog, (size_t)n * sizeof *prog);
    all[n] = &identity;
    status = write_regions(&path, all, n + 1, target, err);
    if (status == OK) {
        status = simulate(once, n + 1, path.data, target, 1, err);
        if (status == OK) status = simulate(often, n + 1, path.data, target, TURNS, err);
        unlink(path.data);
    }
    text_release(&path);
    for (int i = 0; i < n && status == OK; i++) {
        const double turn = backend->array_turn(prog[i], target, 0);
        /* Of a long run the first turn is the latency. */
        const double cycles = (often[i] - once[i]) / (TURNS - 1);
        const double latency = once[i] > once[n] ? once[i] - once[n] : 0;
        out[i] = (Timing){cycles / turn / gigahertz, latency / gigahertz, 0, true, true};
    }
    free(all);
    free(once);
    free(often);
    return status;
}
