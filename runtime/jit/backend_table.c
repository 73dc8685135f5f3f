/* The table behind backend_load: the one thing that libapprox-llvm.so exports. */
#include "runtime/emit/backend.h"
#include "runtime/emit/emit_object.h"
#include "runtime/emit/emit_object_variants.h"
#include "runtime/jit/call.h"
#include "runtime/jit/jit.h"

#include <llvm-c/Core.h>
#include <llvm-c/TargetMachine.h>
#include <pthread.h>
#include <stdio.h>

static char cpu_name[64], version_text[32];

static void fill_names(void)
{
    char *cpu = LLVMGetHostCPUName();
    snprintf(cpu_name, sizeof cpu_name, "%s", cpu);
    LLVMDisposeMessage(cpu);
    unsigned major, minor, patch;
    LLVMGetVersion(&major, &minor, &patch);
    snprintf(version_text, sizeof version_text, "%u.%u.%u", major, minor, patch);
}

static void fill_names_once(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, fill_names);
}

static const char *host_cpu(void)
{
    fill_names_once();
    return cpu_name;
}

static const char *llvm_version(void)
{
    fill_names_once();
    return version_text;
}

extern const Backend approx_backend_table;
__attribute__((visibility("default"))) const Backend approx_backend_table = {
    .layout = BACKEND_LAYOUT,
    .emit = emit_object,
    .emit_variants = emit_object_variants,
    .array_turn = emit_array_turn,
    .jit_new = jit_new,
    .jit_free = jit_free,
    .jit_compile = jit_compile,
    .jit_drop = jit_drop,
    .jit_turn = jit_turn,
    .call_new = call_new,
    .call_free = call_free,
    .call_bits = call_bits,
    .host_cpu = host_cpu,
    .llvm_version = llvm_version,
};
