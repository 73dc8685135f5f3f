/* bits, text, rng, pool. */
#include "runtime/base/bits.h"
#include "runtime/base/pool.h"
#include "runtime/base/rng.h"
#include "runtime/base/temporary.h"
#include "runtime/base/text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void bits_of_16_bit_types_round_trip(void **state)
{
    (void)state;
    const Type types[] = {TYPE_F16, TYPE_BF16};
    for (int t = 0; t < 2; t++)
        for (uint64_t bits = 0; bits < 65536; bits++) {
            const double value = value_from_bits(types[t], bits);
            if (isnan(value)) continue;
            if (bits_from_value(types[t], value) != bits)
                fail_msg("%s %#llx", type_info(types[t])->name, (unsigned long long)bits);
            assert_true(bits_from_ordered(types[t], ordered_from_bits(types[t], bits)) == bits);
        }
}

#ifdef __FLT16_MAX__
static void bits_from_value_rounds_f16_as_the_compiler_does(void **state)
{
    (void)state;
    uint64_t random = 1;
    for (int i = 0; i < 200000; i++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        const float value = float_of_bits((uint32_t)(random >> 32) % 0x90000000u);
        if (isnan(value)) continue;
        const _Float16 half = (_Float16)value;
        uint16_t expected;
        memcpy(&expected, &half, sizeof expected);
        if (bits_from_value(TYPE_F16, value) != expected) fail_msg("%a", (double)value);
    }
}
#endif

static void bits_from_value_rounds_ties_to_even(void **state)
{
    (void)state;
    assert_int_equal(bits_from_value(TYPE_BF16, 0x1.01p+0), 0x3f80);
    assert_int_equal(bits_from_value(TYPE_BF16, 0x1.03p+0), 0x3f82);
    assert_int_equal(bits_from_value(TYPE_F16, 65519.99), 0x7bff);
    assert_int_equal(bits_from_value(TYPE_F16, 65520), 0x7c00);
    assert_int_equal(bits_from_value(TYPE_F16, -0x1p-25), 0x8000);
    assert_int_equal(bits_from_value(TYPE_F16, 0x1.8p-25), 0x0001);
    assert_int_equal(bits_from_value(TYPE_F16, 0x1.ffcp-15 + 0x1p-30), 0x0400);
    assert_int_equal(bits_from_value(TYPE_BF16, NAN), 0x7fc0);
}

static void ordered_integers_count_neighbours(void **state)
{
    (void)state;
    assert_true(ordered_from_value(TYPE_F32, 0.0) == 0);
    assert_true(ordered_from_value(TYPE_F32, -0.0) == -1);
    for (int64_t i = -1000; i < 1000; i++)
        assert_true(value_from_ordered(TYPE_F32, i) <= value_from_ordered(TYPE_F32, i + 1));
    assert_true(value_from_ordered(TYPE_F64, ordered_from_value(TYPE_F64, -1.5) - 1) ==
                nextafter(-1.5, -INFINITY));
}

static void ulp_of_is_the_spacing(void **state)
{
    (void)state;
    assert_true(ulp_of(TYPE_F32, 1) == 0x1p-23);
    assert_true(ulp_of(TYPE_F32, -1.99) == 0x1p-23);
    assert_true(ulp_of(TYPE_F32, 0) == 0x1p-149);
    assert_true(ulp_of(TYPE_F32, 1e-60) == 0x1p-149);
    assert_true(ulp_of(TYPE_F32, INFINITY) == 0x1p104);
    assert_true(ulp_of(TYPE_F64, 0x1p-1074) == 0x1p-1074);
    assert_true(ulp_of(TYPE_BF16, 3) == 0x1p-6);
}

static void text_write_file_is_whole_or_not_there(void **state)
{
    (void)state;
    char folder[] = "/tmp/approx-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    Text path = {0}, back = {0};
    text_add(&path, "%s/file", folder);
    Err err = {0};
    assert_int_equal(text_write_file(path.data, "abc", 3, &err), OK);
    assert_int_equal(text_read_file(&back, path.data, 100, &err), OK);
    assert_string_equal(back.data, "abc");
    assert_int_equal(text_read_file(&back, path.data, 2, &err), ERR_LIMIT);
    assert_int_equal(text_write_file(folder, "abc", 3, &err), ERR_SYSTEM);
    assert_non_null(strstr(err.text, "directory"));
    assert_int_equal(text_write_file("/nonexistent/file", "abc", 3, &err), ERR_SYSTEM);
    if (access("/dev/full", W_OK) == 0) {
        assert_int_equal(text_write_file("/dev/full", "abc", 3, &err), ERR_SYSTEM);
        assert_non_null(strstr(err.text, "No space"));
    }
    unlink(path.data);
    assert_int_equal(rmdir(folder), 0); /* nothing was left beside it */
    text_release(&path);
    text_release(&back);
}

static void temporary_files_are_where_TMPDIR_says(void **state)
{
    (void)state;
    char *const old = getenv("TMPDIR") ? xstrdup(getenv("TMPDIR")) : NULL;
    Text folder = {0}, file = {0}, none = {0};
    Err err = {0};
    unsetenv("TMPDIR");
    assert_int_equal(temporary_folder(&folder, &err), OK);
    assert_memory_equal(folder.data, "/tmp/", 5);
    setenv("TMPDIR", folder.data, 1);
    assert_int_equal(temporary_file(&file, &err), OK);
    assert_memory_equal(file.data, folder.data, folder.length);
    assert_int_equal(access(file.data, R_OK | W_OK), 0);
    assert_int_equal(unlink(file.data), 0);
    assert_int_equal(rmdir(folder.data), 0);
    assert_int_equal(temporary_file(&none, &err), ERR_SYSTEM); /* the folder is gone */
    assert_non_null(strstr(err.text, folder.data));
    assert_int_equal(none.length, 0);
    if (old)
        setenv("TMPDIR", old, 1);
    else
        unsetenv("TMPDIR");
    free(old);
    text_release(&folder);
    text_release(&file);
}

static void text_take_line_walks_whole_lines(void **state)
{
    (void)state;
    const char text[] = "one\n\nthree\nfour";
    const size_t length = strlen(text);
    char line[6] = "";
    size_t at = 0;
    assert_true(text_take_line(line, sizeof line, text, length, &at));
    assert_string_equal(line, "one");
    assert_true(text_take_line(line, sizeof line, text, length, &at));
    assert_string_equal(line, "");
    size_t again = at;
    assert_false(text_take_line(line, 5, text, length, &again)); /* no room for the end of it */
    assert_int_equal(again, at);
    assert_true(text_take_line(line, sizeof line, text, length, &at));
    assert_string_equal(line, "three");
    assert_false(text_take_line(line, sizeof line, text, length, &at)); /* it does not end */
    at = length;
    assert_false(text_take_line(line, sizeof line, text, length, &at));
}

static void text_nearest_finds_typing_errors(void **state)
{
    (void)state;
    const char *const words[] = {"exp", "exp2", "tanh", "softplus", NULL};
    assert_string_equal(text_nearest("softpls", words), "softplus");
    assert_string_equal(text_nearest("tahn", words), "tanh");
    assert_null(text_nearest("gizmo", words));
}

static void fail_at_points_at_the_fault(void **state)
{
    (void)state;
    Err err = {0};
    const char text[] = "one\ntwo three\n";
    fail_at(&err, ERR_INPUT, text, strlen(text), 8, "here");
    assert_int_equal(err.line, 2);
    assert_int_equal(err.column, 5);
    assert_string_equal(err.excerpt, "two three");
    assert_int_equal(err.caret, 4);
}

static void rng_streams_differ_and_repeat(void **state)
{
    (void)state;
    Rng a = rng_new(1, 0), b = rng_new(1, 0), c = rng_new(1, 1);
    int n_equal = 0;
    double sum = 0, squares = 0;
    for (int i = 0; i < 10000; i++) {
        const uint64_t x = rng_next(&a);
        assert_true(x == rng_next(&b));
        n_equal += x == rng_next(&c);
        assert_true(rng_below(&b, 7) < 7);
        a = b;
        const double normal = rng_normal(&c);
        sum += normal, squares += normal * normal;
    }
    assert_int_equal(n_equal, 0);
    assert_true(fabs(sum / 10000) < 0.05 && fabs(squares / 10000 - 1) < 0.08);
}

static void count_piece(void *context, int piece, int worker)
{
    (void)worker;
    ((int *)context)[piece]++;
}

static void pool_runs_every_piece_once(void **state)
{
    (void)state;
    int counts[1000] = {0};
    pool_run(4, 1000, count_piece, counts);
    for (int i = 0; i < 1000; i++) assert_int_equal(counts[i], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bits_of_16_bit_types_round_trip),
#ifdef __FLT16_MAX__
        cmocka_unit_test(bits_from_value_rounds_f16_as_the_compiler_does),
#endif
        cmocka_unit_test(bits_from_value_rounds_ties_to_even),
        cmocka_unit_test(ordered_integers_count_neighbours),
        cmocka_unit_test(ulp_of_is_the_spacing),
        cmocka_unit_test(text_write_file_is_whole_or_not_there),
        cmocka_unit_test(temporary_files_are_where_TMPDIR_says),
        cmocka_unit_test(text_take_line_walks_whole_lines),
        cmocka_unit_test(text_nearest_finds_typing_errors),
        cmocka_unit_test(fail_at_points_at_the_fault),
        cmocka_unit_test(rng_streams_differ_and_repeat),
        cmocka_unit_test(pool_runs_every_piece_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
