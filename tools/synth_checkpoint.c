#include "tools/synth.h"

#include "runtime/measure/timing.h"
#include "tools/say.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { CHECKPOINT_BYTES_MAX = 256 * 1024 * 1024 };

/* A hundredth of the time is for writing, but ten seconds are the most between two checkpoints: with what a generation takes,
   no more than half a minute is ever lost. */
static const double EVERY_LEAST = 1, EVERY_MOST = 10, EVERY_COST = 100;

Status checkpoint_check(SynthArguments *a, Type type, Err *err)
{
    if (!a->checkpoint && !a->resume) return OK;
    if (type != TYPE_REAL)
        return fail(err, ERR_UNSUPPORTED, "%s is for --type real so far",
                    a->checkpoint ? "--checkpoint" : "--resume");
    if (!a->checkpoint) a->checkpoint = a->resume;
    if (strcmp(a->checkpoint, "-") == 0)
        return fail(err, ERR_INPUT, "'--checkpoint -': a checkpoint is kept in a file");
    return OK;
}

static Status write_now(SynthArguments *a, const Search *search, Err *err)
{
    Text text = {0};
    const double start = timing_now();
    Status status = search_save(search, &text, err);
    if (status == OK) status = text_write_file(a->checkpoint, text.data, text.length, err);
    text_release(&text);
    a->save_at = timing_now();
    a->save_at += fmin(EVERY_MOST, fmax(EVERY_LEAST, EVERY_COST * (a->save_at - start)));
    return status;
}

Status checkpoint_begin(SynthArguments *a, Search *search, Err *err)
{
    Text text = {0};
    Err why = {0};
    Status status = OK;
    a->search = search;
    if (a->resume) {
        status = text_read_file(&text, a->resume, CHECKPOINT_BYTES_MAX, err);
        if (status == OK && search_restore(search, text_get(&text), text.length, &why) != OK)
            status = fail(err, ERR_INPUT, "cannot resume from '%.200s': %s", a->resume, why.text);
        a->fits_before = status == OK ? search_state(search)->n_fits : 0;
        a->generations_before = status == OK ? search_state(search)->generation : 0;
    }
    text_release(&text);
    return status == OK && a->checkpoint ? write_now(a, search, err) : status;
}

void checkpoint_end(SynthArguments *a, const Search *search)
{
    Err err = {0};
    if (a->checkpoint && write_now(a, search, &err) != OK) say_warning("%s", err.text);
}

void checkpoint_tell(const SynthArguments *a)
{
    struct stat about;
    if (a->checkpoint && a->search && stat(a->checkpoint, &about) == 0)
        fprintf(stderr, "approxcc: checkpoint written; --resume '%s' goes on from it\n",
                a->checkpoint);
}

void synth_after_generation(void *context, const SearchState *state)
{
    SynthArguments *a = context;
    if (a->progress != PROGRESS_NONE) progress_show(a, state);
    if (!a->checkpoint || timing_now() < a->save_at) return;
    Err err = {0};
    if (write_now(a, a->search, &err) != OK) {
        progress_clear(a);
        say_warning("%s", err.text); /* the run goes on, and tries again */
    }
}
