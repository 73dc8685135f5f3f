/* What pkg-config and CMake read to find the library. Paths are told from where these files are, so that the folder can be moved. */
#include "runtime/library/library_files.h"

#include <stdio.h>

static void print_pkg_config(Text *out, const Library *library, const char *version)
{
    text_add(out,
             "prefix=${pcfiledir}/../..\n"
             "libdir=${prefix}/lib\n"
             "includedir=${prefix}/include\n"
             "\n"
             "Name: " LIBRARY_NAME "\n"
             "Description: functions of the C library within stated errors, for %s\n"
             "Version: %s\n"
             "Libs: -L${libdir} -l" LIBRARY_NAME " -lm\n"
             "Cflags: -I${includedir}\n",
             library->target.name, version);
}

static void print_cmake(Text *out)
{
    text_add(out, "%s",
             "# find_package(" LIBRARY_NAME "): targets " LIBRARY_NAME "::" LIBRARY_NAME
             " (shared) and " LIBRARY_NAME "::static.\n"
             "get_filename_component(_" LIBRARY_NAME
             "_root \"${CMAKE_CURRENT_LIST_DIR}/../../..\" ABSOLUTE)\n"
             "if(NOT TARGET " LIBRARY_NAME "::" LIBRARY_NAME ")\n"
             "  add_library(" LIBRARY_NAME "::" LIBRARY_NAME " SHARED IMPORTED)\n"
             "  set_target_properties(" LIBRARY_NAME "::" LIBRARY_NAME " PROPERTIES\n"
             "    IMPORTED_LOCATION \"${_" LIBRARY_NAME "_root}/lib/lib" LIBRARY_NAME
             ".so." LIBRARY_ABI "\"\n"
             "    IMPORTED_SONAME lib" LIBRARY_NAME ".so." LIBRARY_ABI "\n"
             "    INTERFACE_INCLUDE_DIRECTORIES \"${_" LIBRARY_NAME "_root}/include\"\n"
             "    INTERFACE_LINK_LIBRARIES m)\n"
             "  add_library(" LIBRARY_NAME "::static STATIC IMPORTED)\n"
             "  set_target_properties(" LIBRARY_NAME "::static PROPERTIES\n"
             "    IMPORTED_LOCATION \"${_" LIBRARY_NAME "_root}/lib/lib" LIBRARY_NAME ".a\"\n"
             "    INTERFACE_INCLUDE_DIRECTORIES \"${_" LIBRARY_NAME "_root}/include\"\n"
             "    INTERFACE_LINK_LIBRARIES m)\n"
             "endif()\n"
             "unset(_" LIBRARY_NAME "_root)\n");
}

/* Another version serves if it is not older and has the same ABI. */
static void print_cmake_version(Text *out, const char *version)
{
    text_add(out,
             "set(PACKAGE_VERSION %s)\n"
             "if(PACKAGE_FIND_VERSION VERSION_GREATER PACKAGE_VERSION)\n"
             "  set(PACKAGE_VERSION_COMPATIBLE FALSE)\n"
             "else()\n"
             "  set(PACKAGE_VERSION_COMPATIBLE TRUE)\n"
             "  if(PACKAGE_FIND_VERSION VERSION_EQUAL PACKAGE_VERSION)\n"
             "    set(PACKAGE_VERSION_EXACT TRUE)\n"
             "  endif()\n"
             "endif()\n",
             version);
}

void library_add_packages(const Library *library, Folder *out, const char *version)
{
    static const char CMAKE[] = "lib/cmake/" LIBRARY_NAME "/" LIBRARY_NAME;
    char path[FOLDER_PATH_MAX];
    print_pkg_config(folder_add(out, "lib/pkgconfig/" LIBRARY_NAME ".pc"), library, version);
    snprintf(path, sizeof path, "%s-config.cmake", CMAKE);
    print_cmake(folder_add(out, path));
    snprintf(path, sizeof path, "%s-config-version.cmake", CMAKE);
    print_cmake_version(folder_add(out, path), version);
}
