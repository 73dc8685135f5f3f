/* Files that belong to approxcc and are found from where its own code is: beside the program (or library), in the folder above
   (tests), or where `make install` puts them. */
#ifndef APPROX_BASE_INSTALLED_H
#define APPROX_BASE_INSTALLED_H

#include <limits.h>
#include <stdbool.h>

enum { INSTALLED_PATH_MAX = PATH_MAX + 64 };

/* The path of the nth such file that can be read, in the order of the places; false if there are not so many. */
bool installed_find(char path[INSTALLED_PATH_MAX], const char *name, int nth);

#endif
