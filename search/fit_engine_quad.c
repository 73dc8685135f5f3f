#include "search/quad.h"

typedef Quad Num;
#define num_sqrt quad_sqrt
#define NUM_EPSILON ((Quad)0x1p-112)
#define ENGINE fit_engine_quad
#define ENGINE_NAME "quad"
#define ENGINE_TRUST 1e-30
#include "search/fit_engine_body.h"
