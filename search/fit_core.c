#include "search/fit_core.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* One operation with the core on one side. What is on the other does not depend on free constants. */
typedef struct {
    uint16_t node, inner, other;
} Layer;

enum { LAYERS_MAX = 32 };

/* The operations that can be taken off, outermost first. Returns their number, not counting sums and products that have
   nothing but such below. */
static int find_layers(const Tape *tape, Layer *layer)
{
    int n = 0, n_useful = 0;
    for (int i = tape->n - 1; n < LAYERS_MAX; i = layer[n - 1].inner) {
        const TapeNode *node = &tape->node[i];
        const int a = node->arg[0], b = node->arg[1];
        const bool is_active_a = tape->node[a].is_active, is_active_b = tape->node[b].is_active;
        Layer next = {(uint16_t)i, node->arg[0], node->arg[1]};
        bool is_useful = false;
        switch (node->op) {
        case OP_NEG: break;
        case OP_SQRT: is_useful = true; break;
        case OP_MUL: is_useful = a == b && is_active_a; /* fall through */
        case OP_ADD:
        case OP_SUB:
            if (is_active_a && is_active_b && !is_useful) return n_useful;
            if (!is_active_a) next = (Layer){(uint16_t)i, node->arg[1], node->arg[0]};
            break;
        case OP_DIV:
            if (is_active_a && is_active_b) return n_useful;
            is_useful = is_active_b;
            if (is_useful) next = (Layer){(uint16_t)i, node->arg[1], node->arg[0]};
            break;
        default: return n_useful;
        }
        layer[n++] = next;
        if (is_useful) n_useful = n;
    }
    return n_useful;
}

/* Values at x of what does not depend on free constants. */
static void fixed_values(const Tape *tape, double x, long double *v)
{
    for (int i = 0; i < tape->n; i++) {
        const TapeNode *node = &tape->node[i];
        if (node->is_active) continue;
        const long double a = v[node->arg[0]], b = v[node->arg[1]];
        switch (node->op) {
        case OP_INPUT: v[i] = x; break;
        case OP_CONST: v[i] = (long double)tape->constant[i]; break;
        case OP_ADD: v[i] = a + b; break;
        case OP_SUB: v[i] = a - b; break;
        case OP_MUL: v[i] = a * b; break;
        case OP_DIV: v[i] = a / b; break;
        case OP_FMA: v[i] = a * b + v[node->arg[2]]; break;
        case OP_NEG: v[i] = -a; break;
        case OP_ABS: v[i] = fabsl(a); break;
        case OP_SQRT: v[i] = sqrtl(a); break;
        case OP_MIN: v[i] = a < b ? a : b; break;
        case OP_MAX: v[i] = a > b ? a : b; break;
        default: v[i] = a; break;
        }
    }
}

/* f and the weight as the inner side of one layer sees them: weight * |d outer / d inner|. Errors of the inner value
   times the new weight are, to first order, those of the outer one times the old. */
static void undo(const Tape *tape, const Layer *layer, const long double *v, long double *f,
                 long double *weight)
{
    const TapeNode *node = &tape->node[layer->node];
    const long double other = v[layer->other];
    const bool is_left = node->arg[0] == layer->inner;
    switch (node->op) {
    case OP_NEG: *f = -*f; break;
    case OP_SQRT:
        *weight /= 2 * *f;
        *f = *f > 0 ? *f * *f : NAN;
        break;
    case OP_ADD: *f -= other; break;
    case OP_SUB: *f = is_left ? *f + other : other - *f; break;
    case OP_MUL:
        if (layer->inner == layer->other) {
            *f = sqrtl(*f);
            *weight *= 2 * *f;
        } else {
            *f /= other;
            *weight *= fabsl(other);
        }
        break;
    default:
        assert(node->op == OP_DIV);
        if (is_left) {
            *f *= other;
            *weight /= fabsl(other);
        } else {
            *weight *= *f * *f / fabsl(other);
            *f = other / *f;
        }
        break;
    }
}

/* Does the value turn at a zero, as |x| does? Then the branch of a root is not known. */
static bool has_inner_zero(const double *f, int n)
{
    double most = 0, least = INFINITY;
    int at = 0;
    for (int p = 0; p < n; p++) {
        most = fmax(most, fabs(f[p]));
        if (fabs(f[p]) >= least) continue;
        least = fabs(f[p]);
        at = p;
    }
    if (least > most / 100 || at == 0 || at == n - 1) return false;
    return true;
}

bool fit_core_make(FitCore *core, const Tape *tape, const FitPoints *points)
{
    Layer layer[LAYERS_MAX];
    const int n_layers = find_layers(tape, layer), n = points->n;
    if (n_layers == 0 || n > FIT_BLOCK) return false;
    for (int p = 0; p < n; p++) {
        long double v[PROG_MAX], f = (long double)points->f_hi[p] + points->f_lo[p];
        long double weight = points->weight[p];
        fixed_values(tape, points->x[p], v);
        for (int i = 0; i < n_layers; i++) undo(tape, &layer[i], v, &f, &weight);
        core->f_hi[p] = (double)f;
        core->f_lo[p] = (double)(f - core->f_hi[p]);
        core->weight[p] = (double)fabsl(weight);
        if (!isfinite(core->f_hi[p]) || !isfinite(core->weight[p]) || !(core->weight[p] > 0))
            return false;
    }
    if (has_inner_zero(core->f_hi, n)) return false;
    core->points = (FitPoints){n, points->x, core->f_hi, core->f_lo, core->weight};
    core->tape.n = layer[n_layers - 1].inner + 1;
    core->tape.n_free = tape->n_free;
    memcpy(core->tape.node, tape->node, (size_t)core->tape.n * sizeof *tape->node);
    memcpy(core->tape.constant, tape->constant, (size_t)core->tape.n * sizeof *tape->constant);
    memcpy(core->tape.free, tape->free, sizeof tape->free);
    memcpy(core->tape.free_ref, tape->free_ref, sizeof tape->free_ref);
    return true;
}
