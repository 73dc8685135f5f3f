/* Integer arithmetic on the bits of floats, in vector registers. Internal to runtime/emit. */
#ifndef APPROX_EMIT_EMIT_LLVM_INTEGERS_H
#define APPROX_EMIT_EMIT_LLVM_INTEGERS_H

#include <llvm-c/Core.h>

/* For a function of one value on x86-64. Where it takes the bits of floats, computes with them and makes floats of the result, that is done in
   the first lane of a vector of 128 bits: a float is there already, while LLVM would take the bits to a general register and back, two
   instructions more and some 5 cycles on the way to the result (exp and log: 0.9 of the latency, Zen 3). What is in the other lanes does not matter:
   nothing traps there. Where it compares |x| with a constant, which only decides about a branch, it compares the bits in a general register. */
void emit_llvm_integers_in_vectors(LLVMValueRef function);

#endif
