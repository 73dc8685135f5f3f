#ifndef TESTS_EMULATED_STDLIB_H
#define TESTS_EMULATED_STDLIB_H
_Noreturn void exit(int status);
#endif
