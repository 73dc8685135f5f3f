/* The header peers that the build found (tests/bench/CMakeLists.txt defines HAVE_...). */
#include "tests/bench/machine/peers.h"

JitArray eigen_find(const char *function, const char *target);
JitArray highway_find(const char *function, const char *target);
JitArray vdt_find(const char *function, const char *target);

const HeaderPeer HEADER_PEERS[] = {
#ifdef HAVE_EIGEN
    {"eigen", eigen_find},
#endif
#ifdef HAVE_HIGHWAY
    {"highway", highway_find},
#endif
#ifdef HAVE_VDT
    {"vdt", vdt_find},
#endif
    {0},
};
