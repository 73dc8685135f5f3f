#include "search/reals/archive.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double SAME = 1e-4; /* relative difference of errors */
enum { SAME_MAX = 2 };

void archive_init(Archive *archive) { memset(archive, 0, sizeof *archive); }

void archive_release(Archive *archive)
{
    for (int s = 0; s < SHELVES; s++)
        for (int i = 0; i < archive->shelf[s].n; i++) free(archive->shelf[s].member[i]);
    archive_init(archive);
}

bool archive_has_seen(const Archive *archive, uint64_t fingerprint)
{
    return archive->seen[fingerprint % SEEN_MAX] == fingerprint;
}

void archive_note_seen(Archive *archive, uint64_t fingerprint)
{
    archive->seen[fingerprint % SEEN_MAX] = fingerprint;
}

int archive_shelf(double cost)
{
    const double shelf = floor(cost + 1e-9); /* sums of weights such as 0.1 are not exact */
    return shelf >= 0 && shelf < SHELVES ? (int)shelf : -1;
}

double archive_bar(const Archive *archive, double cost)
{
    const double FAR = 1000; /* behind the first: not worth a place, even where there is room */
    const int s = archive_shelf(cost);
    if (s < 0 || archive->shelf[s].n == 0) return 0;
    const Shelf *shelf = &archive->shelf[s];
    const double far = FAR * shelf->member[0]->error;
    return shelf->n < SHELF_MAX ? far : fmin(far, shelf->member[SHELF_MAX - 1]->error);
}

static void shelf_remove(Shelf *shelf, int at)
{
    free(shelf->member[at]);
    shelf->n--;
    memmove(&shelf->member[at], &shelf->member[at + 1],
            (size_t)(shelf->n - at) * sizeof *shelf->member);
}

/* What an older member with the same fingerprint, at `at`, knows beside its constants. */
static void inherit(Member *member, const Shelf *shelf, int at)
{
    const Member *old = shelf->member[at];
    member->n_starts += old->n_starts;
    member->sent_error = old->sent_error;
}

bool archive_add(Archive *archive, const Member *given, double cost)
{
    const int s = archive_shelf(cost);
    if (s < 0 || !isfinite(given->error)) return false;
    Shelf *shelf = &archive->shelf[s];
    Member member = *given;
    int n_same = 0;
    for (int i = 0; i < shelf->n; i++) {
        Member *other = shelf->member[i];
        if (other->fingerprint == member.fingerprint) {
            if (!(member.error < other->error * (1 - 1e-9))) {
                other->n_starts += member.n_starts;
                return false;
            }
            inherit(&member, shelf, i);
            shelf_remove(shelf, i--);
        } else {
            n_same += fabs(other->error - member.error) <= SAME * member.error;
        }
    }
    if (n_same >= SAME_MAX) return false;
    if (shelf->n == SHELF_MAX) {
        if (!(member.error < shelf->member[shelf->n - 1]->error)) return false;
        shelf_remove(shelf, shelf->n - 1);
    }
    int at = shelf->n;
    while (at > 0 && shelf->member[at - 1]->error > member.error) at--;
    memmove(&shelf->member[at + 1], &shelf->member[at],
            (size_t)(shelf->n - at) * sizeof *shelf->member);
    shelf->member[at] = xmalloc(sizeof member);
    *shelf->member[at] = member;
    shelf->n++;
    return true;
}

Member *archive_find(const Archive *archive, uint64_t fingerprint, double cost)
{
    const int s = archive_shelf(cost);
    for (int i = 0; s >= 0 && i < archive->shelf[s].n; i++)
        if (archive->shelf[s].member[i]->fingerprint == fingerprint)
            return archive->shelf[s].member[i];
    return NULL;
}
