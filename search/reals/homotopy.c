#include "search/reals/homotopy.h"
