#include "search/reals/reals_text.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A member that is new must be written and read here, or a resumed run goes another way. */
_Static_assert(sizeof(Member) <= sizeof(Dag) + 56, "a new member of Member");
_Static_assert(sizeof(Discovery) <= sizeof(Dag) + 64, "a new member of Discovery");

/* -- printing -------------------------------------------------------------------------- */

static void print_quad(Text *out, Quad value)
{
    uint64_t half[2];
    memcpy(half, &value, sizeof half);
    text_add(out, " %llx:%llx", (unsigned long long)half[0], (unsigned long long)half[1]);
}

static void print_double(Text *out, double value)
{
    text_add(out, " ");
    text_add_hex(out, value);
}

static void print_dag(Text *out, const Dag *dag)
{
    text_add(out, " %d %d %d", dag->n, dag->n_constants, dag->leaf);
    for (int i = 0; i < dag->n; i++) {
        text_add(out, " %s", op_info((Op)dag->node[i].op)->name);
        for (int k = 0; k < op_info((Op)dag->node[i].op)->arity; k++)
            text_add(out, " %d", dag->node[i].arg[k]);
    }
    for (int i = 0; i < dag->n_constants; i++) print_quad(out, dag->c[i]);
}

static void print_island(Text *out, const Island *island)
{
    text_add(out, "island %d", island->level);
    print_double(out, island->credit);
    text_add(out, "\n");
    for (int s = 0; s < SHELVES; s++) {
        const Shelf *shelf = &island->archive.shelf[s];
        for (int i = 0; i < shelf->n; i++) {
            const Member *member = shelf->member[i];
            text_add(out, "member %d", s);
            print_dag(out, &member->dag);
            text_add(out, " %llx", (unsigned long long)member->fingerprint);
            print_double(out, member->error);
            print_double(out, member->sent_error);
            text_add(out, " %u %s\n", (unsigned)member->n_starts, member->origin);
        }
    }
    text_add(out, "seen");
    for (int i = 0; i < SEEN_MAX; i++)
        if (island->archive.seen[i])
            text_add(out, " %llx", (unsigned long long)island->archive.seen[i]);
    text_add(out, "\n");
}

void reals_print(Text *out, const RealsState *state)
{
    text_add(out, "generation %d\n", state->generation);
    text_add(out, "counts %llu %llu %llu\n", (unsigned long long)state->n_candidates,
             (unsigned long long)state->n_fits, (unsigned long long)state->n_polished);
    text_add(out, "seeds %d %d %llu\n", state->n_seeds, state->n_seeded,
             (unsigned long long)state->n_composed);
    text_add(out, "improved %d\n", state->last_improved);
    text_add(out, "refuted");
    for (int i = 0; i < state->n_refuted; i++)
        text_add(out, " %llx", (unsigned long long)state->refuted[i]);
    text_add(out, "\n");
    for (int s = 0; s < SHELVES; s++) {
        const Discovery *discovery = &state->discovery[s];
        if (!discovery->is_there) continue;
        text_add(out, "discovery %d", s);
        print_dag(out, &discovery->dag);
        text_add(out, " %d", discovery->is_exact);
        print_double(out, discovery->error);
        text_add(out, " %d %d %d %s\n", discovery->n_alternations, discovery->rank,
                 discovery->generation, discovery->origin);
    }
    for (int i = 0; i < state->n_islands; i++) print_island(out, &state->island[i]);
    text_add(out, "end\n");
}

/* -- reading ---------------------------------------------------------------------------- */

typedef struct {
    const char *at;
    bool is_bad;
} Reader;

static bool is_at_line_end(const Reader *r) { return *r->at == '\n' || *r->at == 0; }

static void skip_blanks(Reader *r)
{
    while (*r->at == ' ') r->at++;
}

static void end_line(Reader *r)
{
    skip_blanks(r);
    if (*r->at != '\n')
        r->is_bad = true;
    else
        r->at++;
}

/* Is the next word this one? Then it is passed. */
static bool take(Reader *r, const char *word)
{
    const size_t n = strlen(word);
    skip_blanks(r);
    if (strncmp(r->at, word, n) != 0 || (r->at[n] != ' ' && r->at[n] != '\n')) return false;
    r->at += n;
    return true;
}

static void expect(Reader *r, const char *word)
{
    if (!take(r, word)) r->is_bad = true;
}

static uint64_t read_bits(Reader *r)
{
    char *end;
    skip_blanks(r);
    if (!isxdigit((unsigned char)*r->at)) {
        r->is_bad = true;
        return 0;
    }
    const uint64_t value = strtoull(r->at, &end, 16);
    r->at = end;
    return value;
}

static uint64_t read_count(Reader *r, uint64_t most)
{
    char *end;
    skip_blanks(r);
    const uint64_t value = isdigit((unsigned char)*r->at) ? strtoull(r->at, &end, 10) : most + 1;
    if (value > most) {
        r->is_bad = true;
        return 0;
    }
    r->at = end;
    return value;
}

static int read_int(Reader *r, int least, int most)
{
    char *end;
    skip_blanks(r);
    const long value = strtol(r->at, &end, 10);
    if (end == r->at || is_at_line_end(r) || value < least || value > most) {
        r->is_bad = true;
        return least;
    }
    r->at = end;
    return (int)value;
}

static double read_double(Reader *r)
{
    char *end;
    skip_blanks(r);
    const double value = is_at_line_end(r) ? NAN : strtod(r->at, &end);
    if (is_at_line_end(r) || end == r->at || isnan(value)) {
        r->is_bad = true;
        return INFINITY;
    }
    r->at = end;
    return value;
}

/* The rest of the line. */
static void read_origin(Reader *r, char *out, size_t size)
{
    skip_blanks(r);
    size_t n = 0;
    while (!is_at_line_end(r) && n + 1 < size) out[n++] = *r->at++;
    out[n] = 0;
    end_line(r);
}

static uint8_t read_arg(Reader *r, int n_nodes, int n_constants)
{
    const int arg = read_int(r, 0, 255);
    const bool is_good =
        arg < n_nodes || arg == DAG_X || (arg >= DAG_CONST && arg < DAG_CONST + n_constants);
    if (!is_good) r->is_bad = true;
    return (uint8_t)arg;
}

static Op read_op(Reader *r)
{
    static const Op KNOWN[] = {OP_ADD, OP_SUB, OP_MUL,  OP_DIV, OP_FMA,
                               OP_NEG, OP_ABS, OP_SQRT, OP_MIN, OP_MAX};
    for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++)
        if (take(r, op_info(KNOWN[i])->name)) return KNOWN[i];
    r->is_bad = true;
    return OP_ADD;
}

static void read_dag(Reader *r, Dag *dag)
{
    memset(dag, 0, sizeof *dag);
    dag->n = (uint8_t)read_int(r, 0, DAG_OPS_MAX);
    dag->n_constants = (uint8_t)read_int(r, 0, FIT_CONSTANTS_MAX);
    dag->leaf = (uint8_t)read_int(r, 0, 255);
    if (dag->n == 0 && dag->leaf != DAG_X && !(dag->leaf == DAG_CONST && dag->n_constants == 1))
        r->is_bad = true;
    for (int i = 0; i < dag->n && !r->is_bad; i++) {
        dag->node[i].op = (uint8_t)read_op(r);
        for (int k = 0; k < op_info((Op)dag->node[i].op)->arity; k++)
            dag->node[i].arg[k] = read_arg(r, i, dag->n_constants);
    }
    for (int i = 0; i < dag->n_constants && !r->is_bad; i++) {
        uint64_t half[2];
        half[0] = read_bits(r);
        if (*r->at++ != ':') {
            r->is_bad = true;
            return;
        }
        half[1] = read_bits(r);
        memcpy(&dag->c[i], half, sizeof half);
    }
}

static void read_member(Reader *r, Archive *archive)
{
    Shelf *shelf = &archive->shelf[read_int(r, 0, SHELVES - 1)];
    if (shelf->n == SHELF_MAX) {
        r->is_bad = true;
        return;
    }
    Member *member = xcalloc(1, sizeof *member);
    shelf->member[shelf->n++] = member;
    read_dag(r, &member->dag);
    member->fingerprint = read_bits(r);
    member->error = read_double(r);
    member->sent_error = read_double(r);
    member->n_starts = (uint32_t)read_count(r, UINT32_MAX);
    read_origin(r, member->origin, sizeof member->origin);
}

static void read_island(Reader *r, Island *island)
{
    archive_release(&island->archive);
    expect(r, "island");
    if (read_int(r, 0, LEVELS_MAX) != island->level) r->is_bad = true;
    island->credit = read_double(r);
    end_line(r);
    while (!r->is_bad && take(r, "member")) read_member(r, &island->archive);
    expect(r, "seen");
    while (!r->is_bad && !is_at_line_end(r)) archive_note_seen(&island->archive, read_bits(r));
    end_line(r);
}

static void read_discovery(Reader *r, Discovery *discovery)
{
    discovery->is_there = true;
    read_dag(r, &discovery->dag);
    discovery->is_exact = read_int(r, 0, 1);
    discovery->error = read_double(r);
    discovery->n_alternations = read_int(r, 0, INT32_MAX);
    discovery->rank = read_int(r, 0, INT32_MAX);
    discovery->generation = read_int(r, 0, INT32_MAX);
    read_origin(r, discovery->origin, sizeof discovery->origin);
}

static void read_head(Reader *r, RealsState *state)
{
    expect(r, "generation");
    state->generation = read_int(r, 0, INT32_MAX);
    end_line(r);
    expect(r, "counts");
    state->n_candidates = read_count(r, UINT64_MAX - 1);
    state->n_fits = read_count(r, UINT64_MAX - 1);
    state->n_polished = read_count(r, UINT64_MAX - 1);
    end_line(r);
    expect(r, "seeds");
    state->n_seeds = read_int(r, -1, INT32_MAX);
    state->n_seeded = read_int(r, 0, INT32_MAX);
    state->n_composed = read_count(r, UINT64_MAX - 1);
    end_line(r);
    expect(r, "improved");
    state->last_improved = read_int(r, 0, INT32_MAX);
    end_line(r);
    expect(r, "refuted");
    state->n_refuted = 0;
    while (!r->is_bad && !is_at_line_end(r)) {
        if (state->n_refuted == REFUTED_MAX)
            r->is_bad = true;
        else
            state->refuted[state->n_refuted++] = read_bits(r);
    }
    end_line(r);
}

bool reals_parse(RealsState *state, const char *text)
{
    Reader r = {.at = text};
    read_head(&r, state);
    memset(state->discovery, 0, sizeof state->discovery);
    while (!r.is_bad && take(&r, "discovery"))
        read_discovery(&r, &state->discovery[read_int(&r, 0, SHELVES - 1)]);
    for (int i = 0; i < state->n_islands; i++) read_island(&r, &state->island[i]);
    expect(&r, "end");
    end_line(&r);
    return !r.is_bad && *r.at == 0;
}
