/* approxcc synth: from a stated function to a verified program, written in any form.

   The search proposes, the judge disposes: what is written has a Report made by measure/verify. A
   candidate that the judge refuses goes back to the search with its worst input. */
#include "tools/synth.h"

#include "frontend/fpcore.h"
#include "runtime/measure/timing.h"
#include "tools/commands.h"
#include "tools/output.h"
#include "tools/say.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -- goal ---------------------------------------------------------------------- */

static bool is_fpcore(const char *path)
{
    const size_t n = strlen(path);
    return n > 7 && strcmp(path + n - 7, ".fpcore") == 0;
}

static Status goal_from_fpcore(Goal *goal, const char *path, const SpecText *spec, Err *err)
{
    Text text = {0};
    FpFile *file = NULL;
    Status status = text_read_file(&text, path, FPCORE_BYTES_MAX, err);
    if (status == OK) status = fpcore_parse(&file, text_get(&text), text.length, err);
    if (status == OK && fpcore_count(file) != 1)
        status = fail(err, ERR_INPUT, "'%s' holds %d FPCores; synth takes one at a time", path,
                      fpcore_count(file));
    if (status == OK) status = fpcore_to_goal(goal, NULL, fpcore_get(file, 0), spec, err);
    if (status == OK && !goal->bound.text[0] &&
        (status = spec_bound(&goal->bound, "1ulp", err)) == OK)
        status = goal_check(goal, err);
    fpcore_free(file);
    text_release(&text);
    return status;
}

static Status make_goal(Goal *goal, SynthArguments *a, Err *err)
{
    a->spec.n_domains = a->domains.n;
    a->spec.n_exact = a->exact.n;
    if (a->domains.n > PROG_INPUTS_MAX || a->exact.n > GOAL_EXACT_MAX)
        return fail(err, ERR_INPUT, "at most %d domains and %d exact points can be given",
                    PROG_INPUTS_MAX, GOAL_EXACT_MAX);
    for (int i = 0; i < a->domains.n; i++) a->spec.domain[i] = a->domains.word[i];
    for (int i = 0; i < a->exact.n; i++) a->spec.exact[i] = a->exact.word[i];
    /* A front over the reals needs no bound; the search still wants a number. */
    if (a->want_front && !a->spec.max_error && a->spec.type && strcmp(a->spec.type, "real") == 0)
        a->spec.max_error = "30digits";
    if (is_fpcore(a->spec.what)) return goal_from_fpcore(goal, a->spec.what, &a->spec, err);
    return spec_to_goal(goal, &a->spec, err);
}

/* -- the command ---------------------------------------------------------------- */

/* A word with quotes or line breaks, as bash takes it in one line. */
static void record_odd_word(Text *out, const char *word)
{
    text_add(out, " $'");
    for (; *word; word++)
        if (*word == '\'' || *word == '\\')
            text_add(out, "\\%c", *word);
        else if ((unsigned char)*word < 0x20)
            text_add(out, "\\%03o", (unsigned)*word);
        else
            text_add(out, "%c", *word);
    text_add(out, "'");
}

/* The command line as a shell would take it, for the record in what we write. */
static void record_command(Text *out, int argc, char **argv)
{
    text_add(out, "approxcc");
    for (int i = 0; i < argc; i++) {
        const bool has_control = argv[i][strcspn(argv[i], "\n\r\t\v\f")] != 0;
        if (has_control || strchr(argv[i], '\'')) {
            record_odd_word(out, argv[i]);
            continue;
        }
        const bool plain = argv[i][0] && !argv[i][strspn(argv[i], "abcdefghijklmnopqrstuvwxyz"
                                                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                                  "0123456789+-_./=:,@%")];
        text_add(out, plain ? " %s" : " '%s'", argv[i]);
    }
}

static int synth(SynthArguments *a)
{
    Err err = {0};
    Search *search = NULL;
    Text where = {0};
    Entry *entry = xcalloc(1, sizeof *entry);
    int code;
    Status status = make_goal(&entry->goal, a, &err);
    if (status == OK) status = spec_check_singular(&entry->goal, &err);
    if (status == OK) status = output_check(&a->outputs, entry->goal.type, a->want_front, &err);
    if (status == OK) status = whole_check(&entry->goal, a, &err);
    if (status == OK) status = checkpoint_check(a, entry->goal.type, &err);
    if (status == OK) status = measurements_begin(a, &err);
    if (status == OK && type_is_float(entry->goal.type))
        status = measurements_choose_model(a, entry->goal.target, &err);
    if (status != OK) {
        code = say_error(status, &err, is_fpcore(a->spec.what) ? a->spec.what : NULL);
        goto done;
    }
    a->keep = verify_keep_new();
    entry->seed = a->seed;
    snprintf(entry->version, sizeof entry->version, "%s", APPROX_VERSION);
    snprintf(entry->command, sizeof entry->command, "%s", a->command.data);
    known_begin(a);
    if (known_may_answer(a) &&
        (known_as_asked(entry, a, &where) || known_by_value(entry, a, &where))) {
        code = synth_known(entry, a, text_get(&where));
        goto done;
    }
    const SearchOptions options = synth_search_options(a, &entry->goal);
    status = search_new(&search, &entry->goal, &options, &err);
    if (status == OK) known_offer(search, &entry->goal, a);
    if (status == OK) status = checkpoint_begin(a, search, &err);
    if (status != OK)
        code = say_error(status, &err, NULL);
    else
        code = a->want_front ? synth_front(entry, search, a) : synth_one(entry, search, a);
    if (code == EXIT_INTERRUPTED) checkpoint_tell(a);
    status = measurements_end(a, &err);
    if (status != OK && code == EXIT_OK) code = say_error(status, &err, NULL);
done:
    text_release(&where);
    store_close(a->store);
    verify_keep_free(a->keep);
    measurements_free(a->measurements);
    search_free(search);
    free(entry);
    return code;
}

int cmd_synth(int argc, char **argv)
{
    SynthArguments a = {.budget = 60, .seed = 1, .started = timing_now()};
    Words what = {0};
    bool want_help = false;
    const Option options[] = {
        {"--type", OPTION_TEXT, &a.spec.type, "TYPE", "real, f16, bf16, f32 or f64"},
        {"--domain", OPTION_TEXTS, &a.domains, "[LO,HI]",
         "or (LO,HI], all; one per variable; ends such as pi/4"},
        {"--max-error", OPTION_TEXT, &a.spec.max_error, "BOUND",
         "1ulp, 1e-6rel, 1e-6abs, 14digits, 16bits"},
        {"--minimize", OPTION_TEXT, &a.spec.minimize, "COST",
         "ops (default for real), throughput (default), latency, size"},
        {"--specials", OPTION_TEXT, &a.spec.specials, "WHICH",
         "full (default), finite, none, or no-nans,no-infinities,no-zeros,no-denormals"},
        {"--target", OPTION_TEXT, &a.spec.target, "T",
         "native (default) or one of --print-targets"},
        {"--ops", OPTION_TEXT, &a.spec.ops, "LIST", "allowed operators, such as '+,-,*,/,fma'"},
        {"--op-cost", OPTION_TEXT, &a.spec.op_cost, "LIST",
         "what they count in --minimize ops, such as '/=5' (default 1 each)"},
        {"--exact", OPTION_TEXTS, &a.exact, "X:Y", "f(X) is Y, exactly; fills removable gaps"},
        {"--from-scratch", OPTION_FLAG, &a.from_scratch, NULL,
         "start from the identity, without mathematical knowledge"},
        {"--search", OPTION_FLAG, &a.want_search, NULL,
         "search, from what is known, even if that is what is asked"},
        {"--fresh", OPTION_FLAG, &a.want_fresh, NULL,
         "search without looking at catalogue and store, and do not keep what is found"},
        {"--store", OPTION_TEXT, &a.store_file, "FILE",
         "look there, and keep there what is found (default: the user's store)"},
        {"--compare-whole", OPTION_FLAG, &a.compare_whole, NULL,
         "say by how much this is cheaper than for all inputs"},
        {"--front", OPTION_FLAG, &a.want_front, NULL, "the whole front of error against cost"},
        {"--budget", OPTION_SECONDS, &a.budget, "TIME", "at most about this long (default 60s)"},
        {"--generations", OPTION_COUNT, &a.generations, "N",
         "at most this many; makes a run repeatable"},
        {"--seed", OPTION_COUNT, &a.seed, "N", "of all random choices (default 1)"},
        {"--threads", OPTION_COUNT, &a.threads, "N", "worker threads (default: all processors)"},
        {"--symbol", OPTION_TEXT, &a.symbol, "S",
         "name of the emitted function (default approx_NAME)"},
        {"--name", OPTION_TEXT, &a.spec.name, "NAME", "what the function is called"},
        {"--report", OPTION_TEXT, &a.report, "OUT.html",
         "a page with plots, over the reals beside the classical forms"},
        {"--checkpoint", OPTION_TEXT, &a.checkpoint, "FILE",
         "keep the state of a long run there (--type real)"},
        {"--resume", OPTION_TEXT, &a.resume, "FILE", "go on from a checkpoint"},
        {"--measurements", OPTION_TEXT, &a.measurements_file, "FILE",
         "times of programs, read if it is there and written; with it a run can be repeated"},
        {"--progress", OPTION_TEXT, &a.progress_text, "HOW", "auto, plain, json or none"},
        {"-o", OPTION_TEXTS, &a.outputs, "FILE",
         ".approx .c .h .ll .bc .s .o .a .so .json .fpcore"},
        {0},
    };
    Err err = {0};
    Status status = options_parse(options, argc, argv, &what, &want_help, &err);
    if (status == OK && want_help) {
        puts("usage: approxcc synth NAME | 'EXPR' | FILE.fpcore [options] -o OUT [-o OUT ...]\n\n"
             "Finds the cheapest program that meets the bound, checks it, and writes it.\n");
        options_print(options);
        return EXIT_OK;
    }
    if (status == OK && what.n != 1)
        status =
            fail(&err, ERR_INPUT,
                 what.n ? "synth takes one function, found also '%s'" : "synth needs a function%s",
                 what.n ? what.word[1] : "");
    if (status == OK && a.symbol && !output_is_symbol(a.symbol))
        status = fail(&err, ERR_INPUT, "'--symbol %.80s': expected a C identifier", a.symbol);
    if (status == OK && a.threads > THREADS_MAX)
        status = fail(&err, ERR_INPUT, "'--threads %llu': at most %d threads can be used",
                      (unsigned long long)a.threads, THREADS_MAX);
    if (a.generations > INT_MAX) a.generations = INT_MAX;
    if (status == OK) status = progress_parse(&a, &err);
    if (status == OK) status = output_check(&a.outputs, TYPE_F32, false, &err);
    if (status == OK && a.report) status = output_check_page(a.report, &err);
    if (status != OK)
        return status == ERR_SYSTEM ? say_error(status, &err, NULL) : say_usage(&err, "synth");
    a.spec.what = what.word[0];
    record_command(&a.command, argc, argv);
    say_catch_signals();
    const int code = synth(&a);
    text_release(&a.command);
    text_release(&a.whole);
    return code;
}
