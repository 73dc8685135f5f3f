#include "search/reals/approximand.h"
