#include "runtime/measure/polynomial_peak.h"

#include <math.h>

typedef struct {
    double a, b, pa, pb; /* an interval, and p at its ends */
} Piece;

/* Between a and b, |p| <= max(|p(a)|, |p(b)|) + max|p''| (b - a)^2/8. Values of p are by
   Horner's rule in double, off by at most 2n*2^-53 * sum |c[k]| as |t| <= 1. */
bool polynomial_peak(const double *c, int n, bool is_one_sided, double enough, double tolerance,
                     Peak *peak)
{
    enum { STACK_MAX = 64, PIECES_FIRST = 16, PIECES_MAX = 20000 };
    double curvature = 0, sum = 0;
    for (int k = 0; k < n; k++) {
        curvature += (double)k * (k - 1) * fabs(c[k]);
        sum += fabs(c[k]);
    }
    const double noise = (2 * n + 4) * 0x1.1p-53 * sum + 0x1p-1060;
    curvature *= 1 + 0x1p-40;

    *peak = (Peak){0};
    int n_pieces = 0;
    bool is_tight = true;
    const double first = is_one_sided ? 0 : -1, width = (1 - first) / PIECES_FIRST;
    double end = 0;
    for (int i = 0; i < PIECES_FIRST; i++) {
        Piece stack[STACK_MAX];
        int depth = 0;
        const double a = first + i * width, b = a + width;
        double pa = end, pb = 0;
        for (int k = n - 1; k >= 0 && i == 0; k--) pa = pa * a + c[k];
        for (int k = n - 1; k >= 0; k--) pb = pb * b + c[k];
        end = pb;
        stack[depth++] = (Piece){a, b, pa, pb};
        while (depth > 0) {
            const Piece piece = stack[--depth];
            const bool a_is_higher = fabs(piece.pa) > fabs(piece.pb);
            const double higher = a_is_higher ? fabs(piece.pa) : fabs(piece.pb);
            if (higher - noise > peak->below) {
                peak->below = higher - noise;
                peak->at = a_is_higher ? piece.a : piece.b;
            }
            const double gap = piece.b - piece.a;
            const double above = (higher + curvature * gap * gap / 8 + noise) * (1 + 0x1p-50);
            const bool is_enough = above <= fmax(enough, peak->below * (1 + tolerance));
            if (is_enough || n_pieces >= PIECES_MAX || depth + 2 > STACK_MAX) {
                is_tight &= is_enough;
                peak->above = fmax(peak->above, above);
                continue;
            }
            const double middle = piece.a / 2 + piece.b / 2;
            double value = 0;
            for (int k = n - 1; k >= 0; k--) value = value * middle + c[k];
            stack[depth++] = (Piece){piece.a, middle, piece.pa, value};
            stack[depth++] = (Piece){middle, piece.b, value, piece.pb};
            n_pieces++;
        }
    }
    return is_tight;
}
