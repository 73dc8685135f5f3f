#include "tests/bench/machine/rows.h"

#include "runtime/base/temporary.h"
#include "runtime/emit/backend.h"
#include "runtime/emit/emit_library.h"
#include "runtime/measure/compare.h"
#include "runtime/measure/wrong_specials.h"

#include <dlfcn.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK = 4096 };

/* -- ours ------------------------------------------------------------------------------- */

static void run_ours(const void *const *x, void *y, size_t n)
{
    void (*f)(const float *, float *, size_t);
    memcpy(&f, &x[1], sizeof f);
    f(x[0], y, n);
}

/* The array function as users get it: an object file, linked into a shared library, loaded. */
static const void *load_ours(const Entry *entry, Err *err)
{
    const Backend *backend;
    Text object = {0}, library = {0}, path = {0};
    const EmitUnit unit = {.prog = &entry->prog,
                           .symbol = "ours",
                           .target = entry->goal.target,
                           .comment = "",
                           .want_array = true,
                           .vectors = entry->vectors};
    Status status = backend_load(&backend, err);
    if (status == OK) status = backend->emit(&object, &unit, 1, EMIT_O, err);
    const LibraryObject part = {"ours.o", text_get(&object), object.length};
    if (status == OK)
        status = emit_shared_library(&library, &part, 1, target_find(entry->goal.target),
                                     &(LibraryNames){0}, err);
    const void *function = NULL;
    if (status == OK && temporary_file(&path, err) == OK) {
        if (text_write_file(path.data, text_get(&library), library.length, err) == OK) {
            void *handle = dlopen(path.data, RTLD_NOW | RTLD_LOCAL);
            function = handle ? dlsym(handle, "ours_array") : NULL;
        }
        unlink(path.data);
    }
    text_release(&object);
    text_release(&library);
    text_release(&path);
    return function;
}

/* -- errors ------------------------------------------------------------------------------- */

/* In ulps of the result; nothing is said of infinite, subnormal and no results. */
static double ulp_error(float got, double right)
{
    const float rounded = (float)right;
    if (!isfinite(rounded) || fabs(right) < FLT_MIN) return 0;
    if (!isfinite(got)) return INFINITY;
    int exponent;
    frexp(right, &exponent);
    return fabs((double)got - right) / ldexp(1, exponent - 24);
}

/* As ulp_error has it; subnormal results count, too. */
static double abs_error(double got, double right)
{
    if (!isfinite((float)right)) return 0;
    return isfinite(got) ? fabs(got - right) : INFINITY;
}

static bool is_inside(const Domain *domain, float x)
{
    return domain->is_all ? !isnan(x) : (double)x >= domain->lo && (double)x <= domain->hi;
}

static void run_row(const Row *row, const float *x, float *y, size_t n)
{
    const void *const in[] = {x, row->call.context, NULL};
    row->call.run(in, y, n);
}

static void find_errors(Row *row, int n_rows, double (*exact)(double), const TimingInputs *near,
                        const Domain *domain, uint64_t n_points)
{
    static float x[BLOCK], y[BLOCK];
    static double right[BLOCK];
    const uint64_t step = 0x100000000 / n_points | 1;
    for (uint64_t at = 0; at < 0x100000000; at += step * BLOCK) {
        for (int i = 0; i < BLOCK; i++) {
            const uint32_t bits = (uint32_t)(at + step * (uint64_t)i);
            memcpy(&x[i], &bits, sizeof bits);
            if (!is_inside(domain, x[i])) x[i] = (float)near->lo;
            right[i] = exact((double)x[i]);
        }
        for (int r = 0; r < n_rows; r++) {
            run_row(&row[r], x, y, BLOCK);
            for (int i = 0; i < BLOCK; i++) {
                const double error = ulp_error(y[i], right[i]);
                row[r].ulp_all = fmax(row[r].ulp_all, error);
                row[r].abs_all = fmax(row[r].abs_all, abs_error((double)y[i], right[i]));
                if ((double)x[i] >= near->lo && (double)x[i] <= near->hi)
                    row[r].ulp_near = fmax(row[r].ulp_near, error);
            }
        }
    }
}

bool rows_reach(double *abs, const char *row_name, const char *function, const Target *target,
                const Domain *domain, uint64_t n_points)
{
    MachinePeer peer[MACHINE_PEERS_MAX];
    double (*exact)(double) = peer_exact(function);
    const int n = machine_peers_find(peer, function, target);
    for (int i = 0; exact && i < n; i++) {
        if (strcmp(peer[i].name, row_name) != 0) continue;
        Row row = {.call = peer[i].call};
        const TimingInputs near = {.lo = domain->is_all ? 1 : domain->lo};
        find_errors(&row, 1, exact, &near, domain, n_points);
        *abs = row.abs_all;
        return *abs > 0 && isfinite(*abs);
    }
    return false;
}

static void run_judged(void *row, int worker, const void *const *x, void *y, size_t n)
{
    enum { LANES_MAX = 16 };
    (void)worker;
    float in[LANES_MAX] = {0}, out[LANES_MAX]; /* peers take whole vectors */
    for (size_t at = 0; at < n; at += LANES_MAX) {
        const size_t some = n - at < LANES_MAX ? n - at : LANES_MAX;
        memcpy(in, (const float *)x[0] + at, some * sizeof *in);
        run_row(row, in, out, LANES_MAX);
        memcpy((float *)y + at, out, some * sizeof *out);
    }
}

static Status find_wrong_specials(Row *row, int n_rows, const Goal *goal, Err *err)
{
    Status status = OK;
    for (int r = 0; r < n_rows && status == OK; r++)
        status = compare_wrong_specials(&row[r].n_wrong, run_judged, &row[r], goal,
                                        wrong_specials_of_others_ulp(goal), err);
    return status;
}

/* -- all rows ------------------------------------------------------------------------------- */

static Status add_ours(Rows *rows, const char *name, const Entry *entry, Err *err)
{
    Row *row = &rows->row[rows->n];
    const void *function = load_ours(entry, err);
    if (!function) return err->text[0] ? ERR_INPUT : fail(err, ERR_INPUT, "it cannot be loaded");
    *row = (Row){.call = {run_ours, function}, .is_ours = true};
    snprintf(row->name, sizeof row->name, "%s", name);
    rows->n++;
    return OK;
}

static void add_peers(Rows *rows, const Entry *entry)
{
    MachinePeer peer[MACHINE_PEERS_MAX];
    const int n = machine_peers_find(peer, entry->goal.name, target_find(entry->goal.target));
    for (int i = 0; i < n; i++) {
        Row *row = &rows->row[rows->n++];
        *row = (Row){.call = peer[i].call, .is_peer = peer[i].is_library};
        memcpy(row->name, peer[i].name, sizeof row->name);
    }
}

/* Compositions are timed where exp(x) and exp(-x) are finite: beyond, libmvec's exp calls the scalar function, which takes some hundred times as long. */
static void cut_to_composition(TimingInputs *inputs, const Rows *rows)
{
    const double end = 88;
    if (!rows_find(rows, COMPOSED_ROW)) return;
    inputs->lo = fmax(inputs->lo, -end);
    inputs->hi = fmin(inputs->hi, end);
}

Status rows_measure(Rows *rows, Timer *timer, const Entry *entry, const Entry *other,
                    uint64_t n_points, Err *err)
{
    TimedCall call[ROWS_MAX];
    double ns[ROWS_MAX];
    const Domain *domain = &entry->goal.domain[0];
    double (*exact)(double) = peer_exact(entry->goal.name);
    rows->n = 0;
    if (!exact) return fail(err, ERR_UNSUPPORTED, "not a function that peers have");
    Status status = add_ours(rows, "approxcc", entry, err);
    if (status == OK && other) status = add_ours(rows, "approxcc, whole", other, err);
    if (status == OK) status = timing_inputs(&rows->inputs, &entry->goal, err);
    if (status != OK) return status;
    add_peers(rows, entry);
    cut_to_composition(&rows->inputs, rows);
    for (int r = 0; r < rows->n; r++) call[r] = rows->row[r].call;
    status = timer_measure_calls(timer, ns, call, rows->n, TYPE_F32, &rows->inputs, 10, err);
    for (int r = 0; r < rows->n; r++) rows->row[r].ns = ns[r];
    find_errors(rows->row, rows->n, exact, &rows->inputs, domain, n_points);
    if (status != OK && status != ERR_UNDECIDED) return status;
    const Status judged = find_wrong_specials(rows->row, rows->n, &entry->goal, err);
    return judged == OK ? status : judged;
}

static void print_domain(const Domain *domain)
{
    if (domain->is_all)
        printf("all floats");
    else
        printf("[%g, %g]", domain->lo, domain->hi);
}

void rows_print(const Rows *rows, const Entry *entry)
{
    const Row *row = rows->row;
    printf("\n%s, %s, %s, ", entry->goal.name, type_info(entry->goal.type)->name,
           entry->goal.target);
    print_domain(&entry->goal.domain[0]);
    printf(", bound %s; timed on [%.4g, %.4g]\n", entry->goal.bound.text, rows->inputs.lo,
           rows->inputs.hi);
    for (int r = 0; r < rows->n; r++)
        printf("    %-18s %7.4f ns  x%-6.2f  %10.4g ulp there %10.4g ulp, %8.3g absolute on all "
               "floats  %2d specials wrong\n",
               row[r].name, row[r].ns, row[r].ns / row[0].ns, row[r].ulp_near, row[r].ulp_all,
               row[r].abs_all, row[r].n_wrong);
}

static void add_json_text(Text *out, const char *key, const char *value)
{
    text_add(out, "\"%s\":", key);
    text_add_json(out, value);
    text_add(out, ",");
}

void rows_add_json(Text *out, const Rows *rows, const Entry *entry)
{
    const Goal *goal = &entry->goal;
    const Domain *domain = &goal->domain[0];
    const Backend *backend;
    char place[64] = "all";
    if (!domain->is_all) snprintf(place, sizeof place, "[%a,%a]", domain->lo, domain->hi);
    if (backend_load(&backend, NULL) != OK) return;
    for (int r = 0; r < rows->n; r++) {
        const Row *row = &rows->row[r];
        if (!(row->is_peer || r == 0) || !isfinite(row->ulp_all)) continue;
        text_add(out, "{");
        add_json_text(out, "expression", goal->expression);
        add_json_text(out, "type", type_info(goal->type)->name);
        add_json_text(out, "domain", place);
        add_json_text(out, "target", goal->target);
        add_json_text(out, "cpu", backend->host_cpu());
        if (r == 0) add_json_text(out, "bound", goal->bound.text);
        add_json_text(out, "who", r == 0 ? "approxcc" : row->name);
        text_add(out, "\"ns\":%.6g,\"max_ulp\":%.6g,\"specials_wrong\":%d}\n", row->ns,
                 row->ulp_all, row->n_wrong);
    }
}

const Row *rows_best_within(const Rows *rows, double ulp)
{
    const Row *best = NULL;
    for (int r = 0; r < rows->n; r++) {
        const Row *row = &rows->row[r];
        if (row->is_peer && row->ulp_all <= ulp * 1.001 && row->n_wrong == 0 &&
            (!best || row->ns < best->ns))
            best = row;
    }
    return best;
}

const Row *rows_find(const Rows *rows, const char *name)
{
    const Row *best = NULL;
    for (int r = 0; r < rows->n; r++)
        if (strncmp(rows->row[r].name, name, strlen(name)) == 0 &&
            (!best || rows->row[r].ns < best->ns))
            best = &rows->row[r];
    return best;
}
