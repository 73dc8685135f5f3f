/* What MPFR keeps per thread, made ready for the oracle: an exponent range that holds every
   intermediate value of an expression over the doubles, and its caches (pi, log 2, Bernoulli
   numbers), which are freed when the thread ends. */
#ifndef APPROX_ORACLE_MPFR_THREAD_H
#define APPROX_ORACLE_MPFR_THREAD_H

/* Cheap when called again. */
void mpfr_thread_prepare(void);

#endif
