/* The C API: states a goal, finds a program, judges it, compiles it, and calls it for one value and for an array.

       cc library.c $(pkg-config --cflags --libs approxcc) -o library */
#include <approx.h>

#include <math.h>
#include <stdio.h>

/* Says what went wrong; the result is main's. */
static int complain(approx_status status, const approx_error *error)
{
    fprintf(stderr, "%s: %s\n", approx_status_name(status), error->text);
    return 1;
}

static void print_report(const approx_program *program)
{
    static const char *const METHODS[] = {"sampled", "exhaustive", "proven"};
    approx_report report;
    if (!approx_program_report(program, &report)) return;
    printf("%d operations, largest error %.3f ulp at %a, %s, %llu inputs\n",
           approx_program_operations(program), report.max_ulp, report.worst_input[0],
           METHODS[report.method], (unsigned long long)report.points);
}

/* The largest difference from libm's, which is right to 2^-53 here. */
static void call(const approx_function *function)
{
    enum { N = 1000 };
    float x[N], y[N];
    double worst = 0;
    for (int i = 0; i < N; i++) x[i] = 1 + (float)i / N;
    approx_call_array(function, (const void *const[]){x}, y, N);
    for (int i = 0; i < N; i++) worst = fmax(worst, fabs(y[i] - exp2(x[i])));
    printf("2^1.5 is %.7g; at %d points of [1,2) within %.1e of libm's\n",
           approx_call(function, (const double[]){1.5}), N, worst);
}

int main(void)
{
    const char *const wanted[] = {"type=f32", "domain=[1,2]", "max-error=1ulp", NULL};
    const char *const how[] = {"budget=3s", NULL};
    approx_goal *goal = NULL;
    approx_program *program = NULL;
    approx_function *function = NULL;
    approx_error error;
    approx_status status = approx_goal_parse(&goal, "exp2(x)", wanted, &error);
    if (status == APPROX_OK) status = approx_find(&program, goal, how, &error);
    if (status == APPROX_OK) status = approx_program_verify(program, NULL, &error);
    if (status == APPROX_OK) status = approx_compile(&function, program, &error);
    const int code = status == APPROX_OK ? 0 : complain(status, &error);
    if (code == 0) {
        print_report(program);
        call(function);
    }
    approx_function_free(function);
    approx_program_free(program);
    approx_goal_free(goal);
    return code;
}
