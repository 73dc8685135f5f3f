/* Linked into programs that are compiled with -fapprox-check; needs nothing but C. */
#include "runtime/check/check_site.h"

#include <math.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* Every thread of the program may be here. */
static struct {
    atomic_flag is_taken;
    CheckSite *first; /* of those that have run */
} list = {.is_taken = ATOMIC_FLAG_INIT};

static void lock(void)
{
    while (atomic_flag_test_and_set_explicit(&list.is_taken, memory_order_acquire)) continue;
}

static void unlock(void) { atomic_flag_clear_explicit(&list.is_taken, memory_order_release); }

/* -- the error of one result --------------------------------------------------------------- */

static double largest(const CheckSite *s)
{
    const int emax = 1 - (int)s->emin;
    return ldexp(2 - ldexp(1, 1 - (int)s->precision), emax);
}

/* The spacing of the type in the binade of the value. */
static double ulp_at(const CheckSite *s, double value)
{
    int exponent;
    frexp(value, &exponent);
    exponent = value == 0 || exponent - 1 < s->emin ? (int)s->emin : exponent - 1;
    return ldexp(1, exponent - (int)s->precision + 1);
}

/* As the judge counts: the right result of what overflows is infinite, rounded as the type rounds. */
static double error_of(const CheckSite *s, double got, double want)
{
    if (isnan(got) || isnan(want)) return isnan(got) && isnan(want) ? 0 : INFINITY;
    if (got == want) return 0;
    const double most = largest(s), beyond = most + ulp_at(s, most) / 2;
    if (fabs(want) >= beyond && isinf(got) && signbit(got) == signbit(want)) return 0;
    const double difference = fabs(got - want);
    if (s->bound_kind == 2) return difference;
    if (s->bound_kind == 1) return difference / fabs(want);
    return difference / ulp_at(s, fmin(fabs(want), most));
}

/* -- what is said -------------------------------------------------------------------------------- */

static const char *unit_of(const CheckSite *s)
{
    static const char *const UNITS[] = {"ulp", "relative", "absolute"};
    return UNITS[s->bound_kind];
}

static void say_place(const CheckSite *s)
{
    if (s->file[0])
        fprintf(stderr, "%s:%lld:%lld: ", s->file, (long long)s->line, (long long)s->column);
    fprintf(stderr, "approx check: ");
}

static void summarise(void)
{
    unsigned long long n_sites = 0, n_calls = 0, n_over = 0, n_outside = 0;
    const CheckSite *worst = NULL;
    lock();
    for (const CheckSite *s = list.first; s; s = s->next) {
        n_sites++;
        n_calls += s->n_calls;
        n_over += s->n_over;
        n_outside += s->n_outside;
        if (!worst || s->worst / s->limit > worst->worst / worst->limit) worst = s;
    }
    if (worst) {
        fprintf(stderr,
                "approx check: %llu calls at %llu places, %llu over their bound, %llu arguments "
                "outside their range\n",
                n_calls, n_sites, n_over, n_outside);
        say_place(worst);
        fprintf(stderr, "nearest to its bound: %s(%a), %.4g %s of %s\n", worst->function,
                worst->worst_x, worst->worst, unit_of(worst), worst->bound);
    }
    unlock();
}

/* -- the door -------------------------------------------------------------------------------------- */

void approx_check(CheckSite *site, double x, double got, double want)
{
    const double error = error_of(site, got, want);
    const bool is_outside = x < site->lo || x > site->hi;
    lock();
    const bool is_first_of_all = !list.first;
    if (site->n_calls++ == 0) {
        site->next = list.first;
        list.first = site;
    }
    if (!is_outside && error > site->worst) { /* a bound is promised inside */
        site->worst = error;
        site->worst_x = x;
    }
    if (is_outside && site->n_outside++ == 0) {
        say_place(site);
        fprintf(stderr, "the argument %a of %s is outside of [%.9g, %.9g]\n", x, site->function,
                site->lo, site->hi);
    } else if (!is_outside && error > site->limit && site->n_over++ == 0) {
        say_place(site);
        fprintf(stderr, "%s(%a) is %a, right is %a: %.4g %s, more than %s\n", site->function, x,
                got, want, error, unit_of(site), site->bound);
    }
    unlock();
    if (is_first_of_all) atexit(summarise);
}
