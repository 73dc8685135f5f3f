#include "runtime/measure/verify.h"

#include "runtime/measure/judge.h"
#include "runtime/measure/verify_kinds.h"
#include "runtime/prog/specials.h"

#include <math.h>
#include <stdio.h>

static Status check_case(const Prog *prog, const Goal *goal, Err *err)
{
    const Status status = goal_check(goal, err);
    if (status != OK) return status;
    if (!prog_is_valid(prog, err) || !prog_is_kind(prog, KIND_MACHINE, err)) return ERR_INPUT;
    if (prog->n_inputs != goal->n_variables)
        return fail(err, ERR_INPUT, "the program has %d inputs, the function %d", prog->n_inputs,
                    goal->n_variables);
    const char *wanted = type_info(goal->type)->name;
    for (int i = 0; i < prog->n_inputs; i++)
        if (prog->node[i].type != goal->type)
            return fail(err, ERR_INPUT, "input %s of the program is %s, but the goal is in %s",
                        prog->input_name[i], type_info(prog->node[i].type)->name, wanted);
    if (prog_type(prog) != goal->type)
        return fail(err, ERR_INPUT, "the program's result is %s, but the goal is in %s",
                    type_info(prog_type(prog))->name, wanted);
    return OK;
}

/* The value to be hit at x: the goal's exact points first, then the function. */
static Status wanted_bits(Judge *judge, const double *x, uint64_t *bits, Err *err)
{
    const Goal *goal = judge->goal;
    for (int i = 0; i < goal->n_exact && goal->n_variables == 1; i++)
        if (goal->exact[i].x == x[0]) {
            *bits = bits_from_value(goal->type, goal->exact[i].y);
            return OK;
        }
    return oracle_round(judge->oracle[0], x, goal->type, bits, NULL, err);
}

Status report_found(Judge *judge, Report *report, const Found *found, Err *err)
{
    const Goal *goal = judge->goal;
    report->max_ulp = found->worst[BOUND_ULP].error;
    report->max_rel = found->worst[BOUND_REL].error;
    report->max_abs = found->worst[BOUND_ABS].error;
    report->n_points = found->n_points;
    if (report->max_abs < 0)
        return fail(err, ERR_INPUT, "there is nothing to judge: every input is excluded");
    report->n_wrong = found->n_wrong;
    /* The oracle's errors are good to a millionth; that of correct rounding is known to be no more than this. */
    if (found->n_wrong == 0) report->max_ulp = fmin(report->max_ulp, 0.5);
    const Worst *worst = &found->worst[goal->bound.kind];
    for (int i = 0; i < goal->n_variables; i++) report->worst_input[i] = worst->x[i];
    report->worst_got = worst->got;
    uint64_t bits;
    const Status status = wanted_bits(judge, worst->x, &bits, err);
    if (status == OK) report->worst_want = value_from_bits(goal->type, bits);
    return status;
}

/* Runs the program on the special inputs and notes what came out. */
static Status look_at_specials(Judge *judge, Report *report, Err *err)
{
    const Goal *goal = judge->goal;
    double x[SPECIALS_MAX];
    const char *what[SPECIALS_MAX];
    const int n = special_inputs(&goal->domain[0], goal->type, x, what);
    for (int i = 0; i < n && report->n_specials < REPORT_SPECIALS_MAX; i++) {
        Special *special = &report->special[report->n_specials];
        uint64_t in[1], out[1]; /* room for one value of any type */
        packed_set(goal->type, in, 0, x[i]);
        const void *const arrays[] = {in};
        judge_run(judge, 0, arrays, out, 1);
        Status status = judge_check_code(judge, 0, arrays, out, 1, err);
        if (status != OK) return status;
        snprintf(special->what, sizeof special->what, "%s", what[i]);
        special->x = bits_from_value(goal->type, x[i]);
        special->got = bits_from_value(goal->type, packed_value(goal->type, out, 0));
        special->in_domain = domain_has(&goal->domain[0], goal->type, x[i]);
        status = wanted_bits(judge, &x[i], &special->want, err);
        /* Outside the domain nobody asked for a value: one that cannot be told is left out. */
        if (status == ERR_UNDECIDED && !special->in_domain) continue;
        if (status != OK) return status;
        const double want = value_from_bits(goal->type, special->want);
        if (specials_exclude(goal->excluded, goal->type, &x[i], 1, want))
            special->in_domain = false;
        report->n_specials++;
    }
    return OK;
}

Status verify(Report *report, const Prog *prog, const Goal *goal, const VerifyOptions *options,
              Err *err)
{
    static const VerifyOptions DEFAULTS;
    if (options == NULL) options = &DEFAULTS;
    *report = (Report){.method = METHOD_SAMPLED};
    Judge judge;
    Status status = check_case(prog, goal, err);
    if (status != OK) return status;
    if ((status = judge_init(&judge, prog, goal, options, err)) != OK) goto done;
    if (goal->type == TYPE_REAL) {
        status = verify_real(&judge, report, err);
        goto done;
    }
    if (goal->n_variables == 1 && goal->type != TYPE_F64)
        status = verify_every_float(&judge, report, err);
    else
        status = verify_samples(&judge, report, err);
    if (status == OK && goal->n_variables == 1) status = look_at_specials(&judge, report, err);
done:
    judge_release(&judge);
    return status;
}
