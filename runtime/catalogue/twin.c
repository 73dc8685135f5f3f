#include "runtime/catalogue/twin.h"

#include "runtime/catalogue/catalogue.h"
#include "runtime/catalogue/rows.h"
#include "runtime/oracle/oracle.h"

#include <math.h>
#include <stdlib.h>

enum {
    SAMPLES = 96,   /* half of them over the whole domain, half where |x| is about 1 */
    LEAST_SURE = 24 /* finite values other than 0 that have to agree */
};

typedef struct {
    double x[SAMPLES], hi[SAMPLES], lo[SAMPLES]; /* the goal's reference: hi + lo */
    int n;
} Values;

/* Sample number `i`: in the order of the floats, evenly. NaN: that is outside the domain. */
static double sample_at(const Goal *goal, int i)
{
    static const double NEAR = 32, TINY = 0x1p-8;
    const Domain *domain = &goal->domain[0];
    const int64_t first = domain_first(domain, goal->type), last = domain_last(domain, goal->type);
    if (i % 2 == 0) {
        const double part = (i + 0.5) / SAMPLES;
        return value_from_ordered(goal->type, first + (int64_t)((double)(last - first) * part));
    }
    const double magnitude = TINY * pow(NEAR / TINY, (double)(i / 4) / (SAMPLES / 4.0));
    const double x = value_from_bits(
        goal->type, bits_from_value(goal->type, i % 4 == 1 ? magnitude : -magnitude));
    const int64_t ordered = ordered_from_value(goal->type, x);
    return first <= ordered && ordered <= last ? x : NAN;
}

/* What the oracle cannot tell is left out. */
static void take_values(Values *values, const Goal *goal)
{
    Oracle *oracle = oracle_new(&goal->reference, NULL, 0);
    for (int i = 0; i < SAMPLES; i++) {
        const double x = sample_at(goal, i);
        double *hi = &values->hi[values->n], *lo = &values->lo[values->n];
        if (isnan(x) || oracle_double_double(oracle, &x, hi, lo, NULL) != OK) continue;
        values->x[values->n++] = x;
    }
    oracle_free(oracle);
}

static bool has_values(const Prog *reference, const Values *values)
{
    static const double UNIT = 0x1p-98; /* both sides are good to 2^-101 of a value */
    Oracle *oracle = oracle_new(reference, NULL, 0);
    bool is_same = true;
    int n_sure = 0;
    for (int i = 0; i < values->n && is_same; i++) {
        double hi, lo;
        if (oracle_double_double(oracle, &values->x[i], &hi, &lo, NULL) != OK) continue;
        const double wanted = values->hi[i];
        if (!isfinite(hi) || !isfinite(wanted) || hi == 0) {
            is_same = hi == wanted || (isnan(hi) && isnan(wanted));
            continue;
        }
        /* hi - wanted is exact where they are neighbours; where they are not, the sum is large. */
        is_same = fabs((hi - wanted) + (lo - values->lo[i])) <= UNIT * fabs(wanted) + 0x1p-1070;
        n_sure++;
    }
    oracle_free(oracle);
    return is_same && n_sure >= LEAST_SURE;
}

bool catalogue_twin(Prog *reference, const Goal *goal)
{
    if (goal->n_variables != 1 || goal->n_exact > 0 || !type_is_float(goal->type)) return false;
    const int n = catalogue_count();
    const uint64_t own = prog_hash(&goal->reference);
    uint64_t *seen = xcalloc((size_t)n + 1, sizeof *seen);
    int n_seen = 0;
    bool is_found = false;
    Entry *entry = xmalloc(sizeof *entry);
    Values values = {.n = 0};
    take_values(&values, goal);
    for (int i = 0; i < n && !is_found; i++) {
        const CatalogueRow *row = &CATALOGUE_ROWS[i];
        bool is_new = row->type == goal->type && row->reference != own;
        for (int k = 0; k < n_seen && is_new; k++) is_new = seen[k] != row->reference;
        if (!is_new || catalogue_load(entry, i, NULL) != OK) continue;
        seen[n_seen++] = row->reference;
        is_found = has_values(&entry->goal.reference, &values);
        if (is_found) *reference = entry->goal.reference;
    }
    free(entry);
    free(seen);
    return is_found;
}
