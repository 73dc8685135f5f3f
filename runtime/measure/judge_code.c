/* The Prog under judgement as machine code, several times as fast as the interpreter.

   The claim stays one about the Prog, whose meaning is the interpreter. The code is a straight line of IEEE operations, the
   same for every lane and input, but for the rare way of a `likely`; so where it differs from the Prog (a fused or reordered operation,
   a wrong constant, another rule for NaN, zeros or saturation) it does so for a class of inputs, not for one. Three comparisons, bit for
   bit, meet those: AT_FIRST inputs of all magnitudes before anything is judged; one block of COMPARED_BLOCKS in every stretch of the
   domain while it is swept, so that no run of COMPARED_BLOCKS blocks of neighbouring floats can differ; and every single input whose
   error the second pass decides (hunt.c) and every special one, thus all that a Report tells by name. A difference ends the judging. */
#include "runtime/measure/agree.h"
#include "runtime/measure/judge.h"
#include "runtime/measure/scan.h"

enum { AT_FIRST = 1 << 14 };

/* Not having LLVM, or a Prog that cannot be compiled for this processor, is no error: the interpreter will do. */
static JitArray compile(Judge *judge)
{
    JitModule *module;
    JitArray code;
    if (backend_load(&judge->backend, NULL) != OK) return NULL;
    if (judge->backend->jit_new(&judge->jit, "native", NULL) != OK) return NULL;
    const Status status =
        judge->backend->jit_compile(judge->jit, &judge->prog, NULL, 1, &module, &code, NULL);
    return status == OK ? code : NULL;
}

Status judge_compile(Judge *judge, Err *err)
{
    const VerifyOptions *options = judge->options;
    if (options->run != NULL || options->no_code) return OK;
    const JitArray code = options->code != NULL ? options->code : compile(judge);
    if (code == NULL) return OK;
    const Status status = agree_compare(judge->prog, judge->goal, code, AT_FIRST, err);
    if (status == OK) judge->code = code;
    return status;
}

Status judge_check_code(const Judge *judge, int worker, const void *const *x, const void *y,
                        size_t n, Err *err)
{
    if (judge->code == NULL) return OK;
    uint64_t expected[SCAN_BLOCK]; /* room for any type */
    eval_run(judge->eval[worker], x, expected, n);
    return agree_bits(judge->goal, x, expected, y, n, err);
}

void judge_drop_code(Judge *judge)
{
    judge->code = NULL;
    if (judge->jit != NULL) judge->backend->jit_free(judge->jit);
    judge->jit = NULL;
}
