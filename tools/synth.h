/* approxcc synth, the parts: its command line as read, and what is done with it. Each function is in the file of its
   section's name. */
#ifndef APPROX_TOOLS_SYNTH_H
#define APPROX_TOOLS_SYNTH_H

#include "frontend/spec.h"
#include "runtime/base/text.h"
#include "runtime/catalogue/lookup.h"
#include "runtime/measure/cost.h"
#include "runtime/measure/measurements.h"
#include "runtime/measure/verify.h"
#include "search/search.h"
#include "tools/options.h"

typedef enum { PROGRESS_NONE, PROGRESS_LINE, PROGRESS_PLAIN, PROGRESS_JSON } Progress;

typedef struct {
    SpecText spec;
    Words domains, exact, outputs;
    double budget;
    uint64_t seed, threads, generations;
    bool from_scratch, want_front, want_search, want_fresh, compare_whole;
    const char *symbol, *progress_text, *report;
    const char *checkpoint, *resume, *measurements_file;
    const char *store_file; /* NULL: the user's own */
    Store *store;           /* open for reading, or NULL: none, or not wanted */
    Measurements *measurements;
    VerifyKeep *keep; /* the judge's, between programs */
    CostModel cost_model;
    bool may_time; /* may the search let the clock decide? */
    bool is_busy;  /* the machine, too much for programs to be timed */
    Progress progress;
    double started;
    Search *search; /* while it runs: what a checkpoint is made of */
    double save_at; /* when the next checkpoint is due */
    /* Of the run that is resumed. */
    uint64_t fits_before;
    int generations_before;
    Text command;
    Text whole; /* what whole_compare found */
} SynthArguments;

/* -- synth_progress.c: what long work shows on the way */

Status progress_parse(SynthArguments *a, Err *err);
void progress_show(const SynthArguments *a, const SearchState *state);
/* VerifyOptions.progress */
void progress_judging(void *context, double done);
/* Before anything else is printed. */
void progress_clear(const SynthArguments *a);

/* -- synth_checkpoint.c: long runs survive being killed */

/* Before the search is made; a run that is resumed goes on writing to the same file if no other is named. */
Status checkpoint_check(SynthArguments *a, Type type, Err *err);
/* Brings the search to where --resume says, and writes the first checkpoint, so that what cannot work is known at once. */
Status checkpoint_begin(SynthArguments *a, Search *search, Err *err);
/* After a run of the search. */
void checkpoint_end(SynthArguments *a, const Search *search);
/* After an interrupt: where to go on from. */
void checkpoint_tell(const SynthArguments *a);
/* SearchOptions.progress; the context is a SynthArguments. Progress is shown, checkpoints are written now and then. */
void synth_after_generation(void *context, const SearchState *state);

/* -- synth_measure.c: what programs take */

/* Opens the table of measurements, which is to be freed, with what --measurements names; and writes that again. */
Status measurements_begin(SynthArguments *a, Err *err);
/* What operators cost: as the table of measurements has it, else as calibrated on this machine, which the table then keeps. */
Status measurements_choose_model(SynthArguments *a, const char *target, Err *err);
Status measurements_end(const SynthArguments *a, Err *err);
/* Gives the entries, which are for one goal, their times, where they can be had; else is_busy says why not. */
void synth_measure(Entry *entries, int n, SynthArguments *a);

/* -- synth_judge.c: the search proposes, the judge disposes */

/* Gives the entry its Report. With `bad` the judge stops at the first stretch of the domain that breaks the bound, and
   says which inputs did. */
Status synth_judge(Entry *entry, const SynthArguments *a, BadInputs *bad, Err *err);
/* Runs search and judge in turns until a program stands or the budget ends. *is_met tells which; the
   entry then holds the program, or the best that was judged (has_report false if none was). */
Status synth_search_and_judge(Entry *entry, Search *search, SynthArguments *a, bool *is_met,
                              Err *err);
SearchOptions synth_search_options(SynthArguments *a, const Goal *goal);

/* -- synth_known.c: what the catalogue and the user's store know already, and what the store is to know */

/* Opens the store, if the command may use it. One that cannot be used is told in a warning and done without. */
void known_begin(SynthArguments *a);
/* May what is known answer? Not where the command asks for a search in one way or another. */
bool known_may_answer(const SynthArguments *a);
/* What is known for exactly what the entry's goal asks, with its claim, and modelled times where this machine does not run the target; false if there
   is nothing. `where` gets to say where it came from: "the catalogue, NAME". */
bool known_as_asked(Entry *entry, SynthArguments *a, Text *where);
/* The same where the catalogue has the function by another expression (runtime/catalogue/twin.h); the program is judged against the
   entry's own reference, and only taken if it meets the bound. */
bool known_by_value(Entry *entry, SynthArguments *a, Text *where);
/* Puts a known program that serves the goal, though made for more inputs or another kind of cost, into the entry if it is
   cheaper than the entry's own or `is_met` says that this does not meet the bound; judged on the goal. `where` as above, empty if not. */
Status known_instead(Entry *entry, bool *is_met, const SynthArguments *a, Text *where, Err *err);
/* Gives the search what is known for its function, to start from. */
void known_offer(Search *search, const Goal *goal, const SynthArguments *a);
/* How the entry's cost compares with that of the known program for the same inputs or more; adds nothing if there is none. */
void known_compare(Text *out, const Entry *entry, const SynthArguments *a);
/* Puts what a search found, judged and measured, into the store, if the command may use it; failure is a warning. */
void known_keep(const Entry *entry, const SynthArguments *a);

/* -- synth_whole.c: what the same function takes for every input */

/* Is --compare-whole, if given, of use for the goal? */
Status whole_check(const Goal *goal, const SynthArguments *a, Err *err);
/* With it, finds the program for all inputs, in as much time as the entry's, and adds a line that compares. */
Status whole_compare(Text *out, const Entry *entry, SynthArguments *a, Err *err);

/* -- synth_result.c: what comes out, measured, written and told; the exit code */

int synth_one(Entry *entry, Search *search, SynthArguments *a);
/* Without a search, from `where`, as known_as_asked says it. */
int synth_known(Entry *entry, SynthArguments *a, const char *where);
int synth_front(const Entry *base, Search *search, SynthArguments *a);

#endif
