#include "runtime/oracle/mpfr_thread.h"

#include <assert.h>
#include <mpfr.h>
#include <pthread.h>

/* MPFR's own internal range is left some room. */
static const mpfr_exp_t EXPONENT_MAX = (mpfr_exp_t)1 << 40;

static pthread_key_t prepared_key;
static pthread_once_t prepared_once = PTHREAD_ONCE_INIT;

static void free_caches(void *unused) { mpfr_free_cache2(MPFR_FREE_LOCAL_CACHE); }

static void make_key(void)
{
    const int refused = pthread_key_create(&prepared_key, free_caches);
    assert(!refused && "a thread key is available");
    (void)refused;
}

void mpfr_thread_prepare(void)
{
    pthread_once(&prepared_once, make_key);
    if (pthread_getspecific(prepared_key)) return;
    mpfr_set_emin(-EXPONENT_MAX);
    mpfr_set_emax(EXPONENT_MAX);
    pthread_setspecific(prepared_key, &prepared_key);
}
