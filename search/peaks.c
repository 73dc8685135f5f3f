#include "search/peaks.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

int peaks_find(const double *error, int n, int *peak)
{
    int count = 0;
    for (int i = 0; i < n; i++) {
        const double e = error[i];
        if (e == 0) continue;
        if (count > 0 && (error[peak[count - 1]] > 0) == (e > 0)) {
            if (fabs(e) > fabs(error[peak[count - 1]])) peak[count - 1] = i;
        } else {
            peak[count++] = i;
        }
    }
    return count;
}

int peaks_thin(const double *error, int *peak, int n, int wanted)
{
    /* The lowest goes: an end alone, an inner one together with its smaller neighbour; when only one is too
       many, the smaller end. */
    while (n > wanted) {
        int first = 0, count = 1;
        for (int i = 1; i < n; i++)
            if (fabs(error[peak[i]]) < fabs(error[peak[first]])) first = i;
        const bool is_inner = first > 0 && first < n - 1;
        if (is_inner && n == wanted + 1) {
            first = fabs(error[peak[0]]) < fabs(error[peak[n - 1]]) ? 0 : n - 1;
        } else if (is_inner) {
            count = 2;
            if (fabs(error[peak[first - 1]]) < fabs(error[peak[first + 1]])) first--;
        }
        memmove(peak + first, peak + first + count, (size_t)(n - first - count) * sizeof *peak);
        n -= count;
    }
    return n;
}

int peaks_count(const double *error, const int *peak, int n)
{
    double worst = 0;
    for (int i = 0; i < n; i++) worst = fmax(worst, fabs(error[peak[i]]));
    /* Two large ones of one sign with a small one between them count once. */
    int count = 0;
    bool was_positive = false;
    for (int i = 0; i < n; i++) {
        if (fabs(error[peak[i]]) < 0.99 * worst) continue;
        const bool is_positive = error[peak[i]] > 0;
        if (count == 0 || is_positive != was_positive) count++;
        was_positive = is_positive;
    }
    return count;
}
