/* --from-scratch knows no mathematics. Every door to what is known (forms, transforms, the reference as a program) is wrapped
   by the linker (tests/CMakeLists.txt names them) and counts who comes through: nobody from scratch, and somebody
   else, so that a door that has moved is noticed. */
#include "search/search.h"

#include "frontend/spec.h"
#include "search/classical.h"
#include "search/reals/exact.h"
#include "search/reals/mutate_change.h"
#include "search/reals/structures.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef enum {
    DOOR_CLASSICAL,
    DOOR_REFERENCE,
    DOOR_COMPOSING,
    DOOR_STRUCTURES,
    DOOR_TRANSFORM
} Door;
enum { N_DOORS = DOOR_TRANSFORM + 1 };

static const char *const NAMES[] = {"classical_list", "exact_reference", "mutate_composing",
                                    "structures_new", "transform_outer"};

static _Atomic int passed[N_DOORS]; /* the wrapped functions have no other place for it */

Status __real_classical_list(ClassicalList *list, const Goal *goal, int ops_most, int n_threads,
                             Err *err);
Status __wrap_classical_list(ClassicalList *list, const Goal *goal, int ops_most, int n_threads,
                             Err *err);
Status __wrap_classical_list(ClassicalList *list, const Goal *goal, int ops_most, int n_threads,
                             Err *err)
{
    passed[DOOR_CLASSICAL]++;
    return __real_classical_list(list, goal, ops_most, n_threads, err);
}

bool __real_exact_reference(const Problem *problem, Prog *out);
bool __wrap_exact_reference(const Problem *problem, Prog *out);
bool __wrap_exact_reference(const Problem *problem, Prog *out)
{
    passed[DOOR_REFERENCE]++;
    return __real_exact_reference(problem, out);
}

const Change *__real_mutate_composing(Rng *rng);
const Change *__wrap_mutate_composing(Rng *rng);
const Change *__wrap_mutate_composing(Rng *rng)
{
    passed[DOOR_COMPOSING]++;
    return __real_mutate_composing(rng);
}

Structures *__real_structures_new(const DagOps *ops, const Approximand *approximand,
                                  const StructuresOptions *options);
Structures *__wrap_structures_new(const DagOps *ops, const Approximand *approximand,
                                  const StructuresOptions *options);
Structures *__wrap_structures_new(const DagOps *ops, const Approximand *approximand,
                                  const StructuresOptions *options)
{
    passed[DOOR_STRUCTURES]++;
    return __real_structures_new(ops, approximand, options);
}

bool __real_transform_outer(const Transform *transform, Dag *g);
bool __wrap_transform_outer(const Transform *transform, Dag *g);
bool __wrap_transform_outer(const Transform *transform, Dag *g)
{
    passed[DOOR_TRANSFORM]++;
    return __real_transform_outer(transform, g);
}

enum { GENERATIONS = 14 }; /* by then everything is in use */

static void search(const char *what, bool from_scratch, int generations)
{
    const SpecText spec = {.what = what,
                           .type = "real",
                           .domain = {"[0,1]"},
                           .n_domains = 1,
                           .max_error = "30digits",
                           .ops = "+,-,*,/",
                           .target = "x86-64-v3"};
    const SearchOptions options = {.seed = 1,
                                   .n_threads = 2,
                                   .max_generations = generations,
                                   .from_scratch = from_scratch,
                                   .want_front = true};
    Goal *goal = calloc(1, sizeof *goal);
    Search *s = NULL;
    Err err = {0};
    for (int i = 0; i < N_DOORS; i++) passed[i] = 0;
    Status status = spec_to_goal(goal, &spec, &err);
    if (status == OK) status = search_new(&s, goal, &options, &err);
    if (status == OK) status = search_run(s, &err);
    if (status != OK) fail_msg("%s", err.text);
    assert_true(search_state(s)->n_fits > 1000 && search_state(s)->n_front > 3);
    search_free(s);
    free(goal);
}

static void nothing_known_is_used_from_scratch(void **state)
{
    (void)state;
    search("exp2", true, GENERATIONS);
    for (int i = 0; i < N_DOORS; i++)
        if (passed[i] > 0) fail_msg("%s was called %d times", NAMES[i], passed[i]);
}

static void all_that_is_known_is_used_otherwise(void **state)
{
    (void)state;
    search("exp2", false, GENERATIONS);
    for (int i = 0; i < N_DOORS; i++)
        if (passed[i] == 0) fail_msg("%s was not called: has its door moved?", NAMES[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_known_is_used_from_scratch),
        cmocka_unit_test(all_that_is_known_is_used_otherwise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
