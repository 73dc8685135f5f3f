/* The LLVM emitter as passes use it: inlined, in vectors, safe from contraction. */
#include "runtime/emit/emit_llvm.h"
#include "runtime/prog/prog_text.h"
#include "tests/support/build.h"
#include "tests/support/random_prog.h"

#include <llvm-c/Analysis.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static Prog parse(const char *text)
{
    Prog prog;
    Err err = {0};
    if (prog_parse(&prog, text, strlen(text), 0, NULL, &err) != OK) fail_msg("%s", err.text);
    return prog;
}

/* Assembly of the Prog's function from an LLVM that may contract. */
static Text contracted(const Prog *prog, bool fence, const char *folder)
{
    const Target *target = target_find("x86-64-v3");
    const EmitOptions options = {.target = target, .fence_products = fence};
    LLVMContextRef context = LLVMContextCreate();
    LLVMModuleRef module = LLVMModuleCreateWithNameInContext("m", context);
    LLVMSetTarget(module, target->triple);
    emit_llvm_function(module, prog, "f", 1, &options);
    char *ir = LLVMPrintModuleToString(module), *path = path_in(folder, "f.ll");
    assert_int_equal(text_write_file(path, ir, strlen(ir), NULL), OK);
    const char *const argument[] = {"llc-19", "-fp-contract=fast", "-o", "-", path, NULL};
    Text assembly = {0};
    if (run_program(argument, NULL, NULL, &assembly) != 0) fail_msg("%s", text_get(&assembly));
    LLVMDisposeMessage(ir);
    LLVMDisposeModule(module);
    LLVMContextDispose(context);
    free(path);
    return assembly;
}

/* The same Prog fuses without the fence, so the test would notice if it did nothing. */
static void fenced_products_are_not_contracted(void **state)
{
    if (!is_installed("llc-19")) skip();
    const char *const texts[] = {
        "f32 x\nf32 y\nf32 z\nf32 p = mul x y\nf32 r = add p z\nreturn r\n",
        "f64 x\nf64 y\nf64 z\nf64 p = mul x y\nf64 q = neg p\nf64 r = sub z q\nreturn r\n",
        "f32 x\nf32 y\nf32 p = mul x y\nf32 q = mul y y\nf32 r = sub p q\nreturn r\n",
    };
    char *folder = folder_new();
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const Prog prog = parse(texts[i]);
        Text open = contracted(&prog, false, folder), fenced = contracted(&prog, true, folder);
        assert_non_null(strstr(text_get(&open), "vfm"));
        assert_null(strstr(text_get(&fenced), "vfm"));
        assert_null(strstr(text_get(&fenced), "vfnm"));
        text_release(&open);
        text_release(&fenced);
    }
    folder_remove(folder);
}

/* Every width, target and option gives IR that LLVM's verifier accepts. */
static void functions_of_every_width_are_valid_ir(void **state)
{
    Rng rng = rng_new(61, 0);
    for (const Target *target = TARGETS; target->name; target++)
        for (int lanes = 1; lanes <= 16; lanes *= 2)
            for (int round = 0; round < 20; round++) {
                const RandomProg random = {.type = (Type)(TYPE_F16 + round % 7),
                                           .n_inputs = 1 + round % 2,
                                           .n_ops = 20,
                                           .allow_fma = target->has_fma,
                                           .allow_tables = true};
                const Prog prog = random_prog(&random, &rng);
                const EmitOptions options = {.target = target,
                                             .fence_products = round % 2,
                                             .name_values = round % 3 == 0,
                                             .unroll = round % 4};
                Err err = {0};
                assert_int_equal(emit_llvm_check(&prog, target, &err), OK);
                LLVMContextRef context = LLVMContextCreate();
                LLVMModuleRef module = LLVMModuleCreateWithNameInContext("m", context);
                emit_llvm_function(module, &prog, "f", lanes, &options);
                emit_llvm_array(module, &prog, "g", &options);
                char *message = NULL;
                if (LLVMVerifyModule(module, LLVMReturnStatusAction, &message))
                    fail_msg("%s", message);
                LLVMDisposeMessage(message);
                LLVMDisposeModule(module);
                LLVMContextDispose(context);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fenced_products_are_not_contracted),
        cmocka_unit_test(functions_of_every_width_are_valid_ir),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
