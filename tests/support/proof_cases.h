/* Programs over the reals of many kinds, for the test and the benchmark of proofs. */
#ifndef APPROX_TESTS_SUPPORT_PROOF_CASES_H
#define APPROX_TESTS_SUPPORT_PROOF_CASES_H

#include "runtime/prog/goal.h"

typedef struct {
    const char *function;
    double lo, hi;
    bool lo_open;
    BoundKind kind;
    const char *program; /* infix */
} ProofCase;

static const ProofCase PROOF_CASES[] = {
    /* AutoNumerics-Zero (arXiv 2312.08472v2), Figure 11. */
    {"exp2(x)", 0, 1, true, BOUND_REL, "-2.1258595374472384/(-2.0413845597733418+x)"},
    {"exp2(x)", 0, 1, true, BOUND_REL,
     "-8.387819235563974/(-3.4355225277901402+x)-1.4427239805682266"},
    {"exp2(x)", 0, 1, true, BOUND_REL,
     "17.746150088734609/(-8.8505996518073289+(x+25.596749740144819/x))+0.99999366143081858"},
    {"exp2(x)", 0, 1, true, BOUND_REL,
     "u=x+5783.5330096027765/x; v=15141.981176922711/u+u;"
     "y=501.10494991027866/(-250.55247494972059+v)+0.99999999999999956; s=y*y; t=s*s; t*t"},
    {"exp(x)", -0.35, 0.35, false, BOUND_REL, "1+x*(1+x*(1/2+x*(1/6+x*(1/24+x*(1/120+x/720)))))"},
    {"exp(x)", -0.05, 0.05, false, BOUND_REL, /* 2e-30, by the [6/6] Pade approximant */
     "s=x*x; p=665280+s*(75600+s*(840+s)); q=x*(332640+s*(10080+s*42)); (p+q)/(p-q)"},
    {"exp(x)", -1, 1, false, BOUND_ABS, "(120+60*x+12*x*x+x*x*x)/(120-60*x+12*x*x-x*x*x)"},
    {"log2(1+x)", 0, 1, false, BOUND_REL, "x*(10.3871+x*5.6083)/(7.2+x*(7.484+x*1.327))"},
    {"sin(x)", 0, 1.5707963267948966, false, BOUND_REL,
     "s=x*x; x*(0.99999999997884898600402426+s*(-0.16666666608826069641316426+s*("
     "0.0083333307205577364537656620+s*(-0.00019840832823261955290156010+s*("
     "0.0000027523971074632649840179-s*0.00000002386834640605133333034666)))))"},
    {"cos(x)", 0, 1.5707963267948966, false, BOUND_ABS,
     "s=x*x; 1+s*(-0.4999992+s*(0.041661-s*0.001359))"},
    {"tanh(x)", 0, 1, false, BOUND_REL, "s=x*x; x*(945+105*s+s*s)/(945+420*s+15*s*s)"},
    {"erf(x)", 0, 2, true, BOUND_REL,
     "s=x*x; x*(1.12837916+s*(-0.37612+s*(0.11275+s*(-0.0265+s*(0.0045-s*0.0003)))))"},
    {"atan(x)", 0, 1, false, BOUND_REL, "s=x*x; x*(945+735*s+64*s*s)/(945+1050*s+225*s*s)"},
    {"ai(-7*x)", 0, 1, false, BOUND_ABS, "0.355+x*(1.81+x*(0.1+x*(-20+x*(10+x*(40+x*(-30))))))"},
    {"j0(x)", 0, 4, false, BOUND_ABS, "s=x*x; 1-s/4+s*s/64-s*s*s/2304+s*s*s*s/147456"},
    {"gamma(x)", 1, 2, false, BOUND_REL,
     "t=x-1; 1+t*(-0.5748646+t*(0.9512363+t*(-0.6998588+t*(0.4245549-t*0.1010678))))"},
    {"zeta(x)", 2, 4, false, BOUND_REL, "1+(x-0.7)/(x*x*x-2.6*x+1.8)"},
    {"sqrt(2/(pi*x))*sinh(x)", 0, 1, true, BOUND_ABS,
     "sqrt(x)*(0.79788456+x*x*(0.1329807+x*x*0.0067))"},
    {"1/(1+exp(-x))", -4, 4, false, BOUND_ABS,
     "0.5+x*(0.24+x*x*(-0.0163+x*x*(0.0008-x*x*0.000015)))"},
    {"log(1+exp(x))", -3, 3, false, BOUND_ABS, "0.6931+0.5*x+x*x*(0.1249-x*x*(0.005-x*x*0.00018))"},
};

enum { N_PROOF_CASES = sizeof PROOF_CASES / sizeof *PROOF_CASES };

#endif
