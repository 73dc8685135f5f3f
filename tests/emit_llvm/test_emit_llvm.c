/* The LLVM emitter as passes use it: inlined, in vectors, safe from contraction. */
#include "runtime/emit/emit_llvm.h"
#include "runtime/emit/emit_object_module.h"
#include "runtime/prog/prog_text.h"
#include "tests/support/build.h"
#include "tests/support/random_prog.h"

#include <llvm-c/Analysis.h>
#include <llvm-c/Transforms/PassBuilder.h>
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
                                           .is_likely = round % 4 == 3,
                                           .allow_fma = target->has_fma,
                                           .allow_scaling = target->has_scaling,
                                           .allow_tables = true};
                const Prog prog = random_prog(&random, &rng);
                const EmitOptions options = {.target = target,
                                             .fence_products = round % 2,
                                             .name_values = round % 3 == 0,
                                             .may_branch = round % 5 < 3,
                                             .vectors = round % 3 ? 1 << round % 4 : 0};
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

/* The blocks of a function of one value, x < 1 ? a chain of n products : x. */
static unsigned n_blocks(int n, bool may_branch)
{
    Prog prog;
    prog_init(&prog);
    const Ref x = prog_add_input(&prog, TYPE_F32, "x"), one = prog_add_const(&prog, TYPE_F32, 1);
    const Ref is_small = prog_add(&prog, OP_LT, x, one, 0);
    Ref y = prog_add(&prog, OP_MUL, x, x, 0); /* both sides need it */
    const Ref square = y;
    for (int i = 0; i < n; i++) y = prog_add(&prog, OP_MUL, y, x, 0);
    prog_add(&prog, OP_SELECT, is_small, y, square);
    LLVMContextRef context = LLVMContextCreate();
    LLVMModuleRef module = LLVMModuleCreateWithNameInContext("m", context);
    const EmitOptions options = {.target = target_find("x86-64-v3"), .may_branch = may_branch};
    LLVMValueRef function = emit_llvm_function(module, &prog, "f", 1, &options);
    const unsigned n_found = LLVMCountBasicBlocks(function);
    LLVMDisposeModule(module);
    LLVMContextDispose(context);
    return n_found;
}

static void what_is_much_on_one_side_is_a_branch(void **state)
{
    assert_int_equal(n_blocks(100, true), 4);
    assert_int_equal(n_blocks(100, false), 1);
    assert_int_equal(n_blocks(8, true), 1);
}

/* Lookups in whole vectors, folded by LLVM for constant indices: so the permutes of processors that are
   not here can be checked too. Constants are unique in a context, so equal ones are one pointer. */
static void check_folded_lookup(const Target *target, Type type, int count, int lanes, Rng *rng)
{
    Prog prog;
    prog_init(&prog);
    prog_add_input(&prog, TYPE_I32, "i");
    uint64_t entry[PROG_TABLE_MAX];
    for (int i = 0; i < count; i++)
        entry[i] = type_is_float(type) ? bits_from_value(type, i * 1.5 + 1) : (uint64_t)i * 3 + 1;
    const int table = prog_add_table(&prog, type, count, entry);
    prog_add_typed(&prog, OP_LOOKUP, type, 0, (Ref)table, 0);

    LLVMContextRef context = LLVMContextCreate();
    LLVMModuleRef module = LLVMModuleCreateWithNameInContext("m", context);
    LLVMTypeRef i32 = LLVMInt32TypeInContext(context);
    LLVMSetTarget(module, target->triple);
    const EmitOptions options = {.target = target};
    LLVMValueRef function = emit_llvm_function(module, &prog, "f", lanes, &options);
    LLVMTypeRef element = LLVMGetElementType(LLVMGetReturnType(LLVMGlobalGetValueType(function)));
    LLVMValueRef index[16], want[16];
    for (int k = 0; k < lanes; k++) {
        const uint64_t i = rng_next(rng);
        index[k] = LLVMConstInt(i32, i, 0);
        const uint64_t bits = entry[i % (uint64_t)count];
        want[k] = type == TYPE_F32 || type == TYPE_F64
                      ? LLVMConstReal(element, value_from_bits(type, bits))
                      : LLVMConstInt(element, bits, 0);
    }
    LLVMReplaceAllUsesWith(LLVMGetParam(function, 0), LLVMConstVector(index, (unsigned)lanes));
    LLVMTargetMachineRef machine; /* knows what the permutes do */
    assert_int_equal(target_machine_new(&machine, target, NULL), OK);
    LLVMPassBuilderOptionsRef pass_options = LLVMCreatePassBuilderOptions();
    assert_null(LLVMRunPasses(module, "instcombine", machine, pass_options));
    LLVMDisposePassBuilderOptions(pass_options);
    LLVMDisposeTargetMachine(machine);
    LLVMValueRef end = LLVMGetBasicBlockTerminator(LLVMGetEntryBasicBlock(function));
    if (!end || LLVMGetOperand(end, 0) != LLVMConstVector(want, (unsigned)lanes)) {
        fail_msg("%s, %d entries: %s", target->name, count, LLVMPrintModuleToString(module));
    }
    LLVMDisposeModule(module);
    LLVMContextDispose(context);
}

static void permutes_find_the_right_entries(void **state)
{
    static const Type TYPES[] = {TYPE_F32, TYPE_F64, TYPE_I32, TYPE_I64, TYPE_BF16};
    const char *const targets[] = {"x86-64-v3", "x86-64-v4"};
    Rng rng = rng_new(62, 0);
    for (int t = 0; t < 2; t++)
        for (size_t i = 0; i < sizeof TYPES / sizeof TYPES[0]; i++)
            for (int count = 1; count <= PROG_TABLE_MAX; count *= 2)
                for (int lanes = 8; lanes <= 16; lanes *= 2)
                    for (int round = 0; round < 4; round++)
                        check_folded_lookup(target_find(targets[t]), TYPES[i], count, lanes, &rng);
}

/* How many constants the array function of x*1.5 + 2 reads from memory. */
static int read_constants(const char *target)
{
    const EmitOptions options = {.target = target_find(target)};
    const Prog prog = parse("f32 x\nf32 a = const 0x1.8p+0\nf32 b = const 0x1p+1\n"
                            "f32 p = mul x a\nf32 r = add p b\nreturn r\n");
    LLVMContextRef context = LLVMContextCreate();
    LLVMModuleRef module = LLVMModuleCreateWithNameInContext("m", context);
    emit_llvm_array(module, &prog, "g", &options);
    int n = 0;
    for (LLVMValueRef g = LLVMGetFirstGlobal(module); g; g = LLVMGetNextGlobal(g)) n++;
    LLVMDisposeModule(module);
    LLVMContextDispose(context);
    return n;
}

static void constants_of_loops_are_in_memory_for_256_bits(void **state)
{
    assert_int_equal(read_constants("x86-64-v2"), 0);
    assert_int_equal(read_constants("x86-64-v3"), 2);
    assert_int_equal(read_constants("x86-64-v4"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fenced_products_are_not_contracted),
        cmocka_unit_test(permutes_find_the_right_entries),
        cmocka_unit_test(constants_of_loops_are_in_memory_for_256_bits),
        cmocka_unit_test(functions_of_every_width_are_valid_ir),
        cmocka_unit_test(what_is_much_on_one_side_is_a_branch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
