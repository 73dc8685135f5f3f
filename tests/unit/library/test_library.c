/* Which forms a library has, and by which programs. */
#include "runtime/library/library.h"

#include "runtime/base/temporary.h"
#include "runtime/library/c_names.h"
#include "tests/support/parsed.h"

#include <dlfcn.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static Library *library_of(const char *target, const char *prefix)
{
    Library *library = NULL;
    Err err = {0};
    if (library_new(&library, target, prefix, false, &err) != OK) fail_msg("%s", err.text);
    return library;
}

static bool add(Library *library, const char *what, const char *type, const char *bound)
{
    Err err = {0};
    bool is_there = false;
    Goal *goal = parsed_spec((SpecText){.what = what, .type = type, .max_error = bound});
    if (library_add(library, goal, &is_there, &err) != OK) fail_msg("%s", err.text);
    free(goal);
    return is_there;
}

static const LibraryForm *form_of(const LibraryFunction *function, const char *symbol,
                                  const char *level)
{
    for (int i = 0; i < function->n_forms; i++)
        if (strcmp(function->form[i].symbol, symbol) == 0 &&
            (!level || strcmp(function->form[i].level->name, level) == 0))
            return &function->form[i];
    return NULL;
}

static void names_are_those_of_the_vector_abi(void **state)
{
    static const struct {
        int isa;
        Type type;
        int n;
        const char *symbol, *name;
    } CASES[] = {
        {0, TYPE_F32, 1, "expf", "_ZGVbN4v_expf"},    {1, TYPE_F32, 1, "expf", "_ZGVcN8v_expf"},
        {2, TYPE_F32, 2, "powf", "_ZGVdN8vv_powf"},   {3, TYPE_F32, 1, "expf", "_ZGVeN16v_expf"},
        {0, TYPE_F64, 1, "exp", "_ZGVbN2v_exp"},      {2, TYPE_F64, 1, "exp", "_ZGVdN4v_exp"},
        {3, TYPE_F64, 2, "atan2", "_ZGVeN8vv_atan2"}, {4, TYPE_F32, 1, "expf", "_ZGVnN2v_expf"},
        {5, TYPE_F32, 1, "expf", "_ZGVnN4v_expf"},    {5, TYPE_F64, 1, "exp", "_ZGVnN2v_exp"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Text name = {0};
        vector_abi_name(&name, &VECTOR_ISAS[CASES[i].isa], CASES[i].type, CASES[i].n,
                        CASES[i].symbol);
        assert_string_equal(text_get(&name), CASES[i].name);
        text_release(&name);
    }
}

static void fused_programs_are_for_levels_that_fuse(void **state)
{
    Library *library = library_of("x86-64-v4", "");
    assert_true(add(library, "exp", "f32", "1ulp"));
    const LibraryFunction *f = library->function[0];
    const Entry *program = form_of(f, "expf", NULL)->entry;
    assert_ptr_equal(form_of(f, "approx_expf_array", NULL)->entry, program);
    assert_ptr_equal(form_of(f, "_ZGVdN8v_expf", NULL)->entry, program);
    assert_ptr_equal(form_of(f, "_ZGVeN16v_expf", NULL)->entry, program);
    for (int i = 0; i < f->n_forms; i++)
        if (!f->form[i].level->has_fma) assert_false(prog_has_op(&f->form[i].entry->prog, OP_FMA));
    const LibraryForm *b = form_of(f, "_ZGVbN4v_expf", NULL),
                      *c = form_of(f, "_ZGVcN8v_expf", NULL);
    assert_true((b == NULL) == (c == NULL));
    assert_true((b == NULL) == (f->lacking != NULL));
    if (b) {
        assert_string_equal(b->level->name, "x86-64-v2");
        assert_ptr_equal(b->entry, c->entry);
        assert_string_equal(c->isa->cpu, "sandybridge");
    } else {
        assert_string_equal(f->lacking->name, "x86-64-v2");
    }
    library_free(library);
}

static void any_architecture_is_served_by_what_it_can_compute(void **state)
{
    Library *library = library_of("aarch64", "");
    assert_true(add(library, "exp", "f32", "1ulp"));
    const LibraryFunction *f = library->function[0];
    assert_non_null(form_of(f, "_ZGVnN4v_expf", "aarch64"));
    assert_int_equal(form_of(f, "_ZGVnN2v_expf", "aarch64")->lanes, 2);
    assert_false(library_has_form(f, 'd'));
    assert_null(f->lacking);
    library_free(library);
}

/* A function without a program for the least level cannot be chosen at run time: every processor needs one. */
static void what_is_chosen_at_run_time_has_all_levels(void **state)
{
    Library *library = library_of("x86-64-multi", "");
    assert_int_equal(library->target.n_levels, 3);
    assert_true(add(library, "exp", "f32", "1ulp"));
    const LibraryFunction *f = library->function[0];
    const bool has_least = form_of(f, "_ZGVbN4v_expf", NULL) != NULL;
    for (int i = 0; i < library->target.n_levels; i++) {
        const char *level = library->target.level[i]->name;
        assert_true((form_of(f, "expf", level) != NULL) == has_least);
        assert_true((form_of(f, "approx_expf_array", level) != NULL) == has_least);
    }
    assert_non_null(form_of(f, "_ZGVdN8v_expf", NULL));
    library_free(library);
}

/* Tables that AVX-512 permutes in one instruction take AVX2 several. */
static void levels_share_what_is_about_as_cheap_for_them(void **state)
{
    Library *several = library_of("x86-64-multi", ""), *one = library_of("x86-64-v4", "");
    assert_true(add(several, "tanh", "f32", "1ulp") && add(several, "exp", "f32", "1ulp"));
    assert_true(add(one, "tanh", "f32", "1ulp"));
    const LibraryFunction *tanhf = several->function[0], *expf = several->function[1];
    assert_ptr_not_equal(form_of(tanhf, "tanhf", "x86-64-v4")->entry,
                         form_of(tanhf, "tanhf", "x86-64-v3")->entry);
    assert_ptr_equal(form_of(tanhf, "tanhf", "x86-64-v3")->entry,
                     form_of(tanhf, "_ZGVdN8v_tanhf", NULL)->entry);
    assert_ptr_equal(form_of(expf, "expf", "x86-64-v4")->entry,
                     form_of(expf, "expf", "x86-64-v3")->entry);
    /* A library for one level has the same bits in all forms that may have them. */
    assert_ptr_equal(form_of(one->function[0], "tanhf", NULL)->entry,
                     form_of(one->function[0], "_ZGVdN8v_tanhf", NULL)->entry);
    library_free(several);
    library_free(one);
}

static void what_c_has_no_name_for_does_not_take_one(void **state)
{
    assert_true(c_name_is_known("exp"));
    assert_false(c_name_is_known("lgamma")); /* it sets signgam */
    assert_false(c_name_is_known("sigmoid"));
    Library *library = library_of("x86-64-v3", "my_");
    assert_true(add(library, "exp", "f32", "1ulp"));
    assert_string_equal(library->function[0]->symbol, "my_expf");
    assert_string_equal(library->function[0]->array_symbol, "my_expf_array");
    assert_non_null(form_of(library->function[0], "_ZGVdN8v_my_expf", NULL));
    library_free(library);
}

static void what_the_catalogue_lacks_is_not_there(void **state)
{
    Library *library = library_of("x86-64-v3", "");
    Err err = {0};
    assert_false(add(library, "erf", "f32", "0.5001ulp"));
    assert_int_equal(library->n, 0);
    Goal *goal = parsed_spec((SpecText){.what = "exp", .type = "f16", .max_error = "1ulp"});
    bool is_there = true;
    assert_int_equal(library_add(library, goal, &is_there, &err), ERR_UNSUPPORTED);
    free(goal);
    library_free(library);
    library = NULL;
    assert_int_equal(library_new(&library, "x86-64-v9", "", false, &err), ERR_INPUT);
    assert_int_equal(library_new(&library, "x86-64-v3", "a-b", false, &err), ERR_INPUT);
    assert_null(library);
}

/* A library for this machine with exp, loaded. */
typedef struct {
    Library *built;
    Folder files;
    void *loaded;
} Loaded;

static Loaded loaded_of_exp(const char *target)
{
    Loaded l = {.built = library_of(target, "")};
    Err err = {0};
    assert_true(add(l.built, "exp", "f32", "1ulp"));
    assert_int_equal(library_files(l.built, &l.files, "0", &err), OK);
    if (library_load(&l.loaded, &l.files, &err) != OK) fail_msg("%s", err.text);
    return l;
}

static void loaded_release(Loaded *l)
{
    dlclose(l->loaded);
    folder_release(&l->files);
    library_free(l->built);
}

/* A claim that is too good is found, by the compiled code. */
static void a_broken_claim_is_found(void **state)
{
    Loaded l = loaded_of_exp("native");
    LibraryFunction *function = l.built->function[0];
    LibraryJudged judged = {0};
    Err err = {0};
    const LibraryJudging how = {.n_threads = 1, .stride = 1000003};
    if (library_judge(function, l.loaded, &how, &judged, &err) != OK) fail_msg("%s", err.text);
    assert_int_equal(judged.n_programs, function->n_entries);
    assert_int_equal(judged.n_forms + judged.n_left, function->n_forms);
    function->entry[0]->report.max_ulp = 0.6;
    assert_int_equal(library_judge(function, l.loaded, &how, &judged, &err), ERR_INPUT);
    assert_non_null(strstr(err.text, "expf"));
    loaded_release(&l);
}

/* One program is given another sign: each form that is compiled from it is found. */
static void a_form_with_other_bits_is_found(void **state)
{
    Loaded l = loaded_of_exp("native");
    LibraryFunction *function = l.built->function[0];
    const LibraryJudging how = {.n_threads = 2, .stride = 100003};
    for (int e = 0; e < function->n_entries; e++) {
        Prog *prog = &function->entry[e]->prog;
        const int n = prog->n;
        prog_add(prog, OP_NEG, prog_result(prog), 0, 0);
        for (int k = 0; k < function->n_forms; k++) {
            LibraryFunction one = *function;
            LibraryJudged judged = {0};
            Err err = {0};
            one.form[0] = function->form[k];
            one.n_forms = 1;
            const Status status = library_compare_forms(&one, l.loaded, &how, &judged, &err);
            const bool is_wrong = function->form[k].entry == function->entry[e] && judged.n_forms;
            if (status != (is_wrong ? ERR_INPUT : OK))
                fail_msg("%s: %d, %s", function->form[k].symbol, status, err.text);
            assert_true(!is_wrong || strstr(err.text, function->form[k].symbol));
        }
        prog->n = n;
    }
    loaded_release(&l);
}

/* Of the levels that are chosen among when the library is loaded, this machine's is compared; those that it cannot run are counted. */
static void forms_that_cannot_run_here_are_left_out(void **state)
{
    if (!target_is_runnable(target_find("x86-64-v2"))) skip();
    Loaded l = loaded_of_exp("x86-64-multi");
    const LibraryFunction *function = l.built->function[0];
    const LibraryJudging how = {.n_threads = 1, .stride = 100003};
    LibraryJudged judged = {0};
    Err err = {0};
    if (library_compare_forms(function, l.loaded, &how, &judged, &err) != OK)
        fail_msg("%s", err.text);
    assert_int_equal(judged.n_forms + judged.n_left, function->n_forms);
    const bool has_avx512 = target_is_runnable(target_find("x86-64-v4"));
    const bool has_avx2 = target_is_runnable(target_find("x86-64-v3"));
    /* scalar, array and b; c and d; e */
    assert_int_equal(judged.n_forms, 3 + 2 * has_avx2 + has_avx512);
    loaded_release(&l);
}

/* A row that computes sin in one operation, for processors without fma, and says that it is good. */
static Store *store_of_sine(const char *file, bool is_judged)
{
    Store *store = NULL;
    StoreChange change;
    Err err = {0};
    StoreRow *row = xcalloc(1, sizeof *row);
    Goal *goal = parsed_spec(
        (SpecText){.what = "sin", .type = "f32", .max_error = "1ulp", .target = "x86-64-v2"});
    row->entry.goal = *goal;
    const Ref x = prog_add_input(&row->entry.prog, TYPE_F32, "x");
    prog_add(&row->entry.prog, OP_ADD, x, x, 0);
    row->entry.has_report = true;
    row->entry.report =
        (Report){.max_ulp = 0.75, .max_rel = 1e-7, .method = METHOD_EXHAUSTIVE, .n_points = 1};
    row->budget = INFINITY, row->is_judged = is_judged;
    snprintf(row->llvm, sizeof row->llvm, "19");
    if (store_open(&store, file, STORE_WRITE, &err) != OK) fail_msg("%s", err.text);
    if (store_put(store, row, &change, &err) != OK) fail_msg("%s", err.text);
    free(goal);
    free(row);
    return store;
}

/* It is the cheaper one for all forms, and the only one for those without fma; but a claim that was only trusted is not taken. */
static void a_cheaper_program_of_the_store_is_taken(void **state)
{
    for (int is_judged = 0; is_judged < 2; is_judged++) {
        Text file = {0};
        Err err = {0};
        assert_int_equal(temporary_file(&file, &err), OK);
        unlink(text_get(&file));
        Library *library = library_of("x86-64-v3", "");
        library->store = store_of_sine(text_get(&file), is_judged);
        assert_true(add(library, "sin", "f32", "1ulp"));
        const LibraryFunction *function = library->function[0];
        assert_int_equal(function->source[0].is_stored, is_judged);
        assert_int_equal(prog_n_ops(&form_of(function, "sinf", NULL)->entry->prog) == 1, is_judged);
        const LibraryForm *b = form_of(function, "_ZGVbN4v_sinf", NULL);
        assert_int_equal(b && b->entry == function->entry[0], is_judged);
        assert_int_equal(library->store_fault.text[0], 0);
        store_close(library->store);
        library_free(library);
        unlink(text_get(&file));
        text_release(&file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_those_of_the_vector_abi),
        cmocka_unit_test(fused_programs_are_for_levels_that_fuse),
        cmocka_unit_test(any_architecture_is_served_by_what_it_can_compute),
        cmocka_unit_test(what_is_chosen_at_run_time_has_all_levels),
        cmocka_unit_test(levels_share_what_is_about_as_cheap_for_them),
        cmocka_unit_test(what_c_has_no_name_for_does_not_take_one),
        cmocka_unit_test(what_the_catalogue_lacks_is_not_there),
        cmocka_unit_test(a_cheaper_program_of_the_store_is_taken),
        cmocka_unit_test(a_broken_claim_is_found),
        cmocka_unit_test(a_form_with_other_bits_is_found),
        cmocka_unit_test(forms_that_cannot_run_here_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
