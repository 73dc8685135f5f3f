# CMake takes approxcc and approxcc++ for compilers, in a folder with a space and a letter that is not ASCII.
ln -s "$(command -v approxcc)" approxcc++
mkdir 'pro jé'
cat >'pro jé/CMakeLists.txt' <<'X'
cmake_minimum_required(VERSION 3.20)
project(p C CXX)
add_library(f STATIC f.c)
add_executable(p p.cc)
target_link_libraries(p f m)
X
cat >'pro jé/f.c' <<'X'
#include <math.h>
float f(float x) { return expf(x); }
X
cat >'pro jé/p.cc' <<'X'
#include <cmath>
extern "C" float f(float);
int main() { return std::fabs(f(1) - std::exp(1.0f)) < 1e-6f ? 0 : 1; }
X
cmake -S 'pro jé' -B 'bui ld' -DCMAKE_C_COMPILER=approxcc -DCMAKE_CXX_COMPILER="$PWD/approxcc++" -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_C_FLAGS='-march=x86-64-v3 -fapprox-max-error=1' >log 2>&1 || cat log
cmake --build 'bui ld' >log 2>&1 || cat log
'bui ld/p' && nm 'bui ld/libf.a' | grep -c 'U expf'
sed -n 's/^set(CMAKE_C_COMPILER_ID \(.*\))/\1/p' 'bui ld'/CMakeFiles/*/CMakeCCompiler.cmake
