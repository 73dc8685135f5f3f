/* Rows of a store as text: for each a line `store 1 llvm VERSION budget SECONDS` (or `budget inf`), then the entry as a .approx file
   has it. A plain .approx file reads as one row, of no LLVM yet. */
#ifndef APPROX_CATALOGUE_STORE_TEXT_H
#define APPROX_CATALOGUE_STORE_TEXT_H

#include "runtime/catalogue/store.h"

void store_row_print(Text *out, const StoreRow *row);

/* Reads the row that begins at text[*at] and sets *at behind it; *is_there false at the end of the text. The row's id is not filled
   in, and it is not judged. Errors point into the text. */
Status store_row_parse(StoreRow *row, const char *text, size_t length, size_t *at, bool *is_there, Err *err);

#endif
