# The header is plain C and C++, whatever the standard; pkg-config and CMake find the library, wherever the folder is moved; and it is the same, byte for
# byte, when it is made again.
machine=$(approxcc --print-targets | sed -n 's/ .*(native)//p')
for options in '' '--prefix my_' '--math-errno'; do
    rm -rf one two
    approxcc libm --target "$machine" $options -o one 2>/dev/null
    approxcc libm --target "$machine" $options -o two 2>/dev/null
    diff -r one two
    echo '#include "approxm.h"' >unit.c
    cp unit.c unit.cpp
    for standard in c99 gnu11; do gcc -std=$standard -Wall -Wextra -Werror -pedantic -Ione/include -fsyntax-only unit.c; done
    if [ "$machine" = x86-64-v3 ]; then gcc -std=c99 -march=x86-64-v3 -Wall -Wextra -Werror -pedantic -Ione/include -fsyntax-only unit.c; fi
    for standard in c++98 gnu++14; do g++ -std=$standard -Wall -Wextra -Werror -Ione/include -fsyntax-only unit.cpp; done
    clang-19 -std=c17 -Wall -Wextra -Werror -Ione/include -fsyntax-only unit.c
    clang++-19 -std=c++20 -Wall -Wextra -Werror -Ione/include -fsyntax-only unit.cpp
done

rm -rf one two
approxcc libm expf --target "$machine" --math-errno -o first 2>/dev/null
mv first moved
cat >use.c <<'END'
#include "approxm.h"
#include <errno.h>
#include <stdio.h>
int main(void)
{
    float x[3] = {-1, 0, 200}, y[3];
    errno = 0;
    approx_expf_array(x, y, 3);
    printf("%.4f %.4f %.4f %d", (double)y[0], (double)y[1], (double)y[2], errno);
    (void)expf(x[1]);
    printf(" %d", errno);
    (void)expf(1 / x[1]);
    printf(" %d", errno);
    volatile float huge = 200;
    (void)expf(huge);
    printf(" %d\n", errno == ERANGE);
}
END
said='0.3679 1.0000 inf 0 0 0 1'
if command -v pkg-config >/dev/null; then
    # shellcheck disable=SC2046 # words they are
    gcc -fno-builtin use.c -o use $(PKG_CONFIG_PATH=moved/lib/pkgconfig pkg-config --cflags --libs approxm) -Wl,-rpath,"$PWD/moved/lib"
    [ "$(./use)" = "$said" ] || { echo "with pkg-config: $(./use)" && exit 1; }
fi
mkdir project
cp use.c project
cat >project/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.20)
project(use C)
find_package(approxm 0.1 REQUIRED)
add_executable(use use.c)
target_compile_options(use PRIVATE -fno-builtin)
target_link_libraries(use PRIVATE approxm::approxm)
add_executable(use_static use.c)
target_compile_options(use_static PRIVATE -fno-builtin)
target_link_libraries(use_static PRIVATE approxm::static)
END
cmake -S project -B project/build -DCMAKE_PREFIX_PATH="$PWD/moved" >/dev/null
cmake --build project/build >/dev/null
for program in use use_static; do
    [ "$(project/build/$program)" = "$said" ] || { echo "$program with CMake: $(project/build/$program)" && exit 1; }
done
