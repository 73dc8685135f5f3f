/* Checkpoints: what is written is read back to the bit; damage and strangers are told. */
#include "search/reals/checkpoint.h"

#include "search/reals/reals_text.h"
#include "tests/support/parsed.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static Goal *goal_of(const char *what)
{
    return parsed_spec(
        (SpecText){.what = what, .type = "real", .domain = {"[0,1]"}, .max_error = "9digits"});
}

static RealsState *state_new(void)
{
    RealsState *state = xcalloc(1, sizeof *state);
    state->n_islands = ISLANDS;
    for (int i = 0; i < ISLANDS; i++) {
        state->island[i].level = i;
        archive_init(&state->island[i].archive);
    }
    return state;
}

static void state_free(RealsState *state)
{
    for (int i = 0; i < ISLANDS; i++) archive_release(&state->island[i].archive);
    free(state);
}

/* Random structures on every island, with odd numbers. */
static RealsState *state_random(uint64_t seed)
{
    static const Op OPS[] = {OP_ADD, OP_MUL, OP_DIV, OP_FMA, OP_SQRT};
    DagOps ops = {.n = 5, .unit = 1};
    for (int i = 0; i < 5; i++) {
        ops.op[i] = OPS[i];
        ops.may[OPS[i]] = true;
        ops.cost[OPS[i]] = 1;
    }
    RealsState *state = state_new();
    Rng rng = rng_new(seed, 0);
    state->generation = 17;
    state->n_candidates = UINT64_MAX / 3;
    state->n_fits = 12345678901u;
    state->n_seeds = -1;
    state->last_improved = 3;
    state->n_refuted = 2;
    state->refuted[1] = UINT64_MAX;
    for (int i = 0; i < 200; i++) {
        Member member = {.sent_error = i % 3 ? INFINITY : 0x1.fp-1074, .n_starts = UINT32_MAX};
        if (!mutate_random(1 + i % 9, &ops, &rng, &member.dag)) continue;
        for (int k = 0; k < member.dag.n_constants; k++)
            member.dag.c[k] = (Quad)(rng_unit(&rng) - 0.5) / 3;
        member.fingerprint = dag_fingerprint(&member.dag);
        member.error = rng_unit(&rng);
        snprintf(member.origin, sizeof member.origin, "%s", i % 2 ? "drop node" : "");
        archive_add(&state->island[i % ISLANDS].archive, &member, dag_units(&member.dag, &ops));
        archive_note_seen(&state->island[i % ISLANDS].archive, member.fingerprint);
        state->discovery[i % SHELVES] = (Discovery){.is_there = true,
                                                    .dag = member.dag,
                                                    .is_exact = i % 2,
                                                    .error = member.error,
                                                    .origin = "identity"};
    }
    return state;
}

static const SearchOptions OPTIONS = {.seed = 42, .want_front = true};

static void a_state_reads_back_to_the_bit(void **state)
{
    (void)state;
    Goal *goal = goal_of("exp2");
    RealsState *before = state_random(1), *after = state_random(2);
    Text text = {0}, again = {0};
    Err err = {0};
    checkpoint_print(&text, goal, &OPTIONS, before);
    if (checkpoint_parse(after, text.data, text.length, goal, &OPTIONS, &err) != OK)
        fail_msg("%s", err.text);
    checkpoint_print(&again, goal, &OPTIONS, after);
    assert_string_equal(text.data, again.data);
    assert_true(text.length > 10000);
    assert_int_equal(after->n_refuted, 2);
    for (int i = 0; i < ISLANDS; i++)
        assert_memory_equal(before->island[i].archive.seen, after->island[i].archive.seen,
                            sizeof before->island[i].archive.seen);
    text_release(&text);
    text_release(&again);
    state_free(before);
    state_free(after);
    free(goal);
}

static void expect_refused(const char *text, size_t length, const Goal *goal,
                           const SearchOptions *options, const char *words)
{
    RealsState *state = state_new();
    Err err = {0};
    if (checkpoint_parse(state, text, length, goal, options, &err) == OK)
        fail_msg("taken, though %s", words);
    if (!strstr(err.text, words)) fail_msg("'%s' does not say '%s'", err.text, words);
    state_free(state);
}

static void damage_is_told(void **state)
{
    (void)state;
    Goal *goal = goal_of("exp2");
    RealsState *full = state_random(3);
    Text text = {0};
    checkpoint_print(&text, goal, &OPTIONS, full);
    for (size_t n = 0; n < text.length; n += 1 + n / 16)
        expect_refused(text.data, n, goal, &OPTIONS, n < 19 ? "not a checkpoint" : "damaged");
    for (size_t i = 20; i < text.length; i += 1 + i / 16) {
        text.data[i] ^= 1;
        expect_refused(text.data, text.length, goal, &OPTIONS, "damaged");
        text.data[i] ^= 1;
    }
    text_release(&text);
    state_free(full);
    free(goal);
}

/* The same text with `from` replaced and the checksum made right. */
static void forge(Text *out, const Text *text, const char *from, const char *to)
{
    const char *at = strstr(text->data, from);
    assert_non_null(at);
    const char *end = strstr(text->data, "\nchecksum ") + 1;
    text_add(out, "%.*s%s%.*s", (int)(at - text->data), text->data, to,
             (int)(end - at - (ptrdiff_t)strlen(from)), at + strlen(from));
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < out->length; i++)
        hash = (hash ^ (unsigned char)out->data[i]) * 0x100000001b3u;
    text_add(out, "checksum %016llx\n", (unsigned long long)hash);
}

static void strangers_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *words;
    } CASES[] = {
        {"approx-checkpoint 1", "approx-checkpoint 2", "format 2"},
        {"version ", "version 9.9.", "another version"},
        {"expression exp2(x)", "expression exp(x)", "another goal"},
        {"bound 9digits", "bound 8digits", "another goal"},
        {"seed 42", "seed 43", "another run"},
        {"front yes", "front no", "another run"},
        {"generation 17", "generation -1", "damaged"},
        {"\nisland 2", "\nisland 3", "damaged"},
        {"\nmember ", "\nmember 99", "damaged"},
        {"\nend\n", "\nend\nend\n", "damaged"},
        {"\nseen", "\nscene", "damaged"},
        {" add ", " pow ", "damaged"},
    };
    Goal *goal = goal_of("exp2");
    RealsState *full = state_random(4);
    Text text = {0};
    checkpoint_print(&text, goal, &OPTIONS, full);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Text forged = {0};
        forge(&forged, &text, CASES[i].from, CASES[i].to);
        expect_refused(forged.data, forged.length, goal, &OPTIONS, CASES[i].words);
        text_release(&forged);
    }
    text_release(&text);
    state_free(full);
    free(goal);
}

static void noise_is_survived(void **state)
{
    (void)state;
    RealsState *full = state_random(5);
    Text text = {0};
    reals_print(&text, full);
    char *copy = xmalloc(text.length + 1);
    Rng rng = rng_new(9, 0);
    for (int i = 0; i < 2000; i++) {
        memcpy(copy, text.data, text.length + 1);
        for (int k = 0; k < 4; k++)
            copy[rng_below(&rng, text.length)] = " \n0123456789abcdefx-+.:"[rng_below(&rng, 23)];
        (void)reals_parse(full, copy);
    }
    free(copy);
    text_release(&text);
    state_free(full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_state_reads_back_to_the_bit),
        cmocka_unit_test(damage_is_told),
        cmocka_unit_test(strangers_are_told),
        cmocka_unit_test(noise_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
